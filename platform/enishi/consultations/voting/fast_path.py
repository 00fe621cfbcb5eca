"""Votes and cards of cached participants, answered without the framework's steps.

A vote takes a fifth of the framework's time, a card half. Everything is read from the caches that
the handlers use too: sessions, consultations, participants. A request that needs a query (a first
act, an uncached session) or is not plain goes on to the framework, which also answers refusals.
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
from enishi.consultations.participation.schemas import LimitKey
from enishi.consultations.voting import cards, service
from enishi.consultations.voting.schemas import VoteIn
from enishi.kit import clock, page_cache
from enishi.kit.http import network
from enishi.kit.i18n import Language

_VOTE_ROUTE = "/api/v1/dialogues/{slug}/statements/{statement_id}/vote"
_VOTE_PATH = re.compile(
    r"/api/v1/dialogues/([a-z0-9-]{1,80})/statements/([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})/vote"
)
_CARD_ROUTE = "/{language}/dialogues/{slug}/vote"
_CARD_PATH = re.compile(rf"/(?:{'|'.join(Language)})/dialogues/([a-z0-9-]{{1,80}})/vote")
_decode = msgspec.json.Decoder(VoteIn).decode


class CachedVoter(msgspec.Struct, frozen=True, gc=False):
    """A participant in an open consultation, both from the caches of this process."""

    consultation: ConsultationRef
    participant_id: uuid.UUID
    is_signed_in: bool

    def limit_key(self, scope: HTTPScope, headers: dict[bytes, bytes]) -> LimitKey | None:
        """The limit that a guest's vote counts for; None for an account."""
        if self.is_signed_in:
            return None
        forwarded_for = headers.get(network.FORWARDED_FOR, b"")
        return LimitKey(network.cached_network(scope, forwarded_for), self.consultation.id)


class Vote(msgspec.Struct, frozen=True, gc=False):
    """A vote that was read from a request and is not cast yet."""

    participant_id: uuid.UUID
    statement_id: uuid.UUID
    value: int
    guests_of: LimitKey | None

    async def cast(self) -> None:
        """Return once the vote is durable. Raises what `service.cast` raises."""
        await service.cast(self.participant_id, self.statement_id, self.value, self.guests_of)


async def read_vote(scope: HTTPScope, receive: Receive) -> tuple[Vote | None, Receive]:
    """The vote in a request, or None; and the `receive` to go on with."""
    if scope["method"] != "PUT" or not (match := _VOTE_PATH.fullmatch(scope["path"])):
        return None, receive
    headers = plain_headers(scope)
    voter = peek_cached_voter(headers, match[1]) if headers else None
    if headers is None or voter is None:
        return None, receive
    message = await receive()
    value = _vote_in(headers, message)
    if value is None:
        return None, _replaying(message, receive)
    scope["path_template"] = _VOTE_ROUTE
    key = voter.limit_key(scope, headers)
    return Vote(voter.participant_id, UUID(match[2]), value, key), receive


def plain_headers(scope: HTTPScope) -> dict[bytes, bytes] | None:
    """The headers of a request; None if a name repeats: the framework handles those."""
    sent = list(scope["headers"])
    headers = dict(sent)
    return headers if len(headers) == len(sent) else None


def peek_cached_voter(headers: dict[bytes, bytes], slug: str) -> CachedVoter | None:
    """The participant of a request, while votes are accepted; None means *not cached*."""
    cookies = _cookies(headers.get(b"cookie", b""))
    consultation = consultations.peek_cached_published(slug) if cookies else None
    if consultation is None or not consultation.accepts(ComponentKind.STATEMENTS, clock.now()):
        return None
    session = cookies.get(sessions.cookie_name())
    if not consultation.admits(is_signed_in=session is not None):
        return None  # a guest who came while guests were allowed
    if session is None:
        found = guest_cookie.read(consultation.id, cookies.get(guest_cookie.cookie_name(slug)))
    else:
        actor = sessions.peek_cached_actor(session)
        found = participants.peek_cached_of_account(consultation.id, actor.id) if actor else None
    return CachedVoter(consultation, found, is_signed_in=session is not None) if found else None


@lru_cache(maxsize=10_000)
def _cookies(line: bytes) -> Mapping[str, str]:
    """The cookies of a request; empty if a name repeats: the framework handles those."""
    pairs = [pair.strip().partition("=") for pair in line.decode("latin-1").split(";")]
    cookies = {name: value for name, _, value in pairs}
    return cookies if len(cookies) == len(pairs) else {}


def _vote_in(headers: dict[bytes, bytes], message: ReceiveMessage) -> int | None:
    """The vote in a body of one message, or None. The length shows that no message follows."""
    if message["type"] != "http.request":
        return None
    body = message["body"]
    if headers.get(b"content-length") != str(len(body)).encode():
        return None
    if not headers.get(b"content-type", b"").startswith(b"application/json"):
        return None
    try:
        return _decode(body).vote
    except ValueError:  # msgspec's errors are ValueErrors
        return None


def _replaying(message: ReceiveMessage, receive: Receive) -> Receive:
    """A `receive` that first returns the message that was read already."""
    unread = [message]

    async def replay() -> Any:
        return unread.pop() if unread else await receive()

    return replay


def read_card(scope: HTTPScope) -> CachedVoter | None:
    """The participant of an htmx request for the next card; None means *not cached*."""
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
    """The next card as HTML, as the handler renders it."""
    may_vote = voter.consultation.admits(is_signed_in=voter.is_signed_in)
    shown = await cards.context(voter.consultation, voter.participant_id, may_vote=may_vote)
    return page_cache.render(cards.TEMPLATE, shown).encode()
