"""Reads of draws: one with its officials, its ranks, one's own entry, what is due."""

import uuid
from datetime import datetime

from enishi.kit import db
from enishi.kit.errors import NotFoundError
from enishi.programmes.allocation.draws.entries import Entry, entry_hash
from enishi.programmes.allocation.draws.outcome import Outcome
from enishi.programmes.allocation.draws.schemas import DrawView, OfficialView, OwnEntry, RankRow

_COLUMNS = ", ".join(name for name in DrawView.model_fields if name != "officials")
_DRAW = f"SELECT {_COLUMNS} FROM programmes_draw"  # noqa: S608 (constants)
_OFFICIALS = """
SELECT place, post, commitment, committed_at, number, revealed_at FROM programmes_draw_number
WHERE draw_id = $1 ORDER BY place
"""
_RANKS = """
SELECT rank, entry_id, placed FROM programmes_draw_entry
WHERE draw_id = $1 AND rank > $2 ORDER BY rank LIMIT $3
"""
_OWN = """
SELECT e.draw_id, d.session_id, d.state, e.salt, e.entry_id, e.party_size, e.weight, e.stratum,
    e.rank, e.placed, d.reveal_until, CASE WHEN d.closed_at IS NOT NULL THEN 2 + (
        SELECT count(*) FROM programmes_draw_entry other
        WHERE other.draw_id = e.draw_id AND other.entry_id COLLATE "C" < e.entry_id
    ) END AS line
FROM programmes_draw_entry e JOIN programmes_draw d ON d.id = e.draw_id
WHERE e.application_id = $1
"""
_ENTRIES = """
SELECT entry_id AS id, party_size AS size, weight, stratum, rank, placed
FROM programmes_draw_entry WHERE draw_id = $1 ORDER BY entry_id COLLATE "C"
"""
_TO_CLOSE = """
SELECT d.session_id FROM programmes_draw d JOIN programmes_session s ON s.id = d.session_id
WHERE d.state = 'open' AND s.selection = 'draw' AND d.closes_at <= $1
ORDER BY d.closes_at LIMIT $2
"""
_TO_HOLD = """
SELECT session_id FROM programmes_draw d
WHERE state = 'closed' AND (reveal_until <= $1 OR (
    SELECT count(number) FROM programmes_draw_number n WHERE n.draw_id = d.id) = 2)
ORDER BY closes_at LIMIT $2
"""


async def find_draw(session_id: uuid.UUID) -> DrawView | None:
    """The draw of a session. None if it has none."""
    row = await db.fetch_one(f"{_DRAW} WHERE session_id = $1", session_id)
    return None if row is None else await _with_officials(row)


async def get_draw(session_id: uuid.UUID) -> DrawView:
    draw = await find_draw(session_id)
    if draw is None:
        raise NotFoundError
    return draw


async def find_own_place(draw_id: uuid.UUID, official_id: uuid.UUID) -> int | None:
    """1 or 2 if this account committed to a number of the draw, else None."""
    row = await db.fetch_one(
        "SELECT place FROM programmes_draw_number WHERE draw_id = $1 AND official_id = $2",
        draw_id,
        official_id,
    )
    return row["place"] if row else None


async def list_ranks(draw_id: uuid.UUID, after_rank: int, size: int) -> list[RankRow]:
    rows = await db.fetch(_RANKS, draw_id, after_rank, size)
    return [RankRow.model_validate(row) for row in rows]


async def find_own_entry(application_id: uuid.UUID) -> OwnEntry | None:
    """The entry of an application, for its applicant. The caller has checked whose it is."""
    row = await db.fetch_one(_OWN, application_id)
    return None if row is None else OwnEntry.model_validate(row)


async def list_entries(draw_id: uuid.UUID) -> list[Entry]:
    """The entries in the order of their ids."""
    rows = await db.fetch(_ENTRIES, draw_id)
    return [Entry(row["id"], row["size"], row["weight"], row["stratum"]) for row in rows]


async def get_outcome(draw: DrawView) -> Outcome:
    """A draw that was held, as it is stored: nothing is computed but the hashes of the entries.

    Raises NotFoundError before.
    """
    if not draw.seed:
        raise NotFoundError
    rows = await db.fetch(_ENTRIES, draw.id)
    entries = [Entry(row["id"], row["size"], row["weight"], row["stratum"]) for row in rows]
    return Outcome(
        rule_text=draw.rule,
        rule_hash=draw.rule_hash,
        entries=entries,
        hashes=[entry_hash(entry) for entry in entries],
        entries_hash=draw.entries_hash,
        officials=draw.as_counted(),
        seed=draw.seed,
        ranks=[row["rank"] for row in rows],
        has_place=[row["placed"] for row in rows],
    )


async def list_sessions_to_close(now: datetime, most: int) -> list[uuid.UUID]:
    """Sessions whose draw is past its deadline and takes no entries any more."""
    return [row["session_id"] for row in await db.fetch(_TO_CLOSE, now, most)]


async def list_sessions_to_draw(now: datetime, most: int) -> list[uuid.UUID]:
    """Sessions whose draw can be held: both numbers are there, or the time for them is over."""
    return [row["session_id"] for row in await db.fetch(_TO_HOLD, now, most)]


async def _with_officials(row: dict[str, object]) -> DrawView:
    officials = await db.fetch(_OFFICIALS, row["id"])
    return DrawView.model_validate(
        row | {"officials": tuple(OfficialView.model_validate(each) for each in officials)}
    )
