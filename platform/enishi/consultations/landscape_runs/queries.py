"""Reads of runs. What the public sees of one is decided by `policies`."""

import json
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from enishi.consultations.core import visibility
from enishi.consultations.core.schemas import ConsultationRef, ShownPeople
from enishi.consultations.landscape_runs import own_place, policies, stored_result, stored_runs
from enishi.consultations.landscape_runs.kinds import Disclosure, NotPlaced, RunKind
from enishi.consultations.landscape_runs.polis_set import FinalRun
from enishi.consultations.landscape_runs.schemas import (
    ExportedStatement,
    GuestComparison,
    LandscapeView,
    NoPlace,
    OwnPlace,
    PanelRun,
    RunStamp,
    StatementText,
)
from enishi.consultations.landscape_runs.stored_parts import BallotPart, unpack_ballots
from enishi.consultations.landscape_runs.stored_result import RunResult
from enishi.consultations.landscape_runs.without_guests import WithoutGuests
from enishi.kit import clock, db
from enishi.kit.cache import SharedCache
from enishi.kit.lru import LruMap

_STAMP = """
    r.number, r.kind, r.votes_until, r.published_at, r.people, r.votes, r.input_hash,
    r.engine || ' ' || r.version AS engine
"""
# One statement, so that the run and the texts are of one instant. $2 and $3: the run and the digest
# of the texts that are prepared already; what is known is not sent again.
_NEWEST = f"""
SELECT {_STAMP}, r.id, r.result_version,
    CASE WHEN r.id IS DISTINCT FROM $2 THEN r.result END AS result, t.digest,
    CASE WHEN r.id IS DISTINCT FROM $2 OR t.digest IS DISTINCT FROM $3 THEN (
        SELECT coalesce(json_agg(json_build_object('id', s.id, 'number', s.number, 'text', s.text,
            'language', s.language, 'translations', coalesce(s.translations, '{{}}'::jsonb))
            ORDER BY s.number), '[]')::text
        FROM consultations_statement s
        WHERE s.consultation_id = c.id AND {visibility.STATEMENT}
    ) END AS texts
FROM consultations_landscape_run r
JOIN consultations_consultation c ON c.id = r.consultation_id
CROSS JOIN LATERAL (
    SELECT sha256(convert_to(coalesce(string_agg(
        (s.id, s.number, s.language, s.text, s.translations)::text, '' ORDER BY s.number
    ), ''), 'UTF8')) AS digest
    FROM consultations_statement s WHERE s.consultation_id = c.id AND {visibility.STATEMENT}
) t
WHERE r.consultation_id = $1 AND {visibility.CONSULTATION}
ORDER BY r.number DESC LIMIT 1
"""  # noqa: S608 (made of constants)


@dataclass(frozen=True, slots=True)
class _Prepared:
    """A run as it is shown. It follows from `run`, whose row never changes, and `digest` alone.

    digest: of the texts of all public statements.
    """

    run: uuid.UUID
    digest: bytes
    view: LandscapeView
    result: RunResult


# By consultation. To read the result and the texts of 1,000 statements takes 40 ms of a page.
_prepared: LruMap[uuid.UUID, _Prepared] = LruMap(32)


async def find_view(consultation: ConsultationRef) -> LandscapeView | None:
    """The newest run as the public may see it; None before the first one. One statement."""
    found = await _find(consultation)
    return found.view if found else None


async def _find(consultation: ConsultationRef) -> _Prepared | None:
    known = _prepared.get(consultation.id)
    if known is not None:
        view = known.view
        if policies.disclosure_of(consultation, view.stamp.kind) is not view.disclosure:
            known = None
    given = (known.run, known.digest) if known else (None, None)
    row = await db.fetch_one(_NEWEST, consultation.id, *given)
    if row is None:
        return None
    if known is not None and row["texts"] is None:
        return known
    result = known.result if known is not None and known.run == row["id"] else _result_of(row)
    if result is None:
        return None
    texts = [StatementText.model_validate(each) for each in json.loads(row["texts"])]
    view = policies.view_of(consultation, _stamp(row), result, texts)
    prepared = _Prepared(row["id"], row["digest"], view, result)
    _prepared.put(consultation.id, prepared)
    return prepared


# For one's own place, which is read after each vote. Hidden statements stay for two seconds.
_views: SharedCache[_Prepared | None] = SharedCache(seconds=2, size=64)
_OWN_VOTES = """
SELECT s.number, v.value FROM consultations_vote v
JOIN consultations_statement s ON s.id = v.statement_id AND s.consultation_id = $2
WHERE v.participant_id = $1
"""
_OWN_PART = """
SELECT participants, places FROM consultations_landscape_part
WHERE consultation_id = $2 AND first_participant <= $1
ORDER BY first_participant DESC LIMIT 1
"""


async def find_own_place(
    consultation: ConsultationRef, participant_id: uuid.UUID
) -> OwnPlace | NoPlace:
    """Where a participant stands, by their votes as they are now. For that participant only."""
    found = await _views.get(consultation.id, lambda: _find(consultation))
    if found is None or found.view.figures is None:
        return NoPlace(NotPlaced.NO_RUN)
    rows = await db.fetch(_OWN_VOTES, participant_id, consultation.id)
    votes = {row["number"]: row["value"] for row in rows}
    view, result = found.view, found.result
    if view.stamp.kind is not RunKind.FINAL:
        return own_place.of_votes(view, result, votes)
    part = await db.fetch_one(_OWN_PART, participant_id, consultation.id)
    label = own_place.stored_group(participant_id, **part) if part else None
    return own_place.of_votes(view, result, votes, own_place.Known(label))


def _result_of(row: dict[str, Any]) -> RunResult | None:
    """None for a result of another version of the format: the next run replaces it."""
    if row["result"] is None:
        return None
    try:
        return stored_result.decode(row["result_version"], row["result"])
    except stored_result.ResultVersionError:
        return None


def _stamp(row: dict[str, Any]) -> RunStamp:
    names = ("number", "votes_until", "published_at", "people", "votes", "input_hash", "engine")
    return RunStamp(kind=RunKind(row["kind"]), **{name: row[name] for name in names})


_PANEL = """
SELECT number, kind, votes_until, published_at, seconds, group_count, best_count,
    stability::text AS stability
FROM consultations_landscape_run WHERE consultation_id = $1 ORDER BY number DESC LIMIT $2
"""
PANEL_LENGTH = 50


async def list_runs(consultation_id: uuid.UUID, limit: int = PANEL_LENGTH) -> list[PanelRun]:
    """The newest runs for the consultation's own office: how stable the groups are."""
    runs = []
    for row in await db.fetch(_PANEL, consultation_id, limit):
        kept = json.loads(row.pop("stability"))
        stored = policies.StoredStability(
            **(row | {"kind": RunKind(row["kind"])}),
            silhouettes={int(k): mean for k, mean in kept["silhouettes"].items()},
            letters=kept["letters"],
            members=kept["members"],
            firm=kept["firm"],
        )
        runs.append(policies.panel_run(stored))
    return runs


async def find_guest_comparison(consultation: ConsultationRef) -> GuestComparison | None:
    """For the consultation's own office; None before the final run, and where it is not shown."""
    row = await db.fetch_one(_PANEL, consultation.id, 1)
    if row is None:
        return None
    kept = json.loads(row["stability"])
    stored = kept.get("without_guests")  # a run of an earlier version has none
    disclosure = policies.disclosure_of(consultation, RunKind(row["kind"]))
    return policies.compared_without_guests(
        disclosure, kept["members"], WithoutGuests.of(stored) if stored else None
    )


_EXPORTED = """
SELECT s.number, s.text, s.created_at, s.state = 'accepted' AS is_public, s.is_meta
FROM consultations_statement s WHERE s.consultation_id = $1 ORDER BY s.number
"""


async def find_final(consultation: ConsultationRef, address: str) -> FinalRun | None:
    """What the export set is made of; None before the final run. address: of the consultation."""
    found = await _find(consultation)
    if found is None or found.view.stamp.kind is not RunKind.FINAL:
        return None
    view, result = found.view, found.result
    parameters = await stored_runs.find_parameters(consultation.id, view.stamp.number)
    ballots: tuple[BallotPart, ...] = ()
    if view.disclosure is Disclosure.BALLOTS:
        ballots = await stored_runs.list_ballots(consultation.id)
    packed, days = unpack_ballots(ballots)
    rows = await db.fetch(_EXPORTED, consultation.id)
    return FinalRun(
        consultation=consultation,
        address=address,
        view=view,
        result=result,
        parameters=parameters,
        statements=tuple(ExportedStatement(**row) for row in rows),
        ballots=packed,
        days=days,
    )


# As in voting/results.py: of each instant the newest run whose votes were cast before it.
_SHOWN_VOTERS = f"""
WITH run AS (
    SELECT consultation_id, kind, people, votes_until,
        lead(votes_until) OVER (PARTITION BY consultation_id ORDER BY number) AS next_at
    FROM consultations_landscape_run
)
SELECT e.day, c.id AS consultation_id, c.place_code, r.kind, r.people
FROM run r
JOIN unnest($1::date[], $2::timestamptz[]) AS e (day, instant)
    ON r.votes_until < e.instant AND (r.next_at IS NULL OR r.next_at >= e.instant)
JOIN consultations_consultation c ON c.id = r.consultation_id
WHERE {visibility.CONSULTATION}
"""  # noqa: S608 (made of constants)


async def list_shown_voters(days: Sequence[date]) -> list[ShownPeople]:
    """Of each public consultation the voters that its newest run tells, by the end of each day."""
    rows = await db.fetch(_SHOWN_VOTERS, days, [clock.closes_after(day) for day in days])
    return [
        ShownPeople(least=policies.shown_people(RunKind(row.pop("kind")), row.pop("people")), **row)
        for row in rows
    ]


# Read for each card; a new run is published every ten minutes at most.
_weights: SharedCache[Mapping[uuid.UUID, float]] = SharedCache(seconds=30, size=256)
_PRIORITIES = f"""
SELECT r.result_version, r.result, ARRAY(SELECT s.id FROM consultations_statement s
    WHERE s.consultation_id = c.id AND {visibility.STATEMENT} ORDER BY s.number) AS ids,
    ARRAY(SELECT s.number FROM consultations_statement s
    WHERE s.consultation_id = c.id AND {visibility.STATEMENT} ORDER BY s.number) AS numbers
FROM consultations_landscape_run r
JOIN consultations_consultation c ON c.id = r.consultation_id
WHERE r.consultation_id = $1 AND {visibility.CONSULTATION}
ORDER BY r.number DESC LIMIT 1
"""  # noqa: S608 (made of constants)


async def routing_weights(consultation_id: uuid.UUID) -> Mapping[uuid.UUID, float]:
    """Public statement -> priority in the newest run, up to half a minute old.

    A statement that is newer than the run is missing; all are before the first run.
    """
    return await _weights.get(consultation_id, lambda: _fetch_weights(consultation_id))


async def _fetch_weights(consultation_id: uuid.UUID) -> Mapping[uuid.UUID, float]:
    row = await db.fetch_one(_PRIORITIES, consultation_id)
    result = _result_of(row) if row else None
    if row is None or result is None:
        return {}
    known = dict(zip(result.numbers.tolist(), result.priorities.tolist(), strict=True))
    ids = dict(zip(row["numbers"], row["ids"], strict=True))
    return {ids[number]: known[number] for number in ids if number in known}


def invalidate() -> None:
    """Drop what is cached: after this process published a run, and between tests."""
    _weights.invalidate()
    _views.invalidate()
    _prepared.clear()
