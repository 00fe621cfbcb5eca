"""Landscape runs: when there is one, what it starts from, and that nothing is counted twice."""

import asyncio
from dataclasses import replace

import pytest
from tests.consultations.build import close
from tests.consultations.landscapes import (
    cast,
    compute,
    join,
    make_conversation,
    opinions,
    run,
    two_sides,
    view_of,
)
from tests.fixtures.accounts import actor_of, make_account

from enishi.consultations.core import queries as consultations
from enishi.consultations.landscape_runs import computation, queries, stored_runs, vote_log
from enishi.consultations.landscape_runs.kinds import Disclosure, NotPlaced, RunKind, Showing
from enishi.consultations.landscape_runs.run_values import RunInput, RunOutput, TooFew
from enishi.consultations.landscape_runs.schemas import NoPlace, OwnPlace
from enishi.consultations.landscape_runs.service import due, runs
from enishi.consultations.participation import service as participation
from enishi.kit import db

pytestmark = pytest.mark.usefixtures("own_database")


async def test_the_first_run_waits_for_twenty_people() -> None:
    dialogue, statements = await make_conversation()
    voters = await join(dialogue, 20)
    await cast(opinions(voters[:19], statements, 1))
    assert await run(dialogue) is None
    await cast(opinions(voters[19:], statements, 1))
    assert await run(dialogue) == 1


async def test_groups_and_their_shares_are_shown() -> None:
    dialogue, _, _ = await two_sides()
    assert await view_of(dialogue) is None
    assert await run(dialogue) == 1
    view = await view_of(dialogue)
    assert view is not None
    assert (view.showing, view.disclosure) == (Showing.SHOWN, Disclosure.OPEN)
    assert [group.letter for group in view.groups] == ["A", "B"]
    assert len(view.statements) == 12
    assert all(share and share.agree > 80 for share in view.statements[-1].shares)


async def test_another_run_needs_ten_minutes_and_twenty_further_people() -> None:
    dialogue, statements, voters = await two_sides()
    assert await run(dialogue) == 1
    assert await run(dialogue, minutes=30) is None
    await cast(opinions(await join(dialogue, 19), statements, 1))
    assert await run(dialogue, minutes=30) is None
    await cast({(voters[0], statements[0]): 0})
    assert await run(dialogue, minutes=9) is None
    assert await run(dialogue, minutes=11) == 2


async def test_a_vote_that_was_taken_back_is_no_further_person() -> None:
    """Twenty people voted, but the votes of only nineteen are other ones."""
    dialogue, statements, voters = await two_sides()
    assert await run(dialogue) == 1
    further = await join(dialogue, 20)
    await cast(opinions(further, statements, 1))
    await cast({(further[0], statement): None for statement in statements})
    assert await run(dialogue, minutes=30) is None
    assert await stored_runs.count_waiting(dialogue.id) == 19
    await cast({(voters[0], statements[0]): 0})
    assert await run(dialogue, minutes=30) == 2


async def test_a_guest_and_the_account_that_claimed_it_are_one_further_person() -> None:
    """Votes that move to an account leave no run that differs by the votes of a few others."""
    dialogue, statements, _ = await two_sides()
    guests = await join(dialogue, 10)
    await cast(opinions(guests, statements, 1))
    assert await run(dialogue) == 1
    ref = await consultations.find_by_slug(dialogue.slug)
    assert ref is not None
    for number, guest in enumerate(guests):
        actor = await actor_of(await make_account(f"人{number}"))
        await participation.claim(actor, ref, guest)
    [stranger] = await join(dialogue, 1)
    await cast(opinions([stranger], statements, -1))
    assert await run(dialogue, minutes=30) is None
    assert await stored_runs.count_waiting(dialogue.id) == 1
    await cast(opinions(await join(dialogue, 19), statements, -1))
    assert await run(dialogue, minutes=30) == 2


async def test_what_changed_gives_the_bits_of_a_full_load() -> None:
    dialogue, statements, voters = await two_sides()
    assert await run(dialogue) == 1
    last = await stored_runs.find_last(dialogue.id)
    assert last is not None
    await cast(opinions(await join(dialogue, 15), statements, 1, seed=3))
    await cast({(person, statements[0]): -1 for person in voters[:8]})
    await cast({(voters[0], statement): None for statement in statements})
    async with vote_log.one_instant() as instant:
        earlier = await stored_runs.find_earlier(last)
        changes = await vote_log.read_changes(instant, dialogue.id, last.read_tx)
        everything = await vote_log.read_all(instant, dialogue.id)
    given = RunInput(RunKind.LIVE, (), changes=changes, earlier=earlier)
    bit_by_bit = computation.compute(given)
    at_once = computation.compute(replace(given, changes=None, everything=everything))
    assert len(changes.votes) == 15 * 12 + 8 + 11
    assert isinstance(bit_by_bit, RunOutput)
    assert isinstance(at_once, RunOutput)
    assert replace(bit_by_bit, seconds=0) == replace(at_once, seconds=0)
    assert bit_by_bit.people == 60 + 15 - 1


async def test_groups_keep_their_letters_though_the_smaller_one_becomes_the_larger() -> None:
    dialogue, statements = await make_conversation()
    many, few = await join(dialogue, 40), await join(dialogue, 20)
    await cast(opinions(many, statements, 1) | opinions(few, statements, -1))
    assert await run(dialogue) == 1
    await cast(opinions(await join(dialogue, 60), statements, -1, seed=5))
    before, _ = await view_of(dialogue), await run(dialogue, minutes=11)
    after = await view_of(dialogue)
    assert before is not None
    assert after is not None
    assert after.stamp.number == 2
    assert [group.fifths for group in before.groups] == [3, 2]
    assert [group.fifths for group in after.groups] == [2, 3]
    for view in (before, after):
        first, second = view.statements[0].shares
        assert first is not None
        assert second is not None
        assert (first.agree > 80, second.agree < 20) == (True, True)


async def test_of_two_workers_one_publishes() -> None:
    dialogue, _, _ = await two_sides()
    await run(dialogue, minutes=-30)  # an early look, so that both below find people who wait
    await db.execute("DELETE FROM consultations_landscape_run")
    await db.execute("UPDATE consultations_landscape_watch SET read_tx = 0")
    arrived = asyncio.Barrier(2)

    async def together(given: RunInput) -> RunOutput | TooFew:
        await arrived.wait()
        return await compute(given)

    await due.look()
    both = await asyncio.gather(*(runs.refresh(dialogue.id, together) for _ in range(2)))
    assert sorted(both, key=str) == [1, None]


async def test_a_hidden_statement_is_gone_at_once() -> None:
    dialogue, statements, _ = await two_sides()
    await run(dialogue)
    await db.execute(
        "UPDATE consultations_statement SET state = 'hidden', hidden_reason = 'other'"
        " WHERE id = $1",
        statements[0],
    )
    view = await view_of(dialogue)
    assert view is not None
    assert statements[0] not in [each.statement.id for each in view.statements]
    assert len(view.statements) == 11


async def test_one_s_own_place_follows_each_vote_without_another_run() -> None:
    dialogue, statements, voters = await two_sides()
    consultation = await consultations.find_published(dialogue.slug)
    assert consultation is not None
    [newcomer] = await join(dialogue, 1)
    assert await queries.find_own_place(consultation, newcomer) == NoPlace(NotPlaced.NO_RUN)
    await run(dialogue)
    queries.invalidate()
    missing = await queries.find_own_place(consultation, newcomer)
    assert missing == NoPlace(NotPlaced.TOO_FEW_VOTES, 7)
    await cast(dict.fromkeys(((newcomer, each) for each in statements[:6]), -1))
    assert await queries.find_own_place(consultation, newcomer) == NoPlace(
        NotPlaced.TOO_FEW_VOTES, 1
    )
    await cast({(newcomer, statements[7]): 1})
    theirs = await queries.find_own_place(consultation, newcomer)
    other = await queries.find_own_place(consultation, voters[-1])
    assert isinstance(theirs, OwnPlace)
    assert isinstance(other, OwnPlace)
    assert theirs.group == other.group
    assert theirs.votes == {0: -1, 1: -1, 2: -1, 3: -1, 4: -1, 5: -1, 7: 1}


async def test_after_the_close_the_group_is_that_of_the_run() -> None:
    dialogue, _, voters = await two_sides()
    await close(dialogue)
    consultations.invalidate()
    await run(dialogue, minutes=3)
    consultation = await consultations.find_published(dialogue.slug)
    assert consultation is not None
    found = [await queries.find_own_place(consultation, each) for each in voters]
    groups = [each.group for each in found if isinstance(each, OwnPlace)]
    assert len(groups) == 60
    assert {*groups[:30]} != {*groups[30:]}
    assert {len({*groups[:30]}), len({*groups[30:]})} == {1}


async def test_priorities_for_the_next_card() -> None:
    dialogue, statements, _ = await two_sides()
    assert await queries.routing_weights(dialogue.id) == {}
    await run(dialogue)
    weights = await queries.routing_weights(dialogue.id)
    assert set(weights) == set(statements)
    assert all(weight > 0 for weight in weights.values())
