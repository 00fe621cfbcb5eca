"""Whose participant is whose: only ever asked by the person it belongs to."""

import uuid

from enishi.kit import db
from enishi.kit.lru import LruMap

# (account, dialogue) -> participant, of those seen lately: a vote needs no query to know whose
# it is. A row never changes but by erasure, and then the account no longer signs in.
_known: LruMap[tuple[uuid.UUID, uuid.UUID], uuid.UUID] = LruMap(50_000)


def peek_cached_of_account(consultation_id: uuid.UUID, account_id: uuid.UUID) -> uuid.UUID | None:
    """As find_of_account, from the cache; None means *not cached*, not *does not exist*."""
    return _known.get((account_id, consultation_id))


async def find_of_account(consultation_id: uuid.UUID, account_id: uuid.UUID) -> uuid.UUID | None:
    known = peek_cached_of_account(consultation_id, account_id)
    if known is not None:
        return known
    rows = await db.fetch(
        "SELECT participant_id FROM consultations_participant_link"
        " WHERE account_id = $1 AND consultation_id = $2",
        account_id,
        consultation_id,
    )
    if not rows:
        return None
    found: uuid.UUID = rows[0]["participant_id"]
    if not db.in_unit_of_work():  # what is not committed yet may never be
        _known.put((account_id, consultation_id), found)
    return found


async def list_of_account(account_id: uuid.UUID) -> list[tuple[uuid.UUID, uuid.UUID]]:
    """(dialogue, participant) of each dialogue somebody takes part in."""
    rows = await db.fetch(
        "SELECT consultation_id, participant_id FROM consultations_participant_link"
        " WHERE account_id = $1 ORDER BY linked_at",
        account_id,
    )
    return [(row["consultation_id"], row["participant_id"]) for row in rows]


def invalidate() -> None:
    """Remember nobody: after a link was cut, and between tests."""
    _known.clear()
