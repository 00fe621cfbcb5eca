"""A free place can always be had by somebody, whatever happened to the session before."""

import asyncio
import random
import uuid
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import asyncpg
import pytest
from tests.programmes.conftest import party, somebody
from tests.programmes.test_last_hours import FIRST_COME, STARTS, session_at

from enishi.kit import clock, db
from enishi.kit.errors import ConflictError
from enishi.programmes.allocation import queries as allocation_queries
from enishi.programmes.allocation.service import applications, sessions
from enishi.programmes.allocation.waiting_list import after_awake_time
from enishi.programmes.listings.schemas import OfficeActor
from enishi.programmes.sessions import queries as session_queries
from enishi.programmes.sessions import service as session_service
from enishi.programmes.sessions.schemas import SessionForm, SessionView

STEPS = 60


class RollbackError(Exception):
    """Ends a trial: what it wrote is undone."""


async def own(*states: str) -> list[dict[str, object]]:
    return await db.fetch(
        """SELECT applicant_id, id, party_size, state FROM programmes_application
        WHERE state = ANY($1) ORDER BY ticket""",
        list(states),
    )


class Story:
    """Acts of applicants, of the office and of the clock, in an order that chance decides."""

    def __init__(self, session_id: uuid.UUID, chance: random.Random) -> None:
        self.session_id, self.chance = session_id, chance
        self.now = STARTS - timedelta(days=4)

    async def apply(self) -> None:
        await applications.apply(somebody(), self.session_id, party(self.chance.randint(1, 3)))

    async def leave(self) -> None:
        await applications.cancel(*await self._one("waiting", "offered", "confirmed"))

    async def accept(self) -> None:
        await applications.accept(*await self._one("waiting", "offered"))

    async def resize(self) -> None:
        session = await session_queries.get_session(self.session_id)
        values = {name: getattr(session, name) for name in SessionForm.model_fields}
        values["capacity"] = self.chance.randint(1, 6)
        values["cutoff_hours"] = self.chance.choice([0, 24, 24, 48])
        await sessions.edit(_office(session), session.id, SessionForm.model_validate(values))

    async def wait(self) -> None:
        self.now = min(
            self.now + timedelta(hours=self.chance.choice([1, 7, 30])),
            STARTS - timedelta(minutes=5),
        )

    async def work(self) -> None:
        await applications.expire_offers(self.session_id)

    async def _one(self, *states: str) -> tuple[uuid.UUID, uuid.UUID]:
        rows = await own(*states)
        if not rows:
            raise ConflictError
        row = self.chance.choice(rows)
        return row["applicant_id"], row["id"]  # type: ignore[return-value]


def _office(session: SessionView) -> OfficeActor:
    return OfficeActor(account_id=uuid.uuid4(), organisation_id=session.organisation_id)


ACTS = {"apply": 8, "leave": 4, "accept": 3, "resize": 2, "wait": 3, "work": 2}


async def _succeeds(act: object) -> bool:
    """Whether an act is possible now; it is undone."""
    try:
        async with db.unit_of_work():
            await act  # type: ignore[misc]
            raise RollbackError  # noqa: TRY301 (undoes what was tried)
    except RollbackError:
        return True
    except ConflictError:
        return False


async def _require_obtainable(session_id: uuid.UUID) -> None:
    await applications.expire_offers(session_id)  # what the worker, or the next applicant, does
    session = await session_queries.get_session(session_id)
    left = session.capacity - session.taken
    if not left:
        return
    waiting = await own("waiting")
    fitting = [each for each in waiting if each["party_size"] <= left]  # type: ignore[operator]
    if session.is_last_hours or not waiting:
        made = []

        async def alone() -> None:
            made.append(await applications.apply(somebody(), session_id, party()))

        assert await _succeeds(alone()), "a newcomer gets nothing"
        assert made[0].state == "confirmed", "a newcomer waits beside a free place"
        for each in fitting if session.is_last_hours else ():
            accepted = applications.accept(each["applicant_id"], each["id"])  # type: ignore[arg-type]
            assert await _succeeds(accepted), "who waits cannot take it"
    else:
        # The head of the queue needs more than is free; the others are not to overtake it …
        assert waiting[0] not in fitting, "the head of the queue fits and has no offer"
    for each in fitting:  # … unless the office decides so.
        seated = applications.seat(_office(session), session_id, each["id"])  # type: ignore[arg-type]
        assert await _succeeds(seated), "the office cannot give it"


@pytest.mark.parametrize("seed", range(6))
async def test_a_free_place_can_be_had_by_somebody(seed: int) -> None:
    chance = random.Random(seed)  # noqa: S311 (a story that a seed repeats)
    session_id = await session_at(capacity=chance.randint(1, 5), waiting_limit=4)
    story = Story(session_id, chance)
    for _ in range(STEPS):
        [act] = chance.choices(list(ACTS), list(ACTS.values()))
        with clock.frozen_at(story.now):
            try:
                async with db.unit_of_work():
                    await getattr(story, act)()
            except ConflictError:  # full, gone, too early: part of life
                pass
        with clock.frozen_at(story.now):
            await _require_obtainable(session_id)
    assert await allocation_queries.count_drift() == 0


@pytest.mark.parametrize("hours", range(49))
async def test_the_computed_column_and_the_deadline_of_offers_agree(hours: int) -> None:
    """Offers are made exactly as long as two hours awake fit before the cut-off."""
    session_id = await session_at(cutoff_hours=hours)
    first_come = (await session_queries.get_session(session_id)).first_come_from
    cutoff = STARTS - timedelta(hours=hours)
    assert after_awake_time(first_come) <= cutoff
    assert after_awake_time(first_come + timedelta(minutes=1)) > cutoff or _asleep(first_come)


def _asleep(instant: datetime) -> bool:
    """In the night the same deadline belongs to many instants; the column has the first of them."""
    local = clock.in_tokyo(instant)
    return not 7 <= local.hour < 22


def test_the_example_of_the_tests_is_the_one_of_the_text() -> None:
    assert after_awake_time(FIRST_COME) == STARTS - timedelta(hours=24)


async def _race(newcomers: int, begin: Callable[[], None] = lambda: None) -> list[BaseException]:
    """Twenty who wait and some newcomers want one free place at once. Returns the errors."""
    session_id = await session_at(capacity=1, waiting_limit=100)
    with clock.frozen_at(STARTS - timedelta(days=3)):
        booked = somebody()
        made = await applications.apply(booked, session_id, party())
        waiters = [somebody() for _ in range(20)]
        waiting = [await applications.apply(each, session_id, party()) for each in waiters]
    with clock.frozen_at(FIRST_COME):
        await applications.cancel(booked.account_id, made.id)
        begin()
        claims = [
            applications.accept(person.account_id, one.id)
            for person, one in zip(waiters, waiting, strict=True)
        ]
        arrivals = [applications.apply(somebody(), session_id, party()) for _ in range(newcomers)]
        outcomes = await asyncio.gather(*claims, *arrivals, return_exceptions=True)
    return [each for each in outcomes if isinstance(each, BaseException)]


@pytest.mark.usefixtures("own_database", "wide_pool")
async def test_newcomers_and_those_who_wait_race_for_one_place() -> None:
    """The row of the session decides: one gets the place, nobody gets half of one."""
    errors = await _race(newcomers=20)
    assert [each for each in errors if not isinstance(each, ConflictError)] == []
    assert len(await own("confirmed")) == 1
    assert len(await own("waiting")) == 39
    assert await allocation_queries.count_drift() == 0


@pytest.mark.usefixtures("own_database", "wide_pool")
async def test_without_the_lock_only_the_constraint_is_left(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Negative control: those who read the same free place are refused by the database."""
    two = asyncio.Barrier(2)  # the first two have read before either of them writes

    async def read(session_id: uuid.UUID) -> dict[str, Any]:
        [row] = await db.fetch("SELECT * FROM programmes_session WHERE id = $1", session_id)
        await two.wait()
        return row

    errors = await _race(0, lambda: monkeypatch.setattr(session_service, "lock", read))
    assert any(isinstance(each, asyncpg.CheckViolationError) for each in errors)
