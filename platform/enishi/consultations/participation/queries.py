"""The participants of an account. Only that account and its erasure may read them."""

import uuid

from enishi.kit import db
from enishi.kit.lru import LruMap

# (account, consultation) -> participant, so that a vote needs no query for it. Only the erasure of
# an account changes a row, and an erased account no longer signs in.
_cache: LruMap[tuple[uuid.UUID, uuid.UUID], uuid.UUID] = LruMap(50_000)


def peek_cached_of_account(consultation_id: uuid.UUID, account_id: uuid.UUID) -> uuid.UUID | None:
    """As find_of_account, from the cache; None means *not cached*, not *does not exist*."""
    return _cache.get((account_id, consultation_id))


async def find_of_account(consultation_id: uuid.UUID, account_id: uuid.UUID) -> uuid.UUID | None:
    """The account's participant in a consultation; None before it joined."""
    cached = peek_cached_of_account(consultation_id, account_id)
    if cached is not None:
        return cached
    rows = await db.fetch(
        "SELECT participant_id FROM consultations_participant_link"
        " WHERE account_id = $1 AND consultation_id = $2",
        account_id,
        consultation_id,
    )
    if not rows:
        return None
    found: uuid.UUID = rows[0]["participant_id"]
    if not db.in_unit_of_work():  # the row may still be rolled back
        _cache.put((account_id, consultation_id), found)
    return found


async def list_of_account(account_id: uuid.UUID) -> list[tuple[uuid.UUID, uuid.UUID]]:
    """(consultation, participant) pairs of an account, in the order of joining."""
    rows = await db.fetch(
        "SELECT consultation_id, participant_id FROM consultations_participant_link"
        " WHERE account_id = $1 ORDER BY linked_at",
        account_id,
    )
    return [(row["consultation_id"], row["participant_id"]) for row in rows]


async def find_account(participant_id: uuid.UUID) -> uuid.UUID | None:
    """The account of a participant, to send it a mail; None for guests and after erasure."""
    row = await db.fetch_one(
        "SELECT account_id FROM consultations_participant_link WHERE participant_id = $1",
        participant_id,
    )
    return row["account_id"] if row else None


def invalidate() -> None:
    """Drop the cache: after an erasure deleted links, and between tests."""
    _cache.clear()
