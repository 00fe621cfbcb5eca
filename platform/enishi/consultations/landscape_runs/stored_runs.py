"""What the job reads of the newest run and of its consultation."""

import uuid
from dataclasses import dataclass
from typing import Any

from enishi.consultations.core import visibility
from enishi.consultations.landscape_runs.kinds import RunKind
from enishi.consultations.landscape_runs.policies import LastRun
from enishi.consultations.landscape_runs.run_values import EarlierRun
from enishi.consultations.landscape_runs.stored_parts import BallotPart, Part
from enishi.kit import db
from enishi.landscape.smoothing import SteadyCount


@dataclass(frozen=True, slots=True)
class StoredResult:
    """What a run found, as it is kept. letters: of the groups, from the stability of the run."""

    input_hash: str
    letters: tuple[int, ...]
    result_version: int
    result: bytes


@dataclass(frozen=True, slots=True)
class StoredRun(LastRun):
    """The newest run. read_tx: the first transaction that the next one reads, in `cluster`."""

    consultation_id: uuid.UUID
    number: int
    steady: SteadyCount
    read_tx: int
    cluster: str


async def find_slug(consultation_id: uuid.UUID) -> str | None:
    row = await db.fetch_one(
        "SELECT slug FROM consultations_consultation WHERE id = $1", consultation_id
    )
    return row["slug"] if row else None


async def find_last(consultation_id: uuid.UUID) -> StoredRun | None:
    """The newest run; None before the first one."""
    row = await db.fetch_one(
        "SELECT number, kind, votes_until, published_at, group_count, best_count, best_runs,"
        " read_tx, cluster FROM consultations_landscape_run"
        " WHERE consultation_id = $1 ORDER BY number DESC LIMIT 1",
        consultation_id,
    )
    if row is None:
        return None
    return StoredRun(
        kind=RunKind(row["kind"]),
        votes_until=row["votes_until"],
        published_at=row["published_at"],
        consultation_id=consultation_id,
        number=row["number"],
        steady=SteadyCount(row["group_count"], row["best_count"], row["best_runs"]),
        read_tx=row["read_tx"],
        cluster=row["cluster"],
    )


async def count_waiting(consultation_id: uuid.UUID) -> int:
    """How many people have voted since the newest run, as far as the log was read."""
    found: int = await db.fetch_value(
        "SELECT count(*)::int FROM consultations_landscape_waiting WHERE consultation_id = $1",
        consultation_id,
    )
    return found


_OUT = f"""
SELECT s.number FROM consultations_statement s
JOIN consultations_consultation c ON c.id = s.consultation_id
WHERE s.consultation_id = $1 AND (s.is_meta OR NOT {visibility.STATEMENT}) ORDER BY s.number
"""  # noqa: S608 (made of constants)


async def list_out(consultation_id: uuid.UUID) -> tuple[int, ...]:
    """The numbers of the statements that are not public, or are about the dialogue itself."""
    rows = await db.fetch(_OUT, consultation_id)
    return tuple(row["number"] for row in rows)


async def list_authors(consultation_id: uuid.UUID) -> tuple[tuple[int, int], ...]:
    """(number of a statement, number of its author) for statements with an author."""
    rows = await db.fetch(
        "SELECT s.number, dense_rank() OVER (ORDER BY s.author_id)::int AS author"
        " FROM consultations_statement s"
        " WHERE s.consultation_id = $1 AND s.author_id IS NOT NULL ORDER BY s.number",
        consultation_id,
    )
    return tuple((row["number"], row["author"]) for row in rows)


async def find_earlier(last: StoredRun) -> EarlierRun | None:
    """What the next run starts from; None where the result is gone."""
    row = await db.fetch_one(
        "SELECT result_version, result FROM consultations_landscape_run"
        " WHERE consultation_id = $1 AND number = $2 AND result IS NOT NULL",
        last.consultation_id,
        last.number,
    )
    if row is None:
        return None
    parts = await list_parts(last.consultation_id)
    return EarlierRun(row["result_version"], row["result"], last.steady, parts)


async def find_numbered(consultation_id: uuid.UUID, number: int) -> EarlierRun | None:
    """What the run after this one started from, without its parts; None if it is not kept."""
    row = await db.fetch_one(
        "SELECT result_version, result, group_count, best_count, best_runs"
        " FROM consultations_landscape_run"
        " WHERE consultation_id = $1 AND number = $2 AND result IS NOT NULL",
        consultation_id,
        number,
    )
    if row is None:
        return None
    steady = SteadyCount(row["group_count"], row["best_count"], row["best_runs"])
    return EarlierRun(row["result_version"], row["result"], steady, ())


async def find_result(last: StoredRun) -> StoredResult | None:
    """None where the result is gone."""
    row = await db.fetch_one(
        "SELECT input_hash, result_version, result, stability -> 'letters' AS letters"
        " FROM consultations_landscape_run"
        " WHERE consultation_id = $1 AND number = $2 AND result IS NOT NULL",
        last.consultation_id,
        last.number,
    )
    if row is None:
        return None
    letters: Any = db.document(row["letters"])
    return StoredResult(**(row | {"letters": tuple(letters)}))


async def find_parameters(consultation_id: uuid.UUID, number: int) -> dict[str, Any]:
    """What a run was computed with."""
    found: dict[str, Any] = db.document(
        await db.fetch_value(
            "SELECT parameters FROM consultations_landscape_run"
            " WHERE consultation_id = $1 AND number = $2",
            consultation_id,
            number,
        )
    )
    return found


async def list_parts(consultation_id: uuid.UUID) -> tuple[Part, ...]:
    """The parts of the newest run, by their first participants."""
    rows = await db.fetch(
        "SELECT first_participant, participants, lengths, codes, places"
        " FROM consultations_landscape_part WHERE consultation_id = $1 ORDER BY first_participant",
        consultation_id,
    )
    return tuple(Part(row.pop("first_participant").bytes, **row) for row in rows)


async def list_ballots(consultation_id: uuid.UUID) -> tuple[BallotPart, ...]:
    """The final votes, in the order of the export."""
    rows = await db.fetch(
        "SELECT lengths, codes, days FROM consultations_landscape_ballot"
        " WHERE consultation_id = $1 ORDER BY part",
        consultation_id,
    )
    return tuple(BallotPart(**row) for row in rows)
