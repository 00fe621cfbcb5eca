"""Places are never oversold and never lost; the waiting list is first in, first out."""

import asyncio
import uuid
from datetime import timedelta

import asyncpg
import pytest
from tests.fixtures.programmes import MakeSession
from tests.programmes.conftest import party, somebody

from enishi.kit import clock, db, ids
from enishi.kit.errors import ConflictError, NotFoundError
from enishi.programmes.allocation import queries as allocation_queries
from enishi.programmes.allocation import waiting_list
from enishi.programmes.allocation.errors import (
    AlreadyAppliedError,
    FullError,
    NotOpenError,
    OfferOverError,
    PartyTooLargeError,
)
from enishi.programmes.allocation.service import applications
from enishi.programmes.applications.queries import own as application_queries
from enishi.programmes.applications.schemas import Applicant, ApplicationOutcome
from enishi.programmes.applications.tables import ApplicationState
from enishi.programmes.sessions import queries as session_queries
from enishi.settings import get_settings


async def _apply_all(session_id: uuid.UUID, people: list[Applicant]) -> list[ApplicationOutcome]:
    return list(
        await asyncio.gather(*(applications.apply(each, session_id, party()) for each in people))
    )


async def _state(person: Applicant, made: ApplicationOutcome) -> str:
    return (await application_queries.get_application(person.account_id, made.id)).state.value


@pytest.mark.usefixtures("own_database", "wide_pool")
async def test_sixty_four_at_once_fill_ten_places_and_queue_in_order(
    make_session: MakeSession,
) -> None:
    session_id = await make_session(capacity=10)
    outcomes = await _apply_all(session_id, [somebody() for _ in range(64)])

    states = [each.state for each in sorted(outcomes, key=lambda each: each.ticket)]
    assert states == [ApplicationState.CONFIRMED] * 10 + [ApplicationState.WAITING] * 54
    assert sorted(each.ticket for each in outcomes) == list(range(1, 65))
    session = await session_queries.get_session(session_id)
    assert (session.taken, session.waiting) == (10, 54)
    assert await allocation_queries.count_drift() == 0


@pytest.mark.usefixtures("own_database")
async def test_without_the_guard_the_same_rush_oversells(make_session: MakeSession) -> None:
    """Negative control: count, then insert, which a race breaks."""
    session_id = await make_session(capacity=10)

    async def naive() -> None:
        connection = await asyncpg.connect(get_settings().database_dsn)
        try:
            async with connection.transaction():
                taken = await connection.fetchval(
                    """SELECT count(*) FROM programmes_application
                    WHERE session_id = $1 AND state = 'confirmed'""",
                    session_id,
                )
                await asyncio.sleep(0.05)
                if taken < 10:
                    await connection.execute(
                        """INSERT INTO programmes_application (id, session_id, organisation_id,
                        applicant_id, receipt, state, ticket, party_size, applied_at, note, channel,
                        home_municipality, age_band, identity_level)
                        VALUES ($1, $2, $1, $1, $3, 'confirmed', 0, 1, $4, '', '', '', '', 0)""",
                        ids.new_id(),
                        session_id,
                        ids.new_receipt(),
                        clock.now(),
                    )
        finally:
            await connection.close()

    await asyncio.gather(*(naive() for _ in range(64)))
    [row] = await db.fetch(
        "SELECT count(*) AS sold FROM programmes_application WHERE session_id = $1", session_id
    )
    assert row["sold"] > 10


async def test_the_database_itself_refuses_to_oversell(make_session: MakeSession) -> None:
    session_id = await make_session(capacity=1)
    with pytest.raises(asyncpg.CheckViolationError) as refused:
        async with db.unit_of_work():
            await waiting_list.give_back(session_id, persons=-2)
    assert db.violated_constraint(refused.value) == "programmes_session_never_oversold"


async def test_a_party_gets_all_its_places_or_none(make_session: MakeSession) -> None:
    session_id = await make_session(capacity=3)
    first = await applications.apply(somebody(), session_id, party(2))
    second = await applications.apply(somebody(), session_id, party(2))

    assert (first.state, second.state) == (ApplicationState.CONFIRMED, ApplicationState.WAITING)
    assert (await session_queries.get_session(session_id)).taken == 2


async def test_nobody_overtakes_a_party_that_waits_for_more_places(
    make_session: MakeSession,
) -> None:
    session_id = await make_session(capacity=3)
    first, pair, single = somebody(), somebody(), somebody()
    confirmed = await applications.apply(first, session_id, party(2))
    waiting = await applications.apply(pair, session_id, party(2))
    behind = await applications.apply(single, session_id, party(1))  # one place is free
    assert behind.state is ApplicationState.WAITING

    await applications.cancel(first.account_id, confirmed.id)

    assert await _state(pair, waiting) == "offered"
    assert await _state(single, behind) == "offered"
    session = await session_queries.get_session(session_id)
    assert (session.taken, session.waiting) == (3, 0)


async def test_an_offer_is_taken_declined_or_goes_on_to_the_next(
    make_session: MakeSession,
) -> None:
    session_id = await make_session(capacity=1)
    people = [somebody() for _ in range(4)]
    made = [await applications.apply(each, session_id, party()) for each in people]

    await applications.cancel(people[0].account_id, made[0].id)
    assert await _state(people[1], made[1]) == "offered"
    await applications.cancel(people[1].account_id, made[1].id)
    assert await _state(people[1], made[1]) == "declined"
    assert await _state(people[2], made[2]) == "offered"
    with clock.frozen_at(clock.now() + timedelta(hours=48)):
        with pytest.raises(OfferOverError):
            await applications.accept(people[2].account_id, made[2].id)
        await applications.expire_offers(session_id)
        assert await _state(people[2], made[2]) == "expired"
        await applications.accept(people[3].account_id, made[3].id)
    assert await _state(people[3], made[3]) == "confirmed"
    assert await allocation_queries.count_drift() == 0


async def test_only_an_offer_that_ran_out_is_called_over(make_session: MakeSession) -> None:
    """An offer that was accepted in another tab gets another message than an expired one."""
    session_id = await make_session(capacity=1)
    first, second = somebody(), somebody()
    confirmed = await applications.apply(first, session_id, party())
    waiting = await applications.apply(second, session_id, party())
    await applications.cancel(first.account_id, confirmed.id)
    await applications.accept(second.account_id, waiting.id)
    with pytest.raises(ConflictError) as refusal:
        await applications.accept(second.account_id, waiting.id)
    assert not isinstance(refusal.value, OfferOverError)


async def test_somebody_new_does_not_wait_for_the_clock_to_end_a_dead_offer(
    make_session: MakeSession,
) -> None:
    session_id = await make_session(capacity=1, waiting_limit=1)
    first, second = somebody(), somebody()
    confirmed = await applications.apply(first, session_id, party())
    waiting = await applications.apply(second, session_id, party())
    await applications.cancel(first.account_id, confirmed.id)
    with clock.frozen_at(clock.now() + timedelta(hours=49)):
        assert (await applications.apply(somebody(), session_id, party())).state == "waiting"
        third = await applications.apply(somebody(), session_id, party())

    assert third is not None
    assert await _state(second, waiting) == "expired"
    assert await allocation_queries.count_drift() == 0


async def test_nothing_is_offered_shortly_before_the_start(make_session: MakeSession) -> None:
    session_id = await make_session(capacity=1, starts_in_days=3)
    first, second = somebody(), somebody()
    confirmed = await applications.apply(first, session_id, party())
    waiting = await applications.apply(second, session_id, party())
    with clock.frozen_at(clock.now() + timedelta(days=2, hours=1)):
        await applications.cancel(first.account_id, confirmed.id)
    assert await _state(second, waiting) == "waiting"


async def test_one_person_has_one_live_application_and_may_come_back(
    make_session: MakeSession,
) -> None:
    session_id = await make_session()
    person = somebody()
    made = await applications.apply(person, session_id, party())
    with pytest.raises(AlreadyAppliedError):
        await applications.apply(person, session_id, party())
    assert (await session_queries.get_session(session_id)).taken == 1

    await applications.cancel(person.account_id, made.id)
    again = await applications.apply(person, session_id, party())
    assert again.state is ApplicationState.CONFIRMED
    assert await allocation_queries.count_drift() == 0


async def test_why_an_application_is_refused_is_said(make_session: MakeSession) -> None:
    session_id = await make_session(capacity=1, waiting_limit=0)
    with pytest.raises(PartyTooLargeError):
        await applications.apply(somebody(), session_id, party(2))
    await applications.apply(somebody(), session_id, party())
    with pytest.raises(FullError):
        await applications.apply(somebody(), session_id, party())
    with (
        clock.frozen_at(clock.now() + timedelta(days=29)),
        pytest.raises(NotOpenError),
    ):
        await applications.apply(somebody(), session_id, party())
    with pytest.raises(NotFoundError):
        await applications.apply(somebody(), ids.new_id(), party())
    await db.fetch("UPDATE programmes_programme SET state = 'closed'")
    with pytest.raises(NotOpenError):  # and not that it is full
        await applications.apply(somebody(), session_id, party())


async def test_nobody_cancels_for_another(make_session: MakeSession) -> None:
    made = await applications.apply(somebody(), await make_session(), party())
    with pytest.raises(NotFoundError):
        await applications.cancel(ids.new_id(), made.id)


async def test_what_is_over_cannot_be_cancelled_twice(make_session: MakeSession) -> None:
    session_id, person = await make_session(), somebody()
    made = await applications.apply(person, session_id, party())
    await applications.cancel(person.account_id, made.id)
    with pytest.raises(ConflictError):
        await applications.cancel(person.account_id, made.id)
    assert await allocation_queries.count_drift() == 0


async def test_the_timeline_tells_the_whole_story(make_session: MakeSession) -> None:
    session_id, person = await make_session(), somebody()
    made = await applications.apply(person, session_id, party(3))
    await applications.cancel(person.account_id, made.id)

    events = await application_queries.list_events(made.id)
    assert [(each.state, each.actor_kind) for each in events] == [
        ("confirmed", "applicant"),
        ("cancelled", "applicant"),
    ]
    assert [each.name for each in await application_queries.list_party(made.id)] == [
        "山田花子",
        "子0",
        "子1",
    ]
