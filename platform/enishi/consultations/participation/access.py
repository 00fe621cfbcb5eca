"""Which participant a request acts as: of the session's account, or of a guest cookie."""

import uuid
from typing import Any

from litestar import Request
from litestar.datastructures import Cookie

from enishi.accounts.errors import SignInNeededError
from enishi.accounts.schemas import Actor
from enishi.consultations.core.schemas import ConsultationRef
from enishi.consultations.participation import guest_cookie, queries, service
from enishi.consultations.participation.schemas import ParticipantContext
from enishi.kit.forms import Form
from enishi.kit.http import cookies
from enishi.kit.http.network import network_of_request

AnyRequest = Request[Any, Any, Any]


async def find_participant(
    request: AnyRequest, consultation: ConsultationRef, visitor: Actor | None
) -> uuid.UUID | None:
    """The participant of the account, or of the guest cookie if the request has no session."""
    if visitor is not None:
        return await queries.find_of_account(consultation.id, visitor.id)
    return find_guest(request, consultation)


def find_guest(request: AnyRequest, consultation: ConsultationRef) -> uuid.UUID | None:
    token = request.cookies.get(guest_cookie.cookie_name(consultation.slug))
    return guest_cookie.read(consultation.id, token)


async def ensure_participant(
    request: AnyRequest, consultation: ConsultationRef, visitor: Actor | None
) -> ParticipantContext:
    """As `service.ensure_participant`, with the guest cookie and the network of this request."""
    guest_id, network = find_guest(request, consultation), network_of_request(request.scope)
    return await service.ensure_participant(consultation, visitor, guest_id, network)


async def ensure_author(
    request: AnyRequest,
    consultation: ConsultationRef,
    visitor: Actor | None,
    key: uuid.UUID | None,
) -> ParticipantContext:
    """As `service.ensure_author`, with the guest cookie and the network of this request.

    `key` is that of the sent form. A guest without a cookie whose form was carried out before gets
    the participant of that time, and the cookie once more.
    """
    guest_id, network = find_guest(request, consultation), network_of_request(request.scope)
    new_id = guest_cookie.id_for_form(consultation.id, key) if key else None
    return await service.ensure_author(consultation, visitor, guest_id, network, new_id)


def require_author(form: Form[Any], consultation: ConsultationRef, visitor: Actor | None) -> None:
    """Raise SignInNeededError for a form of an account whose session ended, if guests are refused.

    The error is answered with the typed form, to be sent after signing in (web.kept_form). Where
    guests may write, the form itself asks.
    """
    if form.refusal and not consultation.admits(is_signed_in=visitor is not None):
        raise SignInNeededError


def guest_cookies(consultation: ConsultationRef, participant: ParticipantContext) -> list[Cookie]:
    """The guest cookie to set for a new guest; empty for other participants."""
    if not participant.is_new_guest:
        return []
    token = guest_cookie.token_for(consultation.id, participant.participant_id)
    name = guest_cookie.plain_name(consultation.slug)
    return [cookies.make(name, token, guest_cookie.SECONDS)]


def expired_guest_cookie(consultation: ConsultationRef) -> Cookie:
    """A cookie that makes the browser delete the guest cookie."""
    return cookies.make(guest_cookie.plain_name(consultation.slug), "", 0)
