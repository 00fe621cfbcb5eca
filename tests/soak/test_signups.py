"""Everybody at once: applying, leaving, accepting, offers that end, places added, sessions off.

Afterwards the counters equal a recount, the log tells of nobody who overtook, and the facts that
were collected meanwhile equal those derived anew.
"""

import asyncio
import os
import random
import secrets
import uuid
from collections import Counter, defaultdict
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

import pytest
from tests.fixtures.programmes import MakeSession
from tests.programmes.conftest import party, somebody

from enishi import wiring
from enishi.kit import clock, db
from enishi.kit.errors import ConflictError
from enishi.programmes.allocation import queries as allocation_queries
from enishi.programmes.allocation.service import applications, sessions
from enishi.programmes.listings.schemas import OfficeActor
from enishi.programmes.sessions import queries as session_queries
from enishi.programmes.sessions.schemas import SessionForm
from enishi.statistics.service import facts as statistics

pytestmark = [pytest.mark.soak, pytest.mark.usefixtures("own_database")]
SECONDS = float(os.environ.get("ENISHI_SOAK_SECONDS", "20"))
PEOPLE, CONNECTIONS, SESSIONS = 40, 40, 4
# Of a hundred acts: much coming and going, and now and then an act of the office.
ACTS = {"apply": 50, "leave": 20, "accept": 18, "expire": 4, "resize": 7, "call_off": 1}


@pytest.fixture
async def many_connections() -> AsyncIterator[None]:
    await db.close_pool()
    await db.DB.start_connection_pool(min_size=CONNECTIONS, max_size=CONNECTIONS)
    return


@dataclass
class Crowd:
    """What the tasks share: where one can apply, and what was done."""

    make: MakeSession
    chance: random.Random
    sessions: list[uuid.UUID] = field(default_factory=list)
    done: Counter[str] = field(default_factory=Counter)

    async def apply(self) -> None:
        person, session_id = somebody(), self.chance.choice(self.sessions)
        await applications.apply(person, session_id, party(self.chance.randint(1, 3)))

    async def leave(self) -> None:
        await applications.cancel(*await somebody_in("waiting", "offered", "confirmed"))

    async def accept(self) -> None:
        await applications.accept(*await somebody_in("offered"))

    async def expire(self) -> None:
        # For this act alone it is three days later: every offer is over.
        with clock.frozen_at(clock.now() + timedelta(days=3)):
            await applications.expire_offers(self.chance.choice(self.sessions))

    async def resize(self) -> None:
        session = await session_queries.get_session(self.chance.choice(self.sessions))
        kept = {name: getattr(session, name) for name in SessionForm.model_fields}
        wanted = kept | {"capacity": self.chance.randint(5, 40)}
        await sessions.edit(office_actor(session), session.id, SessionForm.model_validate(wanted))

    async def call_off(self) -> None:
        place = self.chance.randrange(len(self.sessions))
        session = await session_queries.get_session(self.sessions[place])
        self.sessions[place] = await self.make(capacity=20, waiting_limit=60)
        await sessions.cancel(office_actor(session), session.id, "大雨")


async def somebody_in(*states: str) -> tuple[uuid.UUID, uuid.UUID]:
    """An applicant and their application: perhaps no longer in that state when they act."""
    rows = await db.fetch(
        """SELECT applicant_id, id FROM programmes_application
        WHERE state = ANY($1) ORDER BY random() LIMIT 1""",
        list(states),
    )
    if not rows:
        raise ConflictError
    return rows[0]["applicant_id"], rows[0]["id"]


def office_actor(session: Any) -> OfficeActor:
    return OfficeActor(account_id=uuid.uuid4(), organisation_id=session.organisation_id)


async def act_until(crowd: Crowd, end: float) -> None:
    loop = asyncio.get_running_loop()
    while loop.time() < end:
        [act] = crowd.chance.choices(list(ACTS), list(ACTS.values()))
        try:
            await getattr(crowd, act)()
            crowd.done[act] += 1
        except ConflictError:  # full, gone, too late: part of life
            crowd.done[f"{act} refused"] += 1


async def collect_until(end: float) -> None:
    while asyncio.get_running_loop().time() < end:
        await statistics.collect(wiring.FACT_SOURCES)
        await asyncio.sleep(0.5)


async def replay(session_id: uuid.UUID) -> int:
    """Go through what happened to a session in its order; answers how many waited.

    Events get their ids, which sort by time, while the session's row is held.
    """
    rows = await db.fetch(
        """SELECT a.id, a.ticket, e.state FROM programmes_application_event e
        JOIN programmes_application a ON a.id = e.application_id
        WHERE a.session_id = $1 ORDER BY e.id""",
        session_id,
    )
    queue: list[int] = []
    known: set[uuid.UUID] = set()
    waited = 0
    for row in rows:
        if row["id"] not in known and row["state"] == "confirmed":
            assert queue == [], f"ticket {row['ticket']} got a place while {queue} waited"
        if row["state"] == "waiting":
            assert not queue or queue[-1] < row["ticket"]
            queue.append(row["ticket"])
            waited += 1
        elif row["state"] == "offered":
            assert queue[0] == row["ticket"], f"{row['ticket']} was offered before {queue[0]}"
            queue.pop(0)
        elif row["ticket"] in queue:
            queue.remove(row["ticket"])
        known.add(row["id"])
    session = await session_queries.get_session(session_id)
    assert len(queue) == session.waiting
    return waited


async def check_tickets() -> None:
    """Every ticket was given once, and none was lost."""
    given: defaultdict[uuid.UUID, list[int]] = defaultdict(list)
    for row in await db.fetch("SELECT session_id, ticket FROM programmes_application"):
        given[row["session_id"]].append(row["ticket"])
    for row in await db.fetch("SELECT id, tickets FROM programmes_session"):
        assert sorted(given[row["id"]]) == list(range(1, row["tickets"] + 1))


@pytest.mark.usefixtures("many_connections")
async def test_whatever_people_and_clerks_do_at_once_the_books_agree(
    make_session: MakeSession,
) -> None:
    seed = secrets.randbelow(1_000_000)
    print(f"seed {seed}")  # noqa: T201 (shown when the test fails)
    crowd = Crowd(make_session, random.Random(seed))  # noqa: S311 (an order of acts, no secret)
    crowd.sessions = [await make_session(capacity=20, waiting_limit=60) for _ in range(SESSIONS)]
    end = asyncio.get_running_loop().time() + SECONDS
    async with asyncio.TaskGroup() as group:
        for _ in range(PEOPLE):
            group.create_task(act_until(crowd, end))
        group.create_task(collect_until(end))

    assert await allocation_queries.count_drift() == 0
    await check_tickets()
    rows = await db.fetch("SELECT id FROM programmes_session")
    waited = sum([await replay(row["id"]) for row in rows])
    await statistics.collect(wiring.FACT_SOURCES)
    drifts = await statistics.recount(wiring.FACT_SOURCES)
    print(dict(crowd.done), f"{len(rows)} sessions, {waited} waited, {drifts}")  # noqa: T201
    assert [(drift.missing, drift.surplus) for drift in drifts] == [(0, 0)] * len(drifts)
    assert all(crowd.done[act] for act in ACTS), "every kind of act has to have happened"
    assert waited
