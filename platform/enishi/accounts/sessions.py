"""Signed-in browsers: a signed cookie, a record that can be revoked, and what a process remembers.

A request costs one signature check and one look-up in memory. Each process remembers actors for
a few minutes and looks every second for accounts that have changed (signed out, closed, another
role): what it remembers of them it drops. A process that cannot look, because the database is
away or because nobody watches (tests, commands), remembers nothing.
"""

import asyncio
import contextlib
import time
import uuid
from collections import OrderedDict
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
from enishi.kit.ids import new_id
from enishi.settings import get_settings

_log = structlog.get_logger(__name__)

_PURPOSE = "accounts.session"
TOKEN_DAYS = queries.IDLE_DAYS
_TOKEN_LIFE = timedelta(days=TOKEN_DAYS)
RENEW_AFTER = timedelta(days=1)

_LOOK_SECONDS = 1.0
BLIND_SECONDS = 3.0  # after so long without a look nothing remembered is believed
_REMEMBER_SECONDS = 300.0
_REMEMBER_ACTORS = 50_000
# Longer than a unit of work lasts plus what clocks of two machines may differ.
_OVERLAP = timedelta(seconds=60)
# Far longer than anything is remembered, also by a process that could not look meanwhile.
_NEWS_DAYS = timedelta(days=1)


@dataclass(frozen=True)
class Token:
    """What the cookie says, once its signature was found to be ours."""

    session_id: uuid.UUID
    account_id: uuid.UUID
    issued_at: datetime

    @property
    def is_due_for_renewal(self) -> bool:
        return clock.now() - self.issued_at >= RENEW_AFTER


def cookie_name() -> str:
    """With https a name that browsers only accept for this very host, over https."""
    is_secure = get_settings().base_url.startswith("https://")
    return "__Host-enishi_session" if is_secure else "enishi_session"


def token_for(session_id: uuid.UUID, account_id: uuid.UUID) -> str:
    issued = int(clock.now().timestamp())
    payload = {"s": session_id.hex, "a": account_id.hex, "i": issued}
    return keyring.ring().sign(_PURPOSE, payload, seconds=TOKEN_DAYS * 86_400)


def read_token(cookie: str) -> Token | None:
    """What a cookie says; None if it is not ours or too old."""
    try:
        token = _verify(cookie)
    except keyring.BadTokenError:
        return None
    if clock.now() - token.issued_at >= _TOKEN_LIFE:
        return None
    return token


@lru_cache(maxsize=_REMEMBER_ACTORS)
def _verify(cookie: str) -> Token:
    """Remembered if it is ours: a signature does not change. Its age is looked at each time."""
    payload: dict[str, Any] = keyring.ring().verify(_PURPOSE, cookie)
    return Token(
        uuid.UUID(payload["s"]),
        uuid.UUID(payload["a"]),
        datetime.fromtimestamp(payload["i"], tz=UTC),
    )


@dataclass(frozen=True)
class _Remembered:
    actor: Actor
    until: float


class _Memory:
    """The actors this process has seen lately, by session."""

    def __init__(self) -> None:
        self._actors: OrderedDict[uuid.UUID, _Remembered] = OrderedDict()
        self._sessions_of: dict[uuid.UUID, set[uuid.UUID]] = {}
        self._changes: dict[uuid.UUID, float] = {}
        self._looked_at = float("-inf")
        # Counts what was forgotten, so that an actor read before a change is not kept after it.
        self.generation = 0

    def peek(self, session_id: uuid.UUID) -> Actor | None:
        found = self._actors.get(session_id)
        now = time.monotonic()
        if found is None or now > found.until or now - self._looked_at > BLIND_SECONDS:
            return None
        return found.actor

    def keep(self, session_id: uuid.UUID, actor: Actor, generation: int) -> None:
        if generation != self.generation:
            return
        until = time.monotonic() + _REMEMBER_SECONDS
        self._actors[session_id] = _Remembered(actor, until)
        self._sessions_of.setdefault(actor.id, set()).add(session_id)
        while len(self._actors) > _REMEMBER_ACTORS:
            self._drop(next(iter(self._actors)))

    def invalidate(self, account_id: uuid.UUID) -> None:
        self.generation += 1
        for session_id in tuple(self._sessions_of.get(account_id, ())):
            self._drop(session_id)

    def _drop(self, session_id: uuid.UUID) -> None:
        actor = self._actors.pop(session_id).actor
        sessions = self._sessions_of[actor.id]
        sessions.discard(session_id)
        if not sessions:
            del self._sessions_of[actor.id]

    async def look(self) -> None:
        """Drop what changed. Changes are looked at for a while: they become visible late."""
        started = time.monotonic()
        for change_id, account_id in await queries.list_changed_accounts(clock.now() - _OVERLAP):
            if change_id not in self._changes:
                self._changes[change_id] = started
                self.invalidate(account_id)
        oldest = started - 2 * _OVERLAP.total_seconds()
        self._changes = {key: seen for key, seen in self._changes.items() if seen > oldest}
        if started - self._looked_at > _OVERLAP.total_seconds():
            # Away for longer than the overlap: a change may have passed unseen.
            self._actors.clear()
            self._sessions_of.clear()
            self.generation += 1
        self._looked_at = started


_memory = _Memory()


def peek_cached_actor(cookie: str) -> Actor | None:
    """Who a cookie signs in, if this process still knows it; None says nothing."""
    token = read_token(cookie)
    return _memory.peek(token.session_id) if token else None


async def identify(token: Token) -> Actor | None:
    """Who this session signs in; None once it has ended."""
    actor = _memory.peek(token.session_id)
    if actor is not None:
        return actor
    generation = _memory.generation
    found = await queries.find_actor(token.session_id)
    if found is None or found[0].id != token.account_id:
        return None
    actor, last_seen_on = found
    if last_seen_on < clock.today():
        with db.optional_write():
            await db.fetch(
                "UPDATE accounts_session SET last_seen_on = $2 WHERE id = $1 AND last_seen_on < $2",
                token.session_id,
                clock.today(),
            )
    _memory.keep(token.session_id, actor, generation)
    return actor


async def announce_change(account_id: uuid.UUID) -> None:
    """Tell every process to forget the account; part of the unit of work that changes it."""
    if not db.in_unit_of_work():
        raise RuntimeError("a change of an account was announced outside a unit of work")
    _memory.invalidate(account_id)
    await db.fetch(
        "INSERT INTO accounts_change (id, account_id, changed_at) VALUES ($1, $2, $3)",
        new_id(),
        account_id,
        clock.now(),
    )


async def prune() -> None:
    """Drop word of changes of accounts that no process can still remember as they were."""
    await db.fetch("DELETE FROM accounts_change WHERE changed_at < $1", clock.now() - _NEWS_DAYS)


@asynccontextmanager
async def watching() -> AsyncIterator[None]:
    """Look for changed accounts each second; for the lifespan of a web process."""
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
            async with asyncio.timeout(BLIND_SECONDS):
                await _memory.look()
            failing = False
        except Exception as error:  # noqa: BLE001 (whatever it is: it must go on looking)
            if not failing:
                _log.warning("accounts.session_watch.failed", error=type(error).__name__)
            failing = True
        await asyncio.sleep(_LOOK_SECONDS)
