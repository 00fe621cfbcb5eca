"""Who is taking part: the account of the session, or the guest of a cookie."""

import uuid
from dataclasses import dataclass
from typing import Any

from litestar import Request
from litestar.datastructures import Cookie

from enishi.accounts.access import SignInNeededError
from enishi.accounts.schemas import Actor
from enishi.consultations import guests, policies
from enishi.consultations.queries import dialogues, participants
from enishi.consultations.schemas import DialogueRef
from enishi.consultations.service import participants as service
from enishi.consultations.service.statements import NotInvitedError
from enishi.kit import clock
from enishi.kit.errors import ForbiddenError, NotFoundError
from enishi.kit.i18n import gettext_lazy
from enishi.settings import get_settings

AnyRequest = Request[Any, Any, Any]


class GuardianNeededError(ForbiddenError):
    message = gettext_lazy("16歳未満の方は、保護者の確認が済むと書き込めます。")


@dataclass(frozen=True)
class Voice:
    """Whoever acts in a dialogue, and the cookie a new guest is to keep."""

    participant_id: uuid.UUID
    cookies: tuple[Cookie, ...] = ()


async def get_dialogue(slug: str) -> DialogueRef:
    """A public dialogue, as it was at most two seconds ago.

    Raises NotFoundError, and WithdrawnError for what was taken back.
    """
    dialogue = await get_published(slug)
    if not dialogue.is_public:
        raise dialogues.WithdrawnError(slug)
    return dialogue


async def get_published(slug: str) -> DialogueRef:
    """As get_dialogue, also one that was taken back: whoever took part still sees their own."""
    dialogue = await dialogues.get_cached_published(slug)
    if dialogue is None:
        raise NotFoundError
    return dialogue


async def find_participant(
    request: AnyRequest, dialogue: DialogueRef, visitor: Actor | None
) -> uuid.UUID | None:
    """Who this browser already is in the dialogue; a guest's part only while nobody signs in."""
    if visitor is not None:
        return await participants.find_of_account(dialogue.id, visitor.id)
    return find_guest(request, dialogue)


def find_guest(request: AnyRequest, dialogue: DialogueRef) -> uuid.UUID | None:
    token = request.cookies.get(guests.cookie_name(dialogue.slug))
    return guests.read(dialogue.id, token)


async def take_part(request: AnyRequest, dialogue: DialogueRef, visitor: Actor | None) -> Voice:
    """The participant of whoever asks, made now if this is their first act.

    Raises NotInvitedError outside the open phase, SignInNeededError where guests are not asked.
    """
    now = clock.now()
    if not dialogue.takes_voices_at(now):
        raise NotInvitedError
    if visitor is not None:
        return Voice(await service.join(visitor, dialogue))
    guest_id = find_guest(request, dialogue)
    if guest_id is not None:
        return Voice(guest_id)
    if not policies.can_take_part(None, dialogue, now):
        raise SignInNeededError
    participant_id = await service.join_as_guest(dialogue)
    return Voice(participant_id, (_guest_cookie(dialogue, participant_id),))


async def speak(request: AnyRequest, dialogue: DialogueRef, visitor: Actor | None) -> Voice:
    """As take_part, for what others read. Raises GuardianNeededError besides."""
    voice = await take_part(request, dialogue, visitor)
    if not policies.can_speak(visitor, dialogue, clock.now()):
        raise GuardianNeededError
    return voice


def _guest_cookie(dialogue: DialogueRef, participant_id: uuid.UUID) -> Cookie:
    return Cookie(
        key=guests.cookie_name(dialogue.slug),
        value=guests.token_for(dialogue.id, participant_id),
        max_age=guests.SECONDS,
        path="/",
        secure=get_settings().base_url.startswith("https://"),
        httponly=True,
        samesite="lax",
    )
