"""Two officials commit to a number before the deadline of a draw, and reveal it afterwards."""

import asyncio

import pytest
from tests.programmes.drawn import (
    CLOSES,
    NUMBERS,
    REVEAL_UNTIL,
    committed,
    make_draw,
    official_of,
    while_open,
)

from enishi.kit import clock, db, ids
from enishi.kit.errors import NotFoundError
from enishi.programmes.allocation.draws import queries
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
from enishi.programmes.allocation.draws.service import numbers
from enishi.programmes.listings.schemas import OfficeActor
from enishi_jobs import programmes


async def test_officials_commit_before_the_deadline_each_once() -> None:
    session_id = await make_draw()
    [first, _] = await committed(session_id)
    form = CommitForm(post="課長", place=2, number=NUMBERS[0])
    with pytest.raises(AlreadyCommittedError):
        await numbers.commit(first, session_id, form)
    third = await official_of(session_id)
    with pytest.raises(OtherWasFirstError):
        await numbers.commit(third, session_id, form)
    stranger = OfficeActor(account_id=ids.new_id(), organisation_id=ids.new_id())
    with pytest.raises(NotFoundError):
        await numbers.commit(stranger, session_id, form)
    late = await make_draw()
    with clock.frozen_at(CLOSES), pytest.raises(CommitmentsOverError):
        await numbers.commit(
            await official_of(late), late, CommitForm(post="課長", place=1, number=NUMBERS[0])
        )


@pytest.mark.usefixtures("own_database")
async def test_two_officials_at_once_have_two_places() -> None:
    session_id = await make_draw()
    actors = [await official_of(session_id) for _ in range(2)]
    forms = CommitForm(post="課長", place=1, number=NUMBERS[0])
    results = await asyncio.gather(
        *(numbers.commit(actor, session_id, forms) for actor in actors), return_exceptions=True
    )
    assert [type(each) for each in results if each] == [OtherWasFirstError]
    assert len((await queries.get_draw(session_id)).officials) == 1


async def test_a_number_is_revealed_in_its_time_and_only_the_one_committed_to() -> None:
    session_id = await make_draw()
    first, second = await committed(session_id)
    with while_open(), pytest.raises(TooEarlyError):
        await numbers.reveal(first, session_id, NUMBERS[0])
    with clock.frozen_at(CLOSES):
        await programmes.hold_draws()
        with pytest.raises(WrongNumberError):
            await numbers.reveal(first, session_id, NUMBERS[1])
        with pytest.raises(NotCommittedError):
            await numbers.reveal(await official_of(session_id), session_id, NUMBERS[0])
        await numbers.reveal(first, session_id, NUMBERS[0])
    with clock.frozen_at(REVEAL_UNTIL), pytest.raises(RevealOverError):
        await numbers.reveal(second, session_id, NUMBERS[1])


async def test_the_number_itself_is_kept_nowhere_before_it_is_revealed() -> None:
    session_id = await make_draw()
    await committed(session_id)
    rows = await db.fetch("SELECT to_jsonb(n)::text AS row FROM programmes_draw_number n")
    rows += await db.fetch("SELECT to_jsonb(e)::text AS row FROM audit_entry e")
    assert rows
    assert not [row for row in rows if any(number in row["row"] for number in NUMBERS)]
