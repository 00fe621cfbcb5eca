"""A form sent twice is carried out once: the same key gives the same answer again.

The key row is written in the transaction of the work itself. If the work is refused or fails,
the key goes with it and may be tried again; if a second request with the key arrives while the
first is under way, PostgreSQL makes it wait for the first one's end.
"""

import hashlib
import json
import uuid
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from enishi.kit import clock, db, ids
from enishi.kit.errors import InvalidError
from enishi.kit.i18n import gettext_lazy
from enishi.kit.piggyback_writes import Document, PiggybackWrite
from enishi.kit.tables import IdempotencyKey

KEPT_FOR = timedelta(hours=24)


class KeyReusedError(InvalidError):
    message = gettext_lazy("同じ送信番号で、別の内容が送られました。ページを開き直してください。")


UNIQUE = "kit_idempotency_one_per_key"


@dataclass(frozen=True)
class Submission:
    """A sent form, with its key. `scope` names the route and whoever acts."""

    key: uuid.UUID
    scope: str
    body: bytes

    @property
    def body_hash(self) -> bytes:
        return hashlib.sha256(self.body).digest()


@dataclass
class Attempt:
    """The one execution of a sent form, or what came of it when it was carried out before.

    `replayed is None` says that the work is still to be done; an outcome may be empty.
    """

    replayed: dict[str, Any] | None = None
    outcome: dict[str, Any] | None = None

    def done(self, **outcome: Any) -> None:
        """Remember what to answer to a repeat (JSON values, such as the address to go to)."""
        self.outcome = outcome


@asynccontextmanager
async def once(key: uuid.UUID, scope: str, body: bytes) -> AsyncIterator[Attempt]:
    """Open a unit of work that is carried out once for each (key, scope).

    `scope` names the route and whoever acts. Inside the block, answer with `replayed` if it is
    there; else do the work and call `done`. Raises KeyReusedError for another body.
    """
    submission = Submission(key, scope, body)
    async with db.unit_of_work():
        inserted = await db.fetch_one(
            """
            INSERT INTO kit_idempotency (id, key, scope, body_hash, created_at)
            VALUES ($1, $2, $3, $4, $5)
            ON CONFLICT (key, scope) DO NOTHING
            RETURNING id
            """,
            ids.new_id(),
            key,
            scope,
            submission.body_hash,
            clock.now(),
        )
        if inserted is None:
            replayed = await find_outcome(submission)
            if replayed is None:  # too old to be remembered: forgotten just now
                raise KeyReusedError
            yield Attempt(replayed=replayed)
            return
        attempt = Attempt()
        yield attempt
        if attempt.outcome is None:
            raise RuntimeError(f"the work of {scope} ended without saying what came of it")
        await db.execute(
            "UPDATE kit_idempotency SET outcome = $2::jsonb WHERE id = $1",
            inserted["id"],
            json.dumps(attempt.outcome, ensure_ascii=False),
        )


def piggyback(submission: Submission, **outcome: Any) -> PiggybackWrite:
    """The key of work that is one statement, written along with it (kit.writes).

    A repeat violates the constraint UNIQUE, which undoes the whole statement: then, and when the
    statement answered with no row, ask `find_outcome`.
    """
    return PiggybackWrite(
        "kit_idempotency",
        {
            "id": ids.new_id(),
            "key": submission.key,
            "scope": submission.scope,
            "body_hash": submission.body_hash,
            "outcome": Document(outcome),
            "created_at": clock.now(),
        },
    )


async def find_outcome(submission: Submission) -> dict[str, Any] | None:
    """What came of the form when it was sent before; None if it was not.

    Raises KeyReusedError for another body.
    """
    row = (
        await IdempotencyKey.select(IdempotencyKey.body_hash, IdempotencyKey.outcome)
        .where(IdempotencyKey.key == submission.key, IdempotencyKey.scope == submission.scope)
        .output(load_json=True)
        .first()
    )
    if row is None:
        return None
    if row["body_hash"] != submission.body_hash:
        raise KeyReusedError
    outcome: dict[str, Any] = row["outcome"]
    return outcome


async def prune() -> None:
    """Forget keys that nobody repeats any more."""
    async with db.unit_of_work():
        await IdempotencyKey.delete().where(IdempotencyKey.created_at < clock.now() - KEPT_FOR)
