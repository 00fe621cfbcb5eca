"""An office that leaves out guests, or closes and opens again, makes no step of one ballot."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from uuid import UUID

import pytest
from tests.consultations.build import Dialogue, make_dialogue, make_participant, make_statement
from tests.consultations.build import put_vote as vote
from tests.fixtures.accounts import actor_of, make_account

from enishi.accounts.schemas import Actor
from enishi.consultations.core import queries as consultations
from enishi.consultations.core.schemas import ConsultationRef
from enishi.consultations.voting import results, set_aside, vote_steps
from enishi.consultations.voting.errors import SetAsideDiffersError, TooFewGuestsError
from enishi.kit import clock, db

NIGHT = datetime(2026, 11, 24, 3, 20, tzinfo=clock.TOKYO)
HOUR = timedelta(hours=1)
BEGUN = NIGHT - timedelta(minutes=20)


async def guests(dialogue: Dialogue, card: UUID, at: datetime, number: int) -> list[UUID]:
    with clock.frozen_at(at):
        made = [await make_participant(dialogue) for _ in range(number)]
        for guest in made:
            await vote(guest, card, -1)
    return made


async def office_of(dialogue: Dialogue) -> tuple[Actor, ConsultationRef]:
    ref = await consultations.find_by_slug(dialogue.slug)
    assert ref
    return await actor_of(await make_account("職員")), ref


async def number_of_steps(dialogue: Dialogue, at: datetime) -> int:
    with clock.frozen_at(at):
        await vote_steps.take_due()
        step = await results.find_step(dialogue.id)
        return step.number if step else 0


async def leave_out_and_count_again(
    office: tuple[Actor, ConsultationRef], hours: Sequence[datetime], at: datetime
) -> None:
    with clock.frozen_at(at):
        await set_aside.set_aside(*office, hours[0], hours[1])
        [act] = await set_aside.list_of(office[1].id)
        await vote_steps.take_due()
        await set_aside.take_back(*office, act.id)
        await vote_steps.take_due()


async def test_guests_left_out_and_counted_again_make_no_step_of_a_strangers_ballot() -> None:
    with clock.frozen_at(NIGHT):
        dialogue = await make_dialogue()
        card = await make_statement(dialogue)
    office = await office_of(dialogue)
    await guests(dialogue, card, NIGHT, 25)
    assert await number_of_steps(dialogue, NIGHT) == 1
    await guests(dialogue, card, NIGHT + HOUR, 1)
    with clock.frozen_at(NIGHT + 2 * HOUR):
        async with db.unit_of_work():  # both, before the worker looks
            await set_aside.set_aside(*office, BEGUN, BEGUN + HOUR)
            [act] = await set_aside.list_of(dialogue.id)
            await set_aside.take_back(*office, act.id)
    assert await number_of_steps(dialogue, NIGHT + 2 * HOUR) == 1
    await guests(dialogue, card, NIGHT + 2 * HOUR, 19)
    assert await number_of_steps(dialogue, NIGHT + 2 * HOUR) == 2
    assert await vote_steps.drift() == 0
    assert await results.drift() == []


async def test_closing_and_opening_again_publishes_no_single_ballot() -> None:
    with clock.frozen_at(NIGHT):
        dialogue = await make_dialogue()
        card = await make_statement(dialogue)
    await guests(dialogue, card, NIGHT, 25)
    assert await number_of_steps(dialogue, NIGHT) == 1
    await guests(dialogue, card, NIGHT + HOUR, 1)
    await close(dialogue, NIGHT + HOUR)
    assert await number_of_steps(dialogue, NIGHT + 2 * HOUR) == 1
    assert await number_of_steps(dialogue, NIGHT + timedelta(hours=23, minutes=59)) == 1
    assert await number_of_steps(dialogue, NIGHT + timedelta(days=1)) == 2  # the last, exact
    assert await number_of_steps(dialogue, NIGHT + timedelta(days=3)) == 2


async def test_a_close_soon_after_a_step_waits_no_longer_than_for_twenty_people() -> None:
    with clock.frozen_at(NIGHT):
        dialogue = await make_dialogue()
        card = await make_statement(dialogue)
    await guests(dialogue, card, NIGHT, 25)
    assert await number_of_steps(dialogue, NIGHT) == 1
    await guests(dialogue, card, NIGHT + HOUR, 20)
    await close(dialogue, NIGHT + HOUR)
    assert await number_of_steps(dialogue, NIGHT + 2 * HOUR) == 2


async def close(dialogue: Dialogue, at: datetime) -> None:
    await db.execute(
        "UPDATE consultations_component SET closes_at = $2 WHERE consultation_id = $1",
        dialogue.id,
        at,
    )


@pytest.mark.parametrize(
    ("second", "refusal"),
    [
        ((0, 1), SetAsideDiffersError),
        ((0, 2), None),
        ((1, 2), TooFewGuestsError),
        ((1, 3), SetAsideDiffersError),
        ((0, 3), None),
        ((2, 3), None),
    ],
    ids=[
        "without the one",
        "the same",
        "too few",
        "the one and others",
        "with twenty more",
        "others",
    ],
)
async def test_hours_that_differ_by_few_guests_from_earlier_ones_are_refused(
    second: tuple[int, int], refusal: type[Exception] | None
) -> None:
    """25 guests, then one, then 20: two sums that differ by one guest's votes are not published."""
    with clock.frozen_at(NIGHT):
        dialogue = await make_dialogue()
        card = await make_statement(dialogue)
    office = await office_of(dialogue)
    for hour, number in enumerate((25, 1, 20)):
        await guests(dialogue, card, NIGHT + hour * HOUR, number)
    late = NIGHT + 5 * HOUR
    await leave_out_and_count_again(office, (BEGUN, BEGUN + 2 * HOUR), late)
    span = (BEGUN + second[0] * HOUR, BEGUN + second[1] * HOUR)
    with clock.frozen_at(late + HOUR):
        if refusal:
            with pytest.raises(refusal):
                await set_aside.set_aside(*office, *span)
            assert await set_aside.list_of(dialogue.id) == []
        else:
            await set_aside.set_aside(*office, *span)
        assert await results.drift() == []


async def test_an_hour_left_out_before_its_end_needs_enough_further_guests() -> None:
    with clock.frozen_at(NIGHT):
        dialogue = await make_dialogue()
        card = await make_statement(dialogue)
    office = await office_of(dialogue)
    await guests(dialogue, card, NIGHT, 25)
    hours = (BEGUN, BEGUN + HOUR)
    await leave_out_and_count_again(office, hours, NIGHT + timedelta(minutes=5))
    await guests(dialogue, card, NIGHT + timedelta(minutes=10), 1)
    with clock.frozen_at(NIGHT + HOUR), pytest.raises(SetAsideDiffersError):
        await set_aside.set_aside(*office, *hours)
    await guests(dialogue, card, NIGHT + timedelta(minutes=20), 19)
    with clock.frozen_at(NIGHT + HOUR):
        await set_aside.set_aside(*office, *hours)
