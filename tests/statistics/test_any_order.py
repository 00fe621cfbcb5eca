"""Random acts in random order, and erasures: facts equal the recount."""

import random
import uuid
from collections.abc import Awaitable, Callable
from contextlib import suppress
from typing import Any

import pytest
from tests.consultations.build import as_author, make_dialogue, make_statement
from tests.fixtures.accounts import actor_of, make_account
from tests.fixtures.programmes import MakeSession
from tests.programmes.conftest import party
from tests.statistics.settled import collect

from enishi import wiring
from enishi.accounts import personal_data
from enishi.consultations.core import queries as consultations
from enishi.consultations.opinions import service as opinions
from enishi.consultations.opinions.schemas import OpinionForm
from enishi.consultations.voting.vote_sql import WRITE_AND_WITHDRAW
from enishi.kit import clock, db
from enishi.kit.errors import EnishiError
from enishi.programmes.allocation.service import applications
from enishi.programmes.applications.schemas import Applicant
from enishi.relations import service as relations
from enishi.relations.schemas import Reason, Registrant, RegistrationForm
from enishi.statistics.service import facts

pytestmark = pytest.mark.usefixtures("own_database")
_PEOPLE, _ACTS = 4, 60


class Town:
    """Some people, a dialogue and a session of a programme, and what they may do there."""

    def __init__(
        self, actors: list[Any], dialogue: Any, statement: uuid.UUID, at: uuid.UUID
    ) -> None:
        self.actors, self.dialogue, self.statement, self.session = actors, dialogue, statement, at
        self.gone: set[uuid.UUID] = set()

    async def vote(self, actor: Any, value: int | None) -> None:
        from enishi.consultations.participation import service as participants

        person = await participants.join(actor, self.dialogue)
        await db.fetch(WRITE_AND_WITHDRAW, [person], [self.statement], [value], [clock.now()], 0)

    async def write(self, actor: Any, _: object) -> None:
        from enishi.consultations.participation import service as participants

        person = await participants.join(actor, self.dialogue)
        author = as_author(self.dialogue.id, person)
        await opinions.submit(self.dialogue, author, OpinionForm(text="夜も走らせて。"), None)

    async def come_as_a_guest_and_sign_in(self, actor: Any, value: int | None) -> None:
        from enishi.consultations.participation import service as participants

        guest = await participants.join_as_guest(self.dialogue)
        await db.fetch(
            WRITE_AND_WITHDRAW, [guest], [self.statement], [value or 1], [clock.now()], 0
        )
        await participants.claim(actor, self.dialogue, guest)

    async def register(self, actor: Any, _: object) -> None:
        form = RegistrationForm(municipality="212172", reasons=[Reason.TRAVEL])
        await relations.register(Registrant(account_id=actor.id), form)

    async def apply(self, actor: Any, _: object) -> None:
        await applications.apply(Applicant(account_id=actor.id), self.session, party(2))

    async def leave(self, actor: Any, _: object) -> None:
        self.gone.add(actor.id)
        for declared in personal_data.declarations():
            await declared.erase(actor.id)

    async def edit_what_it_is_about(self, _: Any, value: int | None) -> None:
        theme = f"theme-{value}"
        await db.fetch("UPDATE programmes_programme SET theme_code = $1", theme)
        await db.fetch("UPDATE consultations_consultation SET theme_code = $1", theme)

    async def collect(self, _: Any, __: object) -> None:
        await collect()

    def acts(self) -> list[Callable[[Any, Any], Awaitable[None]]]:
        often = [self.vote, self.write, self.come_as_a_guest_and_sign_in, self.apply]
        return [
            *often * 3,
            *[self.register, self.collect, self.edit_what_it_is_about] * 3,
            self.leave,
        ]


@pytest.fixture
async def town(make_session: MakeSession) -> Town:
    from enishi.consultations.participation import queries as participants

    participants.invalidate()
    wiring.register_all()
    made = await make_dialogue()
    actors = [await actor_of(await make_account(str(n))) for n in range(_PEOPLE)]
    dialogue = await consultations.find_by_slug(made.slug)
    return Town(actors, dialogue, await make_statement(made), await make_session(capacity=4))


@pytest.mark.parametrize("seed", [1, 2])
async def test_facts_equal_the_recount_whatever_happened_in_whatever_order(
    town: Town, seed: int
) -> None:
    dice = random.Random(seed)  # noqa: S311 (an order of acts, no secret)
    for _ in range(_ACTS):
        present = [actor for actor in town.actors if actor.id not in town.gone]
        if not present:
            break
        act = dice.choice(town.acts())
        with suppress(EnishiError):  # what is refused changes nothing
            await act(dice.choice(present), dice.choice((1, 0, -1, None)))
    for actor in town.actors:
        if actor.id not in town.gone:
            await town.leave(actor, None)
    await collect()
    drifts = await facts.recount(wiring.FACT_SOURCES)
    assert [each for each in drifts if each.missing or each.surplus] == []
    # Of people who left, only random participants' keys are left, on votes and on joining.
    kept = await db.fetch(
        "SELECT DISTINCT kind FROM statistics_fact WHERE person_key IS NOT NULL ORDER BY kind"
    )
    assert {row["kind"].partition(".")[0] for row in kept} == {"vote", "participation"}
    assert await db.fetch_value("SELECT count(*) FROM statistics_fact") > _PEOPLE
