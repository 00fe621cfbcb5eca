"""The votes of a consultation from the database: all, or what changed since a transaction.

All of it is read in one transaction with one snapshot. What changed is found in the log of votes;
the vote itself is read from the table of votes, because the order in which two transactions wrote
the same vote is neither that of the log's ids nor, strictly, that of their numbers. A transaction
that the snapshot did not see is at or above its horizon, and so is read by the next run.
"""

import uuid
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from enishi.consultations.landscape_runs.packed_votes import Ids, Merged
from enishi.consultations.landscape_runs.run_values import AllVotes, Changes
from enishi.consultations.voting.vote_arrays import load_votes
from enishi.kit import db
from enishi.kit.binary_copy import Connection, Layout, read_records, row_layout

# Transactions from here on may have been running when the snapshot was taken.
_INSTANT = """
SELECT pg_snapshot_xmin(pg_current_snapshot())::text::bigint AS horizon,
    (SELECT system_identifier::text FROM pg_control_system()) AS cluster
"""
_PEOPLE = "SELECT id FROM consultations_participant WHERE consultation_id = $1 ORDER BY id"
_GUESTS = """
SELECT id FROM consultations_participant WHERE consultation_id = $1 AND channel = 'guest'
"""
_PEOPLE_LAYOUT = row_layout(np.dtype([("id", "S16")]))
_ROWS = """
FROM (SELECT id, row_number() OVER (ORDER BY id) - 1 AS place FROM consultations_participant
    WHERE consultation_id = $1) p
JOIN consultations_vote v ON v.participant_id = p.id
JOIN consultations_statement s ON s.id = v.statement_id
"""
_VOTES = f"SELECT p.place::int4, s.number::int4, v.value::int2 {_ROWS}"
# A day is that of Japan, as its number from 1970-01-01.
_VOTES_WITH_DAYS = f"""
SELECT p.place::int4, s.number::int4, v.value::int2,
    ((v.cast_at AT TIME ZONE 'Asia/Tokyo')::date - DATE '1970-01-01')::int4 {_ROWS}
"""
_DAYS_LAYOUT = row_layout(
    np.dtype([("row", "i4"), ("number", "i4"), ("vote", "i2"), ("day", "i4")])
)
_CHANGES = """
SELECT t.participant_id, s.number::int4, coalesce(v.value, 2)::int2
FROM (SELECT DISTINCT e.participant_id, e.statement_id FROM consultations_vote_event e
    WHERE e.tx >= $2) t
JOIN consultations_statement s ON s.id = t.statement_id AND s.consultation_id = $1
LEFT JOIN consultations_vote v
    ON v.participant_id = t.participant_id AND v.statement_id = t.statement_id
"""
_CHANGES_LAYOUT = row_layout(np.dtype([("participant", "S16"), ("number", "i4"), ("vote", "i2")]))

_MERGED = """
SELECT id, merged_into FROM consultations_participant
WHERE consultation_id = $1 AND channel = 'guest' AND merged_into IS NOT NULL
"""
_MERGED_LAYOUT = row_layout(np.dtype([("guest", "S16"), ("account", "S16")]))


@dataclass(frozen=True, slots=True)
class Instant:
    """The snapshot: the next run reads transactions from `horizon` on, in this cluster."""

    horizon: int
    cluster: str
    connection: Connection


@asynccontextmanager
async def one_instant() -> AsyncIterator[Instant]:
    """Everything that is read inside is of one instant."""
    async with db.unit_of_work():
        await db.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
        row = await db.fetch_one(_INSTANT)
        transaction: Any = db.DB.current_transaction.get()
        if row is None or transaction is None:
            raise RuntimeError("a snapshot is read in a unit of work")
        yield Instant(row["horizon"], row["cluster"], transaction.connection)


async def read_all(instant: Instant, consultation_id: uuid.UUID) -> AllVotes:
    """All votes, without their days."""
    people = await _people(instant, consultation_id)
    rows, numbers, votes = await load_votes(instant.connection, _VOTES, consultation_id)
    return AllVotes(people, rows, numbers, votes)


async def read_all_with_days(instant: Instant, consultation_id: uuid.UUID) -> AllVotes:
    """All votes with the day of each."""
    people = await _people(instant, consultation_id)
    columns = {"row": "i4", "number": "i4", "vote": "i1", "day": "i4"}
    found = await _columns(
        instant, _VOTES_WITH_DAYS, consultation_id, layout=_DAYS_LAYOUT, columns=columns
    )
    return AllVotes(people, *found)


async def read_changes(instant: Instant, consultation_id: uuid.UUID, since: int) -> Changes:
    """The votes that transactions from `since` on have touched, as they are now."""
    columns = {"participant": "S16", "number": "i4", "vote": "i1"}
    found = await _columns(
        instant, _CHANGES, consultation_id, since, layout=_CHANGES_LAYOUT, columns=columns
    )
    return Changes(*found)


async def read_merged(instant: Instant, consultation_id: uuid.UUID) -> Merged:
    """The guests that an account claimed."""
    columns = {"guest": "S16", "account": "S16"}
    return Merged(
        *await _columns(instant, _MERGED, consultation_id, layout=_MERGED_LAYOUT, columns=columns)
    )


async def read_guests(instant: Instant, consultation_id: uuid.UUID) -> Ids:
    """The ids of all guests, in any order."""
    return await _people(instant, consultation_id, _GUESTS)


async def _people(instant: Instant, consultation_id: uuid.UUID, query: str = _PEOPLE) -> Ids:
    [ids] = await _columns(
        instant, query, consultation_id, layout=_PEOPLE_LAYOUT, columns={"id": "S16"}
    )
    return ids


async def _columns(
    instant: Instant, sql: str, *args: Any, layout: Layout, columns: Mapping[str, str]
) -> list[npt.NDArray[Any]]:
    """What a statement answers, column by column. columns: name -> kind of the array."""
    batches = await read_records(
        instant.connection,
        sql,
        *args,
        layout=layout,
        convert=lambda records: [records[name].astype(kind) for name, kind in columns.items()],
    )
    if not batches:
        return [np.zeros(0, kind) for kind in columns.values()]
    return [np.concatenate(column) for column in zip(*batches, strict=True)]
