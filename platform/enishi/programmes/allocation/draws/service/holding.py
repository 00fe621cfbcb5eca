"""The two steps of a draw by the clock: its list is fixed, then it is held.

Each is one unit of work of a job. The session is locked before its draw and its applications, as
everywhere; a step that another worker has done finds nothing to do.
"""

import uuid

from enishi.audit import service as audit
from enishi.kit import clock, db
from enishi.programmes.allocation import waiting_list
from enishi.programmes.allocation.draws import entries as entry_lists
from enishi.programmes.allocation.draws import outcome, queries
from enishi.programmes.allocation.draws.outcome import Outcome
from enishi.programmes.applications import event_log
from enishi.programmes.applications.tables import ApplicationState
from enishi.programmes.sessions import service as sessions

_JOIN_STRATA = """
UPDATE programmes_draw_entry e SET stratum = listed.stratum
FROM unnest($2::text[], $3::text[]) AS listed (entry_id, stratum)
WHERE e.draw_id = $1 AND e.entry_id = listed.entry_id AND e.stratum <> listed.stratum
"""
_CLOSE = """
UPDATE programmes_draw SET state = 'closed', entries_hash = $2, closed_at = $3 WHERE id = $1
"""
_RESULT = """
UPDATE programmes_draw_entry e SET rank = drawn.rank, placed = drawn.placed
FROM unnest($2::text[], $3::int[], $4::bool[]) AS drawn (entry_id, rank, placed)
WHERE e.draw_id = $1 AND e.entry_id = drawn.entry_id
"""
# Tickets are the order of the queue: the entries exchange theirs, so that it is that of the ranks.
_MOVE = """
WITH entry AS (
    SELECT a.id, e.placed, row_number() OVER (ORDER BY e.rank) AS no
    FROM programmes_draw_entry e JOIN programmes_application a ON a.id = e.application_id
    WHERE e.draw_id = $1 AND a.session_id = $2 AND a.state = 'in_draw'
),
ticket AS (
    SELECT a.ticket, row_number() OVER (ORDER BY a.ticket) AS no
    FROM programmes_application a JOIN entry USING (id)
)
UPDATE programmes_application a SET ticket = ticket.ticket,
    state = CASE WHEN entry.placed THEN 'confirmed' ELSE 'waiting' END
FROM entry JOIN ticket USING (no)
WHERE a.id = entry.id
RETURNING a.id, a.party_size, entry.placed
"""
# The check constraints of the session refuse more places than there are, whatever was computed.
_GIVE_PLACES = """
UPDATE programmes_session SET selection = 'first_come', in_draw = 0, taken = taken + $2,
    waiting = waiting + $3
WHERE id = $1
"""


async def close_entries(session_id: uuid.UUID) -> bool:
    """Fix the list of entries and publish its hash. False if it was done or is too early."""
    async with db.unit_of_work():
        await sessions.lock(session_id)
        draw = await queries.get_draw(session_id)
        now = clock.now()
        if draw.state != "open" or now < draw.closes_at:
            return False
        found = await queries.list_entries(draw.id)
        listed = entry_lists.with_small_strata_joined(found, draw.read_rule.join_below)
        await db.execute(
            _JOIN_STRATA, draw.id, [each.id for each in listed], [each.stratum for each in listed]
        )
        digest = entry_lists.entries_hash(entry_lists.entry_hash(each) for each in listed)
        await db.execute(_CLOSE, draw.id, digest, now)
        await audit.record(
            "programmes.draw.closed",
            actor_id=None,
            subject=("session", session_id),
            entries=len(listed),
        )
        return True


async def hold(session_id: uuid.UUID) -> bool:
    """Draw: give the places, and put all others on the waiting list by their rank.

    False if it was done, or if numbers are missing that may still come.
    """
    async with db.unit_of_work():
        await sessions.lock(session_id)
        # Locked, so that no number comes between the seed and its publication.
        await db.execute(
            "SELECT FROM programmes_draw WHERE session_id = $1 FOR NO KEY UPDATE", session_id
        )
        draw = await queries.get_draw(session_id)
        is_time = draw.is_revealed or draw.reveal_until <= clock.now()
        if draw.state != "closed" or not is_time:
            return False
        held = outcome.draw(draw.rule, await queries.list_entries(draw.id), draw.as_counted())
        if held.entries_hash != draw.entries_hash:
            raise RuntimeError("the entries are not those of the published hash")
        await _publish(draw.id, held)
        placed = await _move(session_id, draw.id)
        await waiting_list.serve(session_id)
        await audit.record(
            "programmes.draw.held",
            actor_id=None,
            subject=("session", session_id),
            entries=len(held.entries),
            placed=placed,
        )
        return True


async def _publish(draw_id: uuid.UUID, held: Outcome) -> None:
    ids = [entry.id for entry in held.entries]
    await db.execute(_RESULT, draw_id, ids, held.ranks, held.has_place)
    await db.execute(
        "UPDATE programmes_draw SET state = 'drawn', seed = $2, drawn_at = $3 WHERE id = $1",
        draw_id,
        held.seed,
        clock.now(),
    )


async def _move(session_id: uuid.UUID, draw_id: uuid.UUID) -> int:
    """Move the applications out of the draw. Returns the number of parties with places."""
    moved = await db.fetch(_MOVE, draw_id, session_id)
    chosen = [row for row in moved if row["placed"]]
    others = [row["id"] for row in moved if not row["placed"]]
    persons = sum(row["party_size"] for row in chosen)
    await db.execute(_GIVE_PLACES, session_id, persons, len(others))
    await event_log.append(
        [row["id"] for row in chosen], ApplicationState.CONFIRMED, actor_kind="draw"
    )
    await event_log.append(others, ApplicationState.WAITING, actor_kind="draw")
    return len(chosen)
