"""People in a dialogue, and what statistics know of them."""

import uuid
from typing import Any

from tests.consultations.build import Dialogue, as_author, make_dialogue
from tests.fixtures.accounts import actor_of, make_account
from tests.statistics.settled import collect

from enishi import wiring
from enishi.accounts import personal_data
from enishi.consultations.core import queries as consultations
from enishi.consultations.opinions import service as opinions
from enishi.consultations.opinions.schemas import OpinionForm
from enishi.consultations.participation import service as participation
from enishi.consultations.voting import service as statements
from enishi.consultations.voting.schemas import StatementForm
from enishi.consultations.voting.vote_sql import WRITE_AND_WITHDRAW
from enishi.kit import clock, db
from enishi.statistics.service import facts

THEME = "regional-economy"


async def open_dialogue() -> Dialogue:
    made = await make_dialogue()
    await db.fetch(
        "UPDATE consultations_consultation SET theme_code = $2, place_code = '212172'"
        " WHERE id = $1",
        made.id,
        THEME,
    )
    return made


async def account(made: Dialogue) -> tuple[Any, Any, uuid.UUID]:
    """Somebody in their thirties from Chiyoda, who has joined: actor, dialogue, participant."""
    account_id = await make_account()
    await db.fetch(
        "UPDATE accounts_account SET home_municipality = '131016', birth_year = $2 WHERE id = $1",
        account_id,
        clock.today().year - 34,
    )
    actor, dialogue = await actor_of(account_id), await consultations.find_by_slug(made.slug)
    assert dialogue is not None
    return actor, dialogue, await participation.join(actor, dialogue)


async def vote(person: uuid.UUID, statement: uuid.UUID, *values: int | None) -> None:

    for value in values:
        await db.fetch(WRITE_AND_WITHDRAW, [person], [statement], [value], [clock.now()], 0)


async def write(dialogue: Any, person: uuid.UUID) -> None:

    author = as_author(dialogue.id, person)
    await statements.submit(dialogue, author, StatementForm(text="最終便を遅くしてほしい。"))
    await opinions.submit(dialogue, author, OpinionForm(text="夜も帰れる町に。"), None)


async def collected() -> list[dict[str, Any]]:
    await collect()
    return await db.fetch("SELECT * FROM statistics_fact ORDER BY source, act_id")


async def drift() -> int:
    drifts = await facts.recount(wiring.FACT_SOURCES)
    return sum(each.missing + each.surplus for each in drifts)


async def keys() -> int:
    """The number of persons that facts know, and that each rollup of people knows."""
    counted = [
        await db.fetch_value(f"SELECT count(DISTINCT person_key) FROM {table}")  # noqa: S608
        for table in ("statistics_fact", "statistics_person_day", "statistics_person_first")
    ]
    assert len(set(counted)) == 1
    keys: int = counted[0]
    return keys


async def leave(actor: Any) -> None:
    wiring.register_all()
    for declared in personal_data.declarations():
        await declared.erase(actor.id)
