"""Which participant a request acts as: of the session's account, or of a guest cookie."""

import uuid
from typing import Any

from litestar import Request
from litestar.datastructures import Cookie

from enishi.accounts.schemas import Actor
from enishi.consultations.core.schemas import ConsultationRef
from enishi.consultations.participation import guest_cookie, queries, service
from enishi.consultations.participation.schemas import ParticipantContext
from enishi.kit.http import cookies

AnyRequest = Request[Any, Any, Any]


async def find_participant(
    request: AnyRequest, consultation: ConsultationRef, visitor: Actor | None
) -> uuid.UUID | None:
    """The participant that this browser already is; a guest's only while nobody is signed in."""
    if visitor is not None:
        return await queries.find_of_account(consultation.id, visitor.id)
    return find_guest(request, consultation)


def find_guest(request: AnyRequest, consultation: ConsultationRef) -> uuid.UUID | None:
    token = request.cookies.get(guest_cookie.cookie_name(consultation.slug))
    return guest_cookie.read(consultation.id, token)


async def take_part(
    request: AnyRequest, consultation: ConsultationRef, visitor: Actor | None
) -> ParticipantContext:
    """As `service.take_part`, for the guest cookie of this browser."""
    return await service.take_part(consultation, visitor, find_guest(request, consultation))


async def speak(
    request: AnyRequest, consultation: ConsultationRef, visitor: Actor | None
) -> ParticipantContext:
    """As `service.speak`, for the guest cookie of this browser."""
    return await service.speak(consultation, visitor, find_guest(request, consultation))


def cookies_for(consultation: ConsultationRef, participant: ParticipantContext) -> list[Cookie]:
    """The guest cookie that a new guest's browser is to keep."""
    if not participant.is_new_guest:
        return []
    token = guest_cookie.token_for(consultation.id, participant.participant_id)
    name = guest_cookie.plain_name(consultation.slug)
    return [cookies.make(name, token, guest_cookie.SECONDS)]


def cookie_gone(consultation: ConsultationRef) -> Cookie:
    return cookies.make(guest_cookie.plain_name(consultation.slug), "", 0)
