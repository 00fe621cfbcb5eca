"""Who has voted since the newest run, and which runs are due: looked for by the clock."""

from enishi.consultations.core import queries as consultations
from enishi.consultations.core import visibility
from enishi.consultations.core.kinds import ComponentKind
from enishi.consultations.landscape_runs import policies, stored_runs
from enishi.consultations.landscape_runs.jobs import RefreshLandscape
from enishi.kit import clock, db, jobs

_MOST_DUE = 50  # runs that one look enqueues

# The lock keeps a second look from advancing beside this one. Numbers of another cluster mean
# nothing, so that log is read from its beginning.
_POSITION = """
SELECT CASE WHEN w.cluster = n.cluster THEN w.read_tx ELSE 0 END AS first, n.horizon, n.cluster
FROM consultations_landscape_watch w, (
    SELECT pg_snapshot_xmin(pg_current_snapshot())::text::bigint AS horizon,
        (SELECT system_identifier::text FROM pg_control_system()) AS cluster
) n FOR UPDATE OF w
"""
# Who voted, but for what the newest run has read. The numbers are parameters, so that the planner
# knows how little of the log lies between them.
_WAIT = """
INSERT INTO consultations_landscape_waiting AS w (consultation_id, participant_id, tx)
SELECT s.consultation_id, e.participant_id, max(e.tx) FROM consultations_vote_event e
JOIN consultations_statement s ON s.id = e.statement_id
LEFT JOIN LATERAL (
    SELECT r.read_tx, r.cluster FROM consultations_landscape_run r
    WHERE r.consultation_id = s.consultation_id ORDER BY r.number DESC LIMIT 1
) r ON true
WHERE e.tx >= $1 AND e.tx < $2 AND (r.read_tx IS NULL OR e.tx >= r.read_tx OR r.cluster <> $3)
GROUP BY s.consultation_id, e.participant_id ORDER BY 1, 2
ON CONFLICT (consultation_id, participant_id) DO UPDATE SET tx = EXCLUDED.tx
"""
_ADVANCE = "UPDATE consultations_landscape_watch SET read_tx = $1, cluster = $2"
_WITHOUT_END = 2**63 - 1
_OPEN_OR_CLOSED = f"""
SELECT c.slug FROM consultations_consultation c
JOIN consultations_component k ON k.consultation_id = c.id AND k.kind = '{ComponentKind.STATEMENTS}'
LEFT JOIN LATERAL (
    SELECT r.kind, r.votes_until, r.published_at FROM consultations_landscape_run r
    WHERE r.consultation_id = c.id ORDER BY r.number DESC LIMIT 1
) r ON true
WHERE {visibility.CONSULTATION} AND (
    (k.closes_at <= $1 AND (r.kind IS NULL OR r.kind <> 'final' OR r.votes_until < k.closes_at)
        AND (r.published_at IS NULL OR r.published_at <= $5))
    OR ((r.published_at IS NULL OR r.published_at <= $2)
        AND (k.closes_at IS NULL OR k.closes_at <= $1 OR k.closes_at > $6)
        AND $3 <= (SELECT count(*) FROM consultations_landscape_waiting w
            WHERE w.consultation_id = c.id))
)
ORDER BY c.id LIMIT $4
"""  # noqa: S608 (made of constants)


async def _note_who_voted() -> None:
    """Add those to who waits who voted up to the oldest transaction that still runs."""
    position = await db.fetch_one(_POSITION)
    if position is None:
        raise RuntimeError("the row of the watch is missing")
    first, horizon, cluster = position["first"], position["horizon"], position["cluster"]
    await db.execute(_WAIT, first, horizon if first else _WITHOUT_END, cluster)
    await db.execute(_ADVANCE, horizon, cluster)


async def look() -> int:
    """Enqueue the runs that are due; returns their number. Called by the clock."""
    async with db.unit_of_work():
        await _note_who_voted()
    now = clock.now()
    found = await db.fetch(
        _OPEN_OR_CLOSED,
        now,
        now - policies.STEP,
        policies.FURTHER_PEOPLE,
        _MOST_DUE,
        now - policies.APART,
        now + policies.APART,
    )
    enqueued = 0
    for row in found:
        consultation = await consultations.find_published(row["slug"])
        if consultation is None:
            continue
        last = await stored_runs.find_last(consultation.id)
        waiting = await stored_runs.count_waiting(consultation.id)
        if policies.next_run(consultation, last, waiting, now) is not None:
            async with db.unit_of_work():
                await jobs.enqueue(RefreshLandscape(consultation_id=consultation.id))
            enqueued += 1
    return enqueued
