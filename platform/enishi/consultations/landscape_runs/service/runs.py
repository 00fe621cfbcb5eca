"""Computing and publishing runs.

A run is one unit of work: its row, its parts, and who no longer waits. The number of the row
decides a race: of two workers that computed the same run, one cannot insert it.
"""

import json
import secrets
import uuid
from collections.abc import Awaitable, Callable, Iterable
from datetime import datetime
from typing import Any

import asyncpg

from enishi.audit import service as audit
from enishi.consultations.core import queries as consultations
from enishi.consultations.landscape_runs import policies, queries, stored_runs, vote_log
from enishi.consultations.landscape_runs.kinds import RunKind
from enishi.consultations.landscape_runs.run_values import RunInput, RunOutput, TooFew
from enishi.consultations.landscape_runs.stored_runs import StoredRun
from enishi.kit import clock, db
from enishi.kit.ids import new_id

Compute = Callable[[RunInput], Awaitable[RunOutput | TooFew]]
"""Carries out computation.compute, in a process of its own."""

KEPT_RESULTS = 10  # of the newest runs; older ones keep their row only
_SEED_BYTES = 32


async def refresh(consultation_id: uuid.UUID, compute: Compute) -> int | None:
    """Compute and publish the run that is due; returns its number, None if there is none.

    May be called at any time and may be killed at any point: a run that was not published leaves
    nothing behind. Nothing is locked while it computes.
    """
    slug = await stored_runs.find_slug(consultation_id)
    consultation = await consultations.find_published(slug) if slug else None
    if consultation is None:
        return None
    last = await stored_runs.find_last(consultation.id)
    waiting = await stored_runs.count_waiting(consultation.id)
    now = clock.now()
    kind = policies.next_run(consultation, last, waiting, now)
    if kind is None:
        return None
    alone = last is None or policies.may_follow_alone(consultation, last, now)
    given, instant = await _read(consultation.id, kind, last, needs_further_people=not alone)
    computed = await compute(given)
    if isinstance(computed, TooFew):
        await _wait_for_more(consultation.id, instant, computed)
        return None
    number = 1 if last is None else last.number + 1
    row = _row(consultation.id, (number, kind), now, instant, computed)
    try:
        async with db.unit_of_work():
            await _publish(row, computed, consultation.organisation_id)
    except asyncpg.UniqueViolationError as error:
        if db.violated_constraint(error) != "consultations_landscape_run_once":
            raise
        return None  # another worker has published this run
    queries.invalidate()
    return number


async def _wait_for_more(
    consultation_id: uuid.UUID, instant: tuple[int, str], found: TooFew
) -> None:
    """Only those wait whose votes differ from the newest run's."""
    horizon, _ = instant
    async with db.unit_of_work():
        await db.execute(_STOP_WAITING, consultation_id, horizon)
        await db.execute(_WAIT, consultation_id, list(found.people), horizon)


_STOP_WAITING = """
DELETE FROM consultations_landscape_waiting WHERE consultation_id = $1 AND tx < $2
"""
_WAIT = """
INSERT INTO consultations_landscape_waiting (consultation_id, participant_id, tx)
SELECT $1, each, $3 - 1 FROM unnest($2::uuid[]) AS each ORDER BY each
ON CONFLICT (consultation_id, participant_id) DO NOTHING
"""


async def _read(
    consultation_id: uuid.UUID,
    kind: RunKind,
    last: StoredRun | None,
    *,
    needs_further_people: bool,
) -> tuple[RunInput, tuple[int, str]]:
    """What the run is computed from, and the horizon and cluster that the next one starts from."""
    async with vote_log.one_instant() as instant:
        out = await stored_runs.list_out(consultation_id)
        earlier = await stored_runs.find_earlier(last) if last is not None else None
        position = (instant.horizon, instant.cluster)
        if kind is RunKind.FINAL:
            given = RunInput(
                kind,
                out,
                everything=await vote_log.read_all_with_days(instant, consultation_id),
                earlier=earlier,
                seed=secrets.token_bytes(_SEED_BYTES),
                authors=await stored_runs.list_authors(consultation_id),
                guests=await vote_log.read_guests(instant, consultation_id),
                merged=await vote_log.read_merged(instant, consultation_id),
                needs_further_people=needs_further_people,
            )
        elif last is None or earlier is None or last.cluster != instant.cluster:
            everything = await vote_log.read_all(instant, consultation_id)
            merged = await vote_log.read_merged(instant, consultation_id)
            given = RunInput(kind, out, everything=everything, earlier=earlier, merged=merged)
        else:
            changes = await vote_log.read_changes(instant, consultation_id, last.read_tx)
            merged = await vote_log.read_merged(instant, consultation_id)
            given = RunInput(kind, out, changes=changes, earlier=earlier, merged=merged)
    return given, position


_COLUMNS = (
    "id",
    "consultation_id",
    "number",
    "kind",
    "votes_until",
    "published_at",
    "input_hash",
    "engine",
    "version",
    "parameters",
    "seconds",
    "people",
    "votes",
    "statements",
    "group_count",
    "best_count",
    "best_runs",
    "stability",
    "read_tx",
    "cluster",
    "result_version",
    "result",
)


def _row(
    consultation_id: uuid.UUID,
    named: tuple[int, RunKind],
    votes_until: datetime,
    instant: tuple[int, str],
    computed: RunOutput,
) -> tuple[Any, ...]:
    """The values of _COLUMNS."""
    return (
        new_id(),
        consultation_id,
        *named,
        votes_until,
        clock.now(),
        computed.input_hash,
        computed.engine,
        computed.version,
        json.dumps(computed.parameters),
        computed.seconds,
        computed.people,
        computed.votes,
        computed.statements,
        computed.steady.count,
        computed.steady.best,
        computed.steady.runs,
        json.dumps(computed.stability),
        *instant,
        computed.result_version,
        computed.result,
    )


_INSERT = f"""
INSERT INTO consultations_landscape_run ({", ".join(_COLUMNS)})
VALUES ({", ".join(f"${i}" for i in range(1, len(_COLUMNS) + 1))})
"""  # noqa: S608 (made of constants)
_FORGET = """
UPDATE consultations_landscape_run SET result = NULL
WHERE consultation_id = $1 AND number <= $2 AND kind = 'live' AND result IS NOT NULL
"""


async def _publish(row: tuple[Any, ...], computed: RunOutput, organisation_id: uuid.UUID) -> None:
    """In the caller's unit of work. The row comes first: it settles which of two workers is."""
    values = dict(zip(_COLUMNS, row, strict=True))
    consultation_id, number = values["consultation_id"], values["number"]
    await db.execute(_INSERT, *row)
    await _replace(
        "consultations_landscape_part",
        consultation_id,
        ("first_participant", "participants", "lengths", "codes", "places"),
        (
            (uuid.UUID(bytes=p.first_participant), p.participants, p.lengths, p.codes, p.places)
            for p in computed.parts
        ),
    )
    if computed.ballots:
        await _replace(
            "consultations_landscape_ballot",
            consultation_id,
            ("part", "lengths", "codes", "days"),
            ((i, b.lengths, b.codes, b.days) for i, b in enumerate(computed.ballots)),
        )
    await db.execute(_STOP_WAITING, consultation_id, values["read_tx"])
    await db.execute(_FORGET, consultation_id, number - KEPT_RESULTS)
    await audit.record(
        "consultations.landscape.published",
        actor_id=None,
        subject=("consultation", consultation_id),
        organisation_id=organisation_id,
        number=number,
        kind=str(values["kind"]),
    )


async def _replace(
    table: str,
    consultation_id: uuid.UUID,
    columns: tuple[str, ...],
    rows: Iterable[tuple[Any, ...]],
) -> None:
    """Replace the rows of a consultation by others, with COPY."""
    await db.execute(_DELETE[table], consultation_id)
    transaction = db.DB.current_transaction.get()
    if transaction is None:
        raise RuntimeError(f"{table} was replaced outside a unit of work")
    await transaction.connection.copy_records_to_table(
        table,
        columns=("consultation_id", *columns),
        records=((consultation_id, *row) for row in rows),
    )


_DELETE = {
    "consultations_landscape_part": (
        "DELETE FROM consultations_landscape_part WHERE consultation_id = $1"
    ),
    "consultations_landscape_ballot": (
        "DELETE FROM consultations_landscape_ballot WHERE consultation_id = $1"
    ),
}
