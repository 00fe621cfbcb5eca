"""Sessions: a signed cookie, a row that can be revoked, and a cache of actors in each process.

A request costs one signature check and one look-up in memory. Each process caches actors for a few
minutes, polls once a second which accounts have changed (signed out, closed, another role), and
invalidates those. Without a recent poll (the database is unreachable, or a process without
`watching`, such as a test or a command) the cache is not used.
"""

import asyncio
import contextlib
import time
import uuid
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from typing import Any

import structlog

from enishi.accounts import queries
from enishi.accounts.schemas import Actor
from enishi.kit import clock, db, keyring
from enishi.kit.cookie_names import host_name
from enishi.kit.ids import new_id
from enishi.kit.lru import LruMap
from enishi.kit.outages import optional_write

_log = structlog.get_logger(__name__)

COOKIE = "enishi_session"
_PURPOSE = "accounts.session"
TOKEN_DAYS = queries.IDLE_DAYS
_TOKEN_LIFE = timedelta(days=TOKEN_DAYS)
RENEW_AFTER = timedelta(days=1)

_POLL_SECONDS = 1.0
STALE_SECONDS = 3.0  # without a poll for so long, the cache is not used
_CACHE_SECONDS = 300.0
_CACHE_SIZE = 50_000
# Longer than a unit of work plus the clock difference of two machines: late commits are seen.
_OVERLAP = timedelta(seconds=60)
# Far longer than any process caches, also one that could not poll meanwhile.
_CHANGES_KEPT = timedelta(days=1)


@dataclass(frozen=True)
class Token:
    """The content of a session cookie with a valid signature."""

    session_id: uuid.UUID
    account_id: uuid.UUID
    issued_at: datetime

    @property
    def is_due_for_renewal(self) -> bool:
        return clock.now() - self.issued_at >= RENEW_AFTER


def cookie_name() -> str:
    """The session cookie's name in the browser."""
    return host_name(COOKIE)


def token_for(session_id: uuid.UUID, account_id: uuid.UUID) -> str:
    issued = int(clock.now().timestamp())
    payload = {"s": session_id.hex, "a": account_id.hex, "i": issued}
    return keyring.ring().sign(_PURPOSE, payload, seconds=TOKEN_DAYS * 86_400)


def read_token(cookie: str) -> Token | None:
    """The content of a cookie; None for an invalid signature or an expired token."""
    try:
        token = _verify(cookie)
    except keyring.BadTokenError:
        return None
    if clock.now() - token.issued_at >= _TOKEN_LIFE:
        return None
    return token


@lru_cache(maxsize=_CACHE_SIZE)
def _verify(cookie: str) -> Token:
    """Cached, because a signature stays valid; the caller checks the age each time."""
    payload: dict[str, Any] = keyring.ring().verify(_PURPOSE, cookie)
    return Token(
        uuid.UUID(payload["s"]),
        uuid.UUID(payload["a"]),
        datetime.fromtimestamp(payload["i"], tz=UTC),
    )


@dataclass(frozen=True)
class _Entry:
    actor: Actor
    until: float


class _ActorCache:
    """An LRU cache of actors by session, invalidated by account."""

    def __init__(self) -> None:
        self._entries: LruMap[uuid.UUID, _Entry] = LruMap(_CACHE_SIZE)
        self._sessions_of: dict[uuid.UUID, set[uuid.UUID]] = {}
        self._changes: dict[uuid.UUID, float] = {}
        self._polled_at = float("-inf")
        # Counts invalidations: an actor that was read before one must not be cached after it.
        self.generation = 0

    def peek(self, session_id: uuid.UUID) -> Actor | None:
        found = self._entries.get(session_id)
        now = time.monotonic()
        if found is None or now > found.until or now - self._polled_at > STALE_SECONDS:
            return None
        return found.actor

    def put(self, session_id: uuid.UUID, actor: Actor, generation: int) -> None:
        if generation != self.generation:
            return
        until = time.monotonic() + _CACHE_SECONDS
        self._sessions_of.setdefault(actor.id, set()).add(session_id)
        evicted = self._entries.put(session_id, _Entry(actor, until))
        if evicted is not None:
            self._unlink(evicted[0], evicted[1].actor.id)

    def invalidate(self, account_id: uuid.UUID) -> None:
        self.generation += 1
        for session_id in self._sessions_of.pop(account_id, ()):
            self._entries.pop(session_id)

    def _unlink(self, session_id: uuid.UUID, account_id: uuid.UUID) -> None:
        sessions = self._sessions_of[account_id]
        sessions.discard(session_id)
        if not sessions:
            del self._sessions_of[account_id]

    async def poll(self) -> None:
        """Invalidate changed accounts. The window overlaps, because commits become visible late."""
        started = time.monotonic()
        for change_id, account_id in await queries.list_changed_accounts(clock.now() - _OVERLAP):
            if change_id not in self._changes:
                self._changes[change_id] = started
                self.invalidate(account_id)
        oldest = started - 2 * _OVERLAP.total_seconds()
        self._changes = {key: seen for key, seen in self._changes.items() if seen > oldest}
        if started - self._polled_at > _OVERLAP.total_seconds():
            # No poll for longer than the overlap: a change may have been missed.
            self._entries.clear()
            self._sessions_of.clear()
            self.generation += 1
        self._polled_at = started


_cache = _ActorCache()


def peek_cached_actor(cookie: str) -> Actor | None:
    """The actor of a cookie, if cached. None means *not cached*, not *signed out*."""
    token = read_token(cookie)
    return _cache.peek(token.session_id) if token else None


async def identify(token: Token) -> Actor | None:
    """The actor of a session; None once it has ended."""
    actor = _cache.peek(token.session_id)
    if actor is not None:
        return actor
    generation = _cache.generation
    found = await queries.find_actor(token.session_id)
    if found is None or found[0].id != token.account_id:
        return None
    actor, last_seen_on = found
    if last_seen_on < clock.today():
        with optional_write():
            await db.fetch(
                "UPDATE accounts_session SET last_seen_on = $2 WHERE id = $1 AND last_seen_on < $2",
                token.session_id,
                clock.today(),
            )
    _cache.put(token.session_id, actor, generation)
    return actor


async def announce_change(account_id: uuid.UUID) -> None:
    """Invalidate the account in every process's cache; in the unit of work that changes it."""
    if not db.in_unit_of_work():
        raise RuntimeError("a change of an account was announced outside a unit of work")
    _cache.invalidate(account_id)
    await db.fetch(
        "INSERT INTO accounts_change (id, account_id, changed_at) VALUES ($1, $2, $3)",
        new_id(),
        account_id,
        clock.now(),
    )


async def prune() -> None:
    """Delete invalidations that every process has applied or outlived."""
    await db.fetch("DELETE FROM accounts_change WHERE changed_at < $1", clock.now() - _CHANGES_KEPT)


@asynccontextmanager
async def watching() -> AsyncIterator[None]:
    """Poll for changed accounts each second; for the lifespan of a web process."""
    watcher = asyncio.create_task(_watch())
    try:
        yield
    finally:
        watcher.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await watcher


async def _watch() -> None:
    failing = False
    while True:
        try:
            async with asyncio.timeout(STALE_SECONDS):
                await _cache.poll()
            failing = False
        except Exception as error:  # noqa: BLE001 (the poll must go on after any error)
            if not failing:
                _log.warning("accounts.session_watch.failed", error=type(error).__name__)
            failing = True
        await asyncio.sleep(_POLL_SECONDS)
