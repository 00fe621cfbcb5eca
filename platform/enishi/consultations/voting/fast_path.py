"""Votes and cards of cached participants, answered without the framework's steps.

A vote takes a fifth of the time, a card half. Everything comes from the caches that the handlers
use too: sessions, consultations, participants. A request that needs a look-up (a first act,
another body, an uncached cookie) goes on to the framework, which also answers every refusal.
"""

import re
import uuid
from collections.abc import Mapping
from functools import lru_cache
from typing import Any

import msgspec
from asyncpg.pgproto.pgproto import UUID  # equal to uuid.UUID, and five times as fast
from litestar.types import HTTPScope, Receive, ReceiveMessage

from enishi.accounts import sessions
from enishi.consultations.core import queries as consultations
from enishi.consultations.core.kinds import ComponentKind
from enishi.consultations.core.schemas import ConsultationRef
from enishi.consultations.participation import guest_cookie
from enishi.consultations.participation import queries as participants
from enishi.consultations.voting import cards, service
from enishi.consultations.voting.schemas import VoteIn
from enishi.kit import clock, page_cache
from enishi.kit.i18n import Language

_VOTE_ROUTE = "/api/v1/dialogues/{slug}/statements/{statement_id}/vote"
_VOTE_PATH = re.compile(
    r"/api/v1/dialogues/([a-z0-9-]{1,80})/statements/([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})/vote"
)
_CARD_ROUTE = "/{language}/dialogues/{slug}/vote"
_CARD_PATH = re.compile(rf"/(?:{'|'.join(Language)})/dialogues/([a-z0-9-]{{1,80}})/vote")
_decode = msgspec.json.Decoder(VoteIn).decode


class CachedVoter(msgspec.Struct, frozen=True):
    """A participant of an open consultation whom this process has cached."""

    consultation: ConsultationRef
    participant_id: uuid.UUID
    is_signed_in: bool


class Vote(msgspec.Struct, frozen=True):
    """A vote that was read, and not yet cast."""

    participant_id: uuid.UUID
    statement_id: uuid.UUID
    value: int

    async def cast(self) -> None:
        """Return once the vote is durable. Raises what `service.cast` raises."""
        await service.cast(self.participant_id, self.statement_id, self.value)


async def read_vote(scope: HTTPScope, receive: Receive) -> tuple[Vote | None, Receive]:
    """The vote that a request casts, or None; and the callable that reads the rest of it."""
    if scope["method"] != "PUT" or not (match := _VOTE_PATH.fullmatch(scope["path"])):
        return None, receive
    headers = plain_headers(scope)
    known = peek_cached_voter(headers, match[1]) if headers else None
    if headers is None or known is None:
        return None, receive
    message = await receive()
    value = _vote_in(headers, message)
    if value is None:
        return None, _replaying(message, receive)
    scope["path_template"] = _VOTE_ROUTE
    return Vote(known.participant_id, UUID(match[2]), value), receive


def plain_headers(scope: HTTPScope) -> dict[bytes, bytes] | None:
    """The headers of a request; None where a name repeats, which is left to the framework."""
    sent = list(scope["headers"])
    headers = dict(sent)
    return headers if len(headers) == len(sent) else None


def peek_cached_voter(headers: dict[bytes, bytes], slug: str) -> CachedVoter | None:
    """The request's participant in an open consultation; None means *not cached*."""
    cookies = _cookies(headers.get(b"cookie", b""))
    consultation = consultations.peek_cached_published(slug) if cookies else None
    if consultation is None or not consultation.accepts(ComponentKind.STATEMENTS, clock.now()):
        return None
    session = cookies.get(sessions.cookie_name())
    if session is None:
        found = guest_cookie.read(consultation.id, cookies.get(guest_cookie.cookie_name(slug)))
    else:
        actor = sessions.peek_cached_actor(session)
        found = participants.peek_cached_of_account(consultation.id, actor.id) if actor else None
    return CachedVoter(consultation, found, is_signed_in=session is not None) if found else None


@lru_cache(maxsize=10_000)
def _cookies(line: bytes) -> Mapping[str, str]:
    """The cookies of a request; none where a name repeats, which is left to the framework."""
    pairs = [pair.strip().partition("=") for pair in line.decode("latin-1").split(";")]
    cookies = {name: value for name, _, value in pairs}
    return cookies if len(cookies) == len(pairs) else {}


def _vote_in(headers: dict[bytes, bytes], message: ReceiveMessage) -> int | None:
    """The vote in a body of one message: the server may not mark its only message as the last."""
    if message["type"] != "http.request":
        return None
    body = message["body"]
    if headers.get(b"content-length") != str(len(body)).encode():
        return None
    if not headers.get(b"content-type", b"").startswith(b"application/json"):
        return None
    try:
        return _decode(body).vote
    except ValueError:  # also msgspec's
        return None


def _replaying(message: ReceiveMessage, receive: Receive) -> Receive:
    """Replay the message that was read, then pass on the rest."""
    waiting = [message]

    async def replay() -> Any:
        return waiting.pop() if waiting else await receive()

    return replay


def read_card(scope: HTTPScope) -> CachedVoter | None:
    """The cached participant whose next card htmx asks for."""
    if scope["query_string"] or not (match := _CARD_PATH.fullmatch(scope["path"])):
        return None
    headers = plain_headers(scope)
    if headers is None or headers.get(b"hx-request") != b"true":
        return None
    voter = peek_cached_voter(headers, match[1])
    if voter is not None:
        scope["path_template"] = _CARD_ROUTE
    return voter


async def render_card(voter: CachedVoter) -> bytes:
    may_vote = voter.consultation.admits(is_signed_in=voter.is_signed_in)
    shown = await cards.context(voter.consultation, voter.participant_id, may_vote=may_vote)
    return page_cache.render(cards.TEMPLATE, shown).encode()
