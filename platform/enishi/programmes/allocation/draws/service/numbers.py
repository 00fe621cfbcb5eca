"""Two officials commit to a number before the deadline of a draw, and reveal it afterwards.

Each function is one unit of work. The row lock of the draw settles who is first.
"""

import uuid
from typing import Any

from enishi.audit import service as audit
from enishi.kit import clock, db, ids
from enishi.kit.errors import NotFoundError
from enishi.programmes.allocation.draws import seed
from enishi.programmes.allocation.draws.errors import (
    AlreadyCommittedError,
    CommitmentsOverError,
    NotCommittedError,
    OtherWasFirstError,
    RevealOverError,
    TooEarlyError,
    WrongNumberError,
)
from enishi.programmes.allocation.draws.schemas import CommitForm
from enishi.programmes.listings.schemas import OfficeActor


async def commit(actor: OfficeActor, session_id: uuid.UUID, form: CommitForm) -> None:
    """Keep the commitment of an official. A number that is sent is not kept.

    Raises CommitmentsOverError, AlreadyCommittedError, OtherWasFirstError or NotFoundError.
    """
    async with db.unit_of_work():
        draw = await _lock(actor, session_id)
        if draw["state"] != "open" or draw["closes_at"] <= clock.now():
            raise CommitmentsOverError
        before = await db.fetch(
            "SELECT official_id FROM programmes_draw_number WHERE draw_id = $1", draw["id"]
        )
        if actor.account_id in {row["official_id"] for row in before}:
            raise AlreadyCommittedError
        if form.place != len(before) + 1:
            raise OtherWasFirstError
        await db.execute(
            """INSERT INTO programmes_draw_number
            (id, draw_id, place, official_id, post, commitment, committed_at)
            VALUES ($1, $2, $3, $4, $5, $6, $7)""",
            ids.new_id(),
            draw["id"],
            form.place,
            actor.account_id,
            form.post,
            form.commitment or seed.commitment(str(draw["id"]), form.place, form.number),
            clock.now(),
        )
        await _record("programmes.draw.committed", actor, session_id, form.place)


async def reveal(actor: OfficeActor, session_id: uuid.UUID, number: str) -> None:
    """Publish the number of an official. Raises the errors of this module or NotFoundError."""
    async with db.unit_of_work():
        draw = await _lock(actor, session_id)
        if draw["state"] == "open":
            raise TooEarlyError
        if draw["state"] != "closed" or draw["reveal_until"] <= clock.now():
            raise RevealOverError
        own = await db.fetch_one(
            """SELECT place, commitment FROM programmes_draw_number
            WHERE draw_id = $1 AND official_id = $2""",
            draw["id"],
            actor.account_id,
        )
        if own is None:
            raise NotCommittedError
        if own["commitment"] != seed.commitment(str(draw["id"]), own["place"], number):
            raise WrongNumberError
        await db.execute(
            """UPDATE programmes_draw_number SET number = $3, revealed_at = $4
            WHERE draw_id = $1 AND place = $2 AND number IS NULL""",
            draw["id"],
            own["place"],
            number,
            clock.now(),
        )
        await _record("programmes.draw.revealed", actor, session_id, own["place"])


async def _lock(actor: OfficeActor, session_id: uuid.UUID) -> dict[str, Any]:
    draw = await db.fetch_one(
        """SELECT id, state, closes_at, reveal_until FROM programmes_draw
        WHERE session_id = $1 AND organisation_id = $2 FOR NO KEY UPDATE""",
        session_id,
        actor.organisation_id,
    )
    if draw is None:
        raise NotFoundError
    return draw


async def _record(action: str, actor: OfficeActor, session_id: uuid.UUID, place: int) -> None:
    await audit.record(
        action,
        actor_id=actor.account_id,
        organisation_id=actor.organisation_id,
        subject=("session", session_id),
        place=place,
    )
