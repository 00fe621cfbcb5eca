"""The final run: once after the close, and when another one may follow."""

from datetime import timedelta

import numpy as np
import pytest
from tests.consultations.build import close
from tests.consultations.landscapes import A_DAY, cast, join, opinions, run, two_sides, view_of
from tests.fixtures.accounts import actor_of, make_account

from enishi.consultations.core import queries as consultations
from enishi.consultations.landscape_runs import stored_runs
from enishi.consultations.landscape_runs.kinds import Disclosure, RunKind
from enishi.consultations.landscape_runs.packed_votes import PackedVotes
from enishi.consultations.landscape_runs.stored_parts import unpack_ballots, unpack_parts
from enishi.consultations.voting import set_aside
from enishi.kit import clock, db

pytestmark = pytest.mark.usefixtures("own_database")


async def test_after_the_close_there_is_one_final_run() -> None:
    dialogue, _, _ = await two_sides()
    assert await run(dialogue) == 1
    await close(dialogue)
    consultations.invalidate()
    assert await run(dialogue, minutes=1) is None  # votes that came in time may still be written
    assert await run(dialogue, minutes=A_DAY) == 2
    assert await run(dialogue, minutes=A_DAY + 30) is None
    view = await view_of(dialogue)
    assert view is not None
    assert view.disclosure is Disclosure.CLOSED
    assert view.stamp.kind is RunKind.FINAL
    assert view.stamp.people == 60
    assert [(group.percent, group.tens, group.members) for group in view.groups] == [
        (50, 30, None),
        (50, 30, None),
    ]


async def test_closing_early_makes_no_final_run_around_one_person() -> None:
    """The live run and the final one would differ by the votes of one."""
    dialogue, statements, _ = await two_sides()
    assert await run(dialogue) == 1
    await cast(opinions(await join(dialogue, 1), statements, 1))
    await close(dialogue)
    consultations.invalidate()
    assert await run(dialogue, minutes=3) is None
    assert await run(dialogue, minutes=23 * 60) is None
    assert await run(dialogue, minutes=A_DAY) == 2


async def test_closing_early_after_twenty_people_makes_the_final_run_at_once() -> None:
    dialogue, statements, _ = await two_sides()
    assert await run(dialogue) == 1
    await cast(opinions(await join(dialogue, 20), statements, 1))
    await close(dialogue)
    consultations.invalidate()
    assert await run(dialogue, minutes=3) == 2


async def test_closing_again_makes_no_final_run_around_one_person() -> None:
    """An office may close and open again at any moment; the exact figures would show each vote."""
    dialogue, statements, _ = await two_sides()
    await close(dialogue)
    consultations.invalidate()
    assert await run(dialogue, minutes=3) == 1
    further = await join(dialogue, 20)
    await cast(opinions(further, statements, 1))
    taken_back = {(each, statement): None for each in further[1:] for statement in statements}
    await cast(taken_back)
    with clock.frozen_at(clock.now() + timedelta(minutes=20)):
        await close(dialogue)
    consultations.invalidate()
    assert await run(dialogue, minutes=30) is None
    assert await run(dialogue, minutes=23 * 60) is None
    assert await run(dialogue, minutes=24 * 60 + 4) == 2


async def test_closing_again_after_twenty_people_makes_another_final_run() -> None:
    dialogue, statements, _ = await two_sides()
    await close(dialogue)
    consultations.invalidate()
    assert await run(dialogue, minutes=3) == 1
    await cast(opinions(await join(dialogue, 20), statements, 1))
    with clock.frozen_at(clock.now() + timedelta(minutes=20)):
        await close(dialogue)
    consultations.invalidate()
    assert await run(dialogue, minutes=30) == 2


async def test_guests_left_out_after_the_close_are_in_no_later_final_run() -> None:
    dialogue, statements, _ = await two_sides()
    burst_at = clock.now() - timedelta(hours=2)
    with clock.frozen_at(burst_at):
        burst = await join(dialogue, 25)
    await cast(opinions(burst, statements, 1))
    await close(dialogue)
    consultations.invalidate()
    assert await run(dialogue, minutes=3) == 1
    consultation = await consultations.find_published(dialogue.slug)
    assert consultation is not None
    hour = burst_at.replace(minute=0, second=0, microsecond=0)
    editor = await actor_of(await make_account())
    await set_aside.set_aside(editor, consultation, hour, hour + timedelta(hours=1))
    assert await run(dialogue, minutes=30) == 2
    view = await view_of(dialogue)
    assert view is not None
    assert (view.stamp.kind, view.stamp.people) == (RunKind.FINAL, 60)
    assert await run(dialogue, minutes=40) is None


async def test_the_final_votes_are_kept_in_a_drawn_order_without_participants() -> None:
    dialogue, _, voters = await two_sides()
    await close(dialogue)
    assert await run(dialogue, minutes=3) == 1
    columns = await db.fetch(
        "SELECT column_name FROM information_schema.columns"
        " WHERE table_name = 'consultations_landscape_ballot'"
    )
    assert {row["column_name"] for row in columns} == {
        *("consultation_id", "part", "lengths", "codes", "days")
    }
    ballots = await stored_runs.list_ballots(dialogue.id)
    drawn, days = unpack_ballots(ballots)
    known, _ = unpack_parts(await stored_runs.list_parts(dialogue.id))

    def bags(packed: PackedVotes) -> list[tuple[int, ...]]:
        ends = packed.lengths.cumsum()
        return [tuple(each.tolist()) for each in np.split(packed.codes, ends[:-1])]

    assert sorted(bags(drawn)) == sorted(bags(known))
    assert bags(drawn) != bags(known)
    assert len(days) == drawn.lengths.sum() == len(voters) * 12
    assert len(set(days.tolist())) == 1
