"""The rule of a draw follows its session until the first application, and is fixed from then on.

Part of the caller's unit of work, which holds the row lock of the session.
"""

import uuid
from typing import Any

from enishi.kit import clock, db, ids
from enishi.programmes.allocation.draws.errors import RuleFixedError
from enishi.programmes.allocation.draws.pool import FAMILY, TICKETS
from enishi.programmes.allocation.draws.rule import Rule, rule_hash
from enishi.programmes.sessions import service as sessions
from enishi.programmes.sessions.schemas import REVEAL_TIME

_WRITE = """
INSERT INTO programmes_draw
    (id, session_id, organisation_id, state, rule, rule_hash, closes_at, reveal_until,
    entries_hash, seed, created_at)
VALUES ($1, $2, $3, 'open', $4, $5, $6, $7, '', '', $8)
ON CONFLICT (session_id) DO UPDATE
SET rule = $4, rule_hash = $5, closes_at = $6, reveal_until = $7
"""


async def follow(session_id: uuid.UUID) -> None:
    """Write the rule of the session's draw as the session is now; without a draw, remove it.

    Raises RuleFixedError if applications were made under another rule, or without a draw.
    """
    session = await sessions.lock(session_id)
    kept = await db.fetch_one(
        "SELECT id, state, rule FROM programmes_draw WHERE session_id = $1 FOR UPDATE", session_id
    )
    if kept and kept["state"] in ("drawn", "cancelled"):
        return
    if session["selection"] != "draw":
        await _remove(session, kept)
        return
    rule = _rule(session, kept["id"] if kept else ids.new_id())
    if session["tickets"]:
        if kept is None or kept["rule"] != rule.text():
            raise RuleFixedError
        return
    await db.execute(
        _WRITE,
        uuid.UUID(rule.draw),
        session_id,
        session["organisation_id"],
        rule.text(),
        rule_hash(rule.text()),
        rule.closes_at,
        rule.reveal_until,
        clock.now(),
    )


async def call_off(session_id: uuid.UUID) -> None:
    """End the draw of a session that was called off, unless it was held."""
    await db.execute(
        """UPDATE programmes_draw SET state = 'cancelled'
        WHERE session_id = $1 AND state IN ('open', 'closed')""",
        session_id,
    )


async def _remove(session: dict[str, Any], kept: dict[str, Any] | None) -> None:
    if kept is None:
        return
    if session["tickets"]:
        raise RuleFixedError
    await db.execute("DELETE FROM programmes_draw WHERE id = $1", kept["id"])


def _rule(session: dict[str, Any], draw_id: uuid.UUID) -> Rule:
    seats = session["family_seats"]
    return Rule(
        draw=str(draw_id),
        capacity=session["capacity"],
        closes_at=session["draw_closes_at"],
        reveal_until=session["draw_closes_at"] + REVEAL_TIME,
        reserved={FAMILY: seats} if seats else {},
        tickets=TICKETS,
    )
