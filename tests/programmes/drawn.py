"""Sessions with a draw, written as their office does, and a clock that passes their deadlines."""

import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta

from tests.fixtures.accounts import make_account
from tests.programmes.conftest import party, somebody
from tests.programmes.listed import Listed, make_date, make_programme

from enishi.kit import clock, db
from enishi.programmes.allocation.draws import queries
from enishi.programmes.allocation.draws.schemas import CommitForm, DrawView
from enishi.programmes.allocation.draws.service import numbers, rules
from enishi.programmes.allocation.service import applications
from enishi.programmes.applications.queries import own as application_queries
from enishi.programmes.applications.schemas import Applicant, ApplicationOutcome
from enishi.programmes.listings.schemas import OfficeActor
from enishi_jobs import programmes

Made = dict[uuid.UUID, tuple[Applicant, ApplicationOutcome]]
NUMBERS = ("a" * 20, "Z9" * 10)


def at_tokyo(day: int, hour: int = 0, minute: int = 0) -> datetime:
    return datetime(2027, 3, day, hour, minute, tzinfo=clock.TOKYO)


STARTS, CLOSES = at_tokyo(20, 9, 30), at_tokyo(11)
REVEAL_UNTIL = CLOSES + timedelta(days=1)


@contextmanager
def while_open() -> Iterator[None]:
    with clock.frozen_at(at_tokyo(5, 12)):
        yield


async def make_draw(
    capacity: int = 5, family_seats: int = 0, programme: Listed | None = None
) -> uuid.UUID:
    """A session whose places are drawn. Returns its id."""
    session_id = await make_date(
        programme or await make_programme(),
        starts_at=STARTS,
        ends_at=STARTS + timedelta(hours=3),
        closes_at=CLOSES,
        capacity=capacity,
        selection="draw",
        draw_closes_at=CLOSES,
        family_seats=family_seats,
    )
    async with db.unit_of_work():
        await rules.follow(session_id)
    return session_id


async def official_of(session_id: uuid.UUID) -> OfficeActor:
    draw = await queries.get_draw(session_id)
    return OfficeActor(account_id=await make_account(), organisation_id=draw.organisation_id)


async def committed(session_id: uuid.UUID, officials: int = 2) -> list[OfficeActor]:
    """So many officials commit to their numbers."""
    actors = []
    for place in range(1, officials + 1):
        actor = await official_of(session_id)
        form = CommitForm(post=f"担当{place}", place=place, number=NUMBERS[place - 1])
        await numbers.commit(actor, session_id, form)
        actors.append(actor)
    return actors


async def held(session_id: uuid.UUID, actors: list[OfficeActor]) -> DrawView:
    """Fix the list, let these officials reveal their numbers, and draw."""
    with clock.frozen_at(CLOSES):
        await programmes.hold_draws()
        for place, actor in enumerate(actors):
            await numbers.reveal(actor, session_id, NUMBERS[place])
    with clock.frozen_at(REVEAL_UNTIL):
        await programmes.hold_draws()
    return await queries.get_draw(session_id)


async def entered(session_id: uuid.UUID, *sizes: int) -> Made:
    """Parties of these sizes apply. Application id -> its applicant and outcome."""
    made: Made = {}
    with while_open():
        for size in sizes:
            person = somebody()
            outcome = await applications.apply(person, session_id, party(size))
            made[outcome.id] = person, outcome
    return made


async def states(made: Made) -> dict[uuid.UUID, str]:
    return {
        application_id: (
            await application_queries.get_application(person.account_id, application_id)
        ).state.value
        for application_id, (person, _) in made.items()
    }
