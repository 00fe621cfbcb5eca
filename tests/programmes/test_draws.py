"""Applications enter a draw, two officials give its seed, the job gives the places."""

import asyncio
from datetime import timedelta

import asyncpg
import pytest
from tests.fixtures.accounts import make_account
from tests.programmes.conftest import party, somebody
from tests.programmes.drawn import (
    CLOSES,
    NUMBERS,
    REVEAL_UNTIL,
    committed,
    entered,
    held,
    make_draw,
    states,
    while_open,
)
from tests.programmes.listed import make_programme

from enishi.accounts import personal_data
from enishi.kit import clock, db
from enishi.kit.errors import ConflictError
from enishi.programmes.allocation import queries as allocation_queries
from enishi.programmes.allocation.draws import draw_file, outcome, queries
from enishi.programmes.allocation.draws.entries import Entry, entry_id
from enishi.programmes.allocation.draws.outcome import Official, Outcome
from enishi.programmes.allocation.draws.service import holding, numbers
from enishi.programmes.allocation.draws.verification import verify
from enishi.programmes.allocation.errors import (
    AlreadyAppliedError,
    NotOpenError,
)
from enishi.programmes.allocation.service import applications, sessions
from enishi.programmes.applications.queries import own as application_queries
from enishi.programmes.listings.schemas import OfficeActor
from enishi.programmes.privacy import PERSONAL_DATA
from enishi.programmes.sessions import queries as session_queries
from enishi_jobs import programmes


async def test_who_applies_waits_for_the_draw_and_takes_no_place() -> None:
    session_id = await make_draw()
    made = await entered(session_id, 2, 1)
    assert {outcome.state for _, outcome in made.values()} == {"in_draw"}
    session = await session_queries.get_session(session_id)
    assert (session.taken, session.waiting, session.in_draw, session.free) == (0, 0, 2, 0)
    assert await allocation_queries.count_drift() == 0


async def test_a_draw_gives_places_and_ranks_and_can_be_computed_again() -> None:
    session_id = await make_draw(capacity=5)
    actors = await committed(session_id)
    made = await entered(session_id, 1, 2, 3, 1, 2, 4, 1)
    draw = await held(session_id, actors)
    assert draw.state == "drawn"

    stored = await queries.get_outcome(draw)
    found = verify(draw_file.written(stored))
    assert found.differences == ()
    assert (found.seed, found.entries_hash) == (draw.seed, draw.entries_hash)
    assert found.persons <= 5

    after = await states(made)
    entries = {each: await queries.find_own_entry(each) for each in made}
    for application_id, (_, applied) in made.items():
        entry = entries[application_id]
        assert entry is not None
        assert entry.placed == (after[application_id] == "confirmed")
        assert entry.placed or after[application_id] == "waiting"
        assert entry.entry_id == entry_id(applied.receipt, entry.salt)
        assert entry.line is not None
        listed = stored.entries[entry.line - 2]
        assert (listed.id, listed.size) == (entry.entry_id, entry.party_size)
    session = await session_queries.get_session(session_id)
    assert (session.selection, session.in_draw) == ("first_come", 0)
    assert session.taken == found.persons
    assert session.waiting == list(after.values()).count("waiting")
    assert await allocation_queries.count_drift() == 0


async def test_losers_wait_in_the_order_of_their_ranks() -> None:
    session_id = await make_draw(capacity=1)
    made = await entered(session_id, 1, 1, 1, 1, 1)
    await held(session_id, [])
    places: dict[int, int] = {}
    for application_id, (person, _) in made.items():
        view = await application_queries.get_application(person.account_id, application_id)
        entry = await queries.find_own_entry(application_id)
        assert entry is not None
        assert entry.rank is not None
        if view.state == "waiting":
            places[entry.rank] = await allocation_queries.queue_position(view)
    assert places == {rank: rank - 1 for rank in range(2, 6)}


async def test_a_draw_without_officials_is_held_at_the_end_of_the_reveal() -> None:
    session_id = await make_draw(capacity=2)
    actors = await committed(session_id)
    await entered(session_id, 1, 1, 1)
    with clock.frozen_at(CLOSES):
        await programmes.hold_draws()
        await numbers.reveal(actors[0], session_id, NUMBERS[0])
        await programmes.hold_draws()
        assert (await queries.get_draw(session_id)).state == "closed"
    with clock.frozen_at(REVEAL_UNTIL):
        await programmes.hold_draws()
    draw = await queries.get_draw(session_id)
    assert draw.state == "drawn"
    assert [each.number for each in draw.officials] == [NUMBERS[0], None]
    assert verify(draw_file.written(await queries.get_outcome(draw))).differences == ()


async def test_a_draw_is_held_once_both_numbers_are_there() -> None:
    session_id = await make_draw()
    actors = await committed(session_id)
    await entered(session_id, 1)
    with clock.frozen_at(CLOSES):
        await programmes.hold_draws()
        for place, actor in enumerate(actors):
            await numbers.reveal(actor, session_id, NUMBERS[place])
        await programmes.hold_draws()
    assert (await queries.get_draw(session_id)).state == "drawn"


@pytest.mark.usefixtures("own_database")
async def test_a_second_worker_finds_nothing_to_do() -> None:
    session_id = await make_draw(capacity=2)
    await entered(session_id, 1, 1, 1)
    with clock.frozen_at(REVEAL_UNTIL):
        closed = await asyncio.gather(*(holding.close_entries(session_id) for _ in range(4)))
        assert sorted(closed) == [False, False, False, True]
        drawn = await asyncio.gather(*(holding.hold(session_id) for _ in range(4)))
        assert sorted(drawn) == [False, False, False, True]
    assert (await session_queries.get_session(session_id)).taken == 2
    assert await allocation_queries.count_drift() == 0
    mails = await db.fetch_value("SELECT count(*) FROM programmes_application_event")
    assert mails == 6


@pytest.mark.usefixtures("own_database", "wide_pool")
async def test_the_entries_of_a_deadline_are_all_in_the_list_or_refused() -> None:
    """Many apply while the list is fixed: each is in it, or was told that it is too late."""
    session_id = await make_draw(capacity=5)
    with clock.frozen_at(CLOSES - timedelta(seconds=1)):
        made = [applications.apply(somebody(), session_id, party()) for _ in range(24)]
        first = await asyncio.gather(*made)

    async def late() -> object:
        return await applications.apply(somebody(), session_id, party())

    with clock.frozen_at(CLOSES):
        results = await asyncio.gather(
            holding.close_entries(session_id), *(late() for _ in range(24)), return_exceptions=True
        )
    assert all(isinstance(each, NotOpenError) for each in results[1:])
    draw = await queries.get_draw(session_id)
    assert len(await queries.list_entries(draw.id)) == len(first)


async def test_one_second_before_the_deadline_in_tokyo_is_in_time() -> None:
    session_id = await make_draw()
    with clock.frozen_at(CLOSES - timedelta(seconds=1)):
        assert (await applications.apply(somebody(), session_id, party())).state == "in_draw"
    with clock.frozen_at(CLOSES), pytest.raises(NotOpenError):
        await applications.apply(somebody(), session_id, party())


async def test_a_person_has_one_entry() -> None:
    session_id = await make_draw()
    person = somebody()
    with while_open():
        made = await applications.apply(person, session_id, party())
        with pytest.raises(AlreadyAppliedError):
            await applications.apply(person, session_id, party())
        await applications.cancel(person.account_id, made.id)
        again = await applications.apply(person, session_id, party(2))
    draw = await queries.get_draw(session_id)
    [entry] = await queries.list_entries(draw.id)
    own = await queries.find_own_entry(again.id)
    assert own is not None
    assert (entry.id, entry.size) == (own.entry_id, 2)
    assert await queries.find_own_entry(made.id) is None
    assert await allocation_queries.count_drift() == 0


async def test_places_of_a_winner_who_left_go_to_the_waiting_list() -> None:
    """The list stays as its hash says; the freed places are offered by rank."""
    session_id = await make_draw(capacity=2)
    actors = await committed(session_id)
    made = await entered(session_id, 1, 1, 1, 1)
    with clock.frozen_at(CLOSES):
        await programmes.hold_draws()
        for person, outcome in made.values():
            if outcome.id != min(made):
                await applications.cancel(person.account_id, outcome.id)
    draw = await held(session_id, actors)
    assert verify(draw_file.written(await queries.get_outcome(draw))).entries == 4
    assert (await states(made))[min(made)] in ("confirmed", "offered")
    assert await allocation_queries.count_drift() == 0


async def test_first_timers_and_those_who_lost_have_more_tickets() -> None:
    programme = await make_programme()
    first, lost, placed = somebody(), somebody(), somebody()
    before = await make_draw(capacity=1, programme=programme)
    with while_open():
        await applications.apply(placed, before, party())
        await applications.apply(lost, before, party())
    await held(before, [])
    views = {
        person.account_id: (await application_queries.list_own_applications(person.account_id))[0]
        for person in (lost, placed)
    }
    if views[lost.account_id].state == "confirmed":
        lost, placed = placed, lost
    session_id = await make_draw(programme=programme)
    weights = {}
    with while_open():
        for name, person in (("first", first), ("lost", lost), ("placed", placed)):
            made = await applications.apply(person, session_id, party())
            entry = await queries.find_own_entry(made.id)
            assert entry is not None
            weights[name] = entry.weight
    assert weights == {"first": 2, "lost": 3, "placed": 1}


async def test_strata_of_fewer_than_five_are_joined_at_the_deadline() -> None:
    session_id = await make_draw(capacity=8, family_seats=4)
    await entered(session_id, 1, 1, 1, 1, 1, 2)
    await held(session_id, [])
    draw = await queries.get_draw(session_id)
    assert {entry.stratum for entry in await queries.list_entries(draw.id)} == {"*"}
    assert verify(draw_file.written(await queries.get_outcome(draw))).differences == ()


async def test_the_constraint_refuses_more_places_than_there_are(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The negative control: a draw that places everybody is refused as a whole by the database."""
    session_id = await make_draw(capacity=2)
    made = await entered(session_id, 1, 1, 1)
    draw_ = outcome.draw

    def everybody(rule: str, entries: list[Entry], officials: tuple[Official, Official]) -> Outcome:
        real = draw_(rule, entries, officials)
        object.__setattr__(real, "has_place", [True] * len(real.entries))
        return real

    monkeypatch.setattr(outcome, "draw", everybody)
    with clock.frozen_at(REVEAL_UNTIL):
        await holding.close_entries(session_id)
        with pytest.raises(asyncpg.CheckViolationError):
            await holding.hold(session_id)
    assert set((await states(made)).values()) == {"in_draw"}
    assert (await queries.get_draw(session_id)).state == "closed"


async def test_a_session_that_is_called_off_draws_nothing() -> None:
    session_id = await make_draw()
    made = await entered(session_id, 1, 1)
    session = await session_queries.get_session(session_id)
    actor = OfficeActor(account_id=await make_account(), organisation_id=session.organisation_id)
    with while_open():
        assert await sessions.cancel(actor, session_id, "大雪のため") == 2
    assert set((await states(made)).values()) == {"cancelled_by_host"}
    with clock.frozen_at(REVEAL_UNTIL):
        await programmes.hold_draws()
    assert (await queries.get_draw(session_id)).state == "cancelled"
    with pytest.raises(ConflictError):
        await sessions.cancel(actor, session_id, "もう一度")
    assert await allocation_queries.count_drift() == 0


async def test_an_erased_account_leaves_a_line_that_is_nobodys() -> None:
    session_id = await make_draw()
    made = await entered(session_id, 1, 1)
    [(person, outcome), _] = made.values()
    with clock.frozen_at(CLOSES):
        await programmes.hold_draws()
        assert isinstance(PERSONAL_DATA, personal_data.PersonalData)
        await PERSONAL_DATA.erase(person.account_id)
    entry = await queries.find_own_entry(outcome.id)
    assert entry is not None
    assert entry.salt == ""
    draw = await held(session_id, [])
    assert verify(draw_file.written(await queries.get_outcome(draw))).entries == 2
