"""Idempotency keys: a form that is sent twice is carried out once, with the same answer.

The row of the key is written in the transaction of the work. A refusal or failure rolls it back
with the work, so the key may be tried again. A second request with the key waits on the unique
index until the first transaction has ended.
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

KEPT_FOR = timedelta(hours=24)


class KeyReusedError(InvalidError):
    message = gettext_lazy("同じ送信番号で、別の内容が送られました。ページを開き直してください。")


UNIQUE = "kit_idempotency_one_per_key"


@dataclass(frozen=True)
class Submission:
    """A sent form with its key. `scope` names the route and the actor."""

    key: uuid.UUID
    scope: str
    body: bytes

    @property
    def body_hash(self) -> bytes:
        return hashlib.sha256(self.body).digest()


@dataclass
class Attempt:
    """The execution of a sent form, or the outcome of an earlier one.

    `replayed` is None if the work is to be done now; an outcome may be empty.
    """

    replayed: dict[str, Any] | None = None
    outcome: dict[str, Any] | None = None

    def done(self, **outcome: Any) -> None:
        """Store what a repeat is answered with: JSON values, such as the address to go to."""
        self.outcome = outcome


@asynccontextmanager
async def once(key: uuid.UUID, scope: str, body: bytes) -> AsyncIterator[Attempt]:
    """Open a unit of work that is carried out once for each (key, scope).

    `scope` names the route and the actor. Inside the block, answer with `replayed` if it is set;
    else do the work and call `done`. Raises KeyReusedError for another body.
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
            if replayed is None:  # pruned between the two statements
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
            json.dumps(attempt.outcome, ensure_ascii=False, default=str),
        )


def piggyback(submission: Submission, **outcome: Any) -> PiggybackWrite:
    """The key of work that is a single statement, which also inserts it (kit.piggyback_writes).

    A repeat violates the constraint UNIQUE, which undoes the whole statement. Then, and when the
    statement returned no row, call `find_outcome`.
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
    """The outcome of the form if it was sent before, else None.

    Raises KeyReusedError for another body.
    """
    row = await db.fetch_one(
        "SELECT body_hash, outcome FROM kit_idempotency WHERE key = $1 AND scope = $2",
        submission.key,
        submission.scope,
    )
    if row is None:
        return None
    if row["body_hash"] != submission.body_hash:
        raise KeyReusedError
    outcome: dict[str, Any] = db.document(row["outcome"])
    return outcome


async def prune() -> None:
    """Delete the keys that are older than KEPT_FOR."""
    await db.execute("DELETE FROM kit_idempotency WHERE created_at < $1", clock.now() - KEPT_FOR)
