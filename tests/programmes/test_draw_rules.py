"""The rule of a draw follows its session until somebody has applied; what comes after a draw."""

import uuid
from datetime import timedelta

import pytest
from tests.fixtures.accounts import make_account
from tests.programmes.conftest import party, somebody
from tests.programmes.drawn import (
    CLOSES,
    REVEAL_UNTIL,
    STARTS,
    entered,
    held,
    make_draw,
    states,
    while_open,
)

from enishi.kit import clock
from enishi.programmes.allocation.draws import queries
from enishi.programmes.allocation.draws.errors import (
    RuleFixedError,
)
from enishi.programmes.allocation.errors import (
    SelectionFixedError,
)
from enishi.programmes.allocation.service import applications, postponing, sessions
from enishi.programmes.listings.schemas import OfficeActor
from enishi.programmes.sessions import queries as session_queries
from enishi.programmes.sessions.schemas import SessionForm


async def _edited(session_id: uuid.UUID, **fields: object) -> None:
    session = await session_queries.get_session(session_id)
    kept = {name: getattr(session, name) for name in SessionForm.model_fields}
    actor = OfficeActor(account_id=await make_account(), organisation_id=session.organisation_id)
    await sessions.edit(actor, session_id, SessionForm.model_validate(kept | fields))


async def test_the_rule_follows_its_session_until_somebody_has_applied() -> None:
    session_id = await make_draw(capacity=5)
    await _edited(session_id, capacity=6, family_seats=2)
    rule = (await queries.get_draw(session_id)).read_rule
    assert (rule.capacity, rule.reserved) == (6, {"family": 2})
    await entered(session_id, 1)
    earlier: list[dict[str, object]] = [
        {"capacity": 7},
        {"family_seats": 0},
        {"draw_closes_at": CLOSES - timedelta(days=1)},
    ]
    for changed in earlier:
        with pytest.raises(RuleFixedError):
            await _edited(session_id, **changed)
    with pytest.raises(SelectionFixedError):
        await _edited(session_id, selection="first_come", draw_closes_at=None, family_seats=0)
    await _edited(session_id, waiting_limit=3)


async def test_first_come_cannot_become_a_draw_once_somebody_has_a_place() -> None:
    session_id = await make_draw()
    first_come = {"selection": "first_come", "draw_closes_at": None}
    await _edited(session_id, **first_come)
    assert await queries.find_draw(session_id) is None
    with while_open():
        assert (await applications.apply(somebody(), session_id, party())).state == "confirmed"
    with pytest.raises(SelectionFixedError):
        await _edited(session_id, selection="draw", draw_closes_at=CLOSES)


async def test_after_a_draw_what_is_left_goes_to_whoever_comes_first() -> None:
    session_id = await make_draw(capacity=5)
    await _edited(session_id, closes_at=STARTS)
    await entered(session_id, 1)
    await held(session_id, [])
    with clock.frozen_at(REVEAL_UNTIL):
        assert (await applications.apply(somebody(), session_id, party(2))).state == "confirmed"
        await _edited(session_id, capacity=9)
    session = await session_queries.get_session(session_id)
    assert (session.capacity, session.selection, session.taken) == (9, "first_come", 3)
    assert session.draw_closes_at == CLOSES


async def test_a_session_that_is_postponed_keeps_its_draw() -> None:
    """The parties are told and asked; the rule, its deadline and the draw stay as they are."""
    session_id = await make_draw(capacity=1)
    made = await entered(session_id, 1, 1)
    before = await queries.get_draw(session_id)
    actor = OfficeActor(account_id=await make_account(), organisation_id=before.organisation_id)
    later = STARTS + timedelta(days=7)
    with while_open():
        asked = await postponing.postpone(
            actor, session_id, later, later + timedelta(hours=3), "大雪のため"
        )
        assert asked == 2
        [(person, outcome), _] = made.values()
        await postponing.stay(person.account_id, outcome.id, session_id)
    assert set((await states(made)).values()) == {"in_draw"}
    draw = await held(session_id, [])
    assert (draw.rule, draw.state) == (before.rule, "drawn")
    assert sorted((await states(made)).values()) == ["confirmed", "waiting"]
