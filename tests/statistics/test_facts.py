"""Facts equal the logs they come from, whenever and however often they are collected."""

import asyncio
import uuid
from collections.abc import Awaitable, Callable

import asyncpg
import pytest
from tests.statistics.settled import collect

from enishi import wiring
from enishi.kit import db, ids
from enishi.relations import privacy as relations_privacy
from enishi.relations import service as relations
from enishi.relations.schemas import Reason, Registrant, RegistrationForm
from enishi.settings import get_settings
from enishi.statistics import privacy
from enishi.statistics.service import facts as service

pytestmark = pytest.mark.usefixtures("own_database")
_HOME = "131016"


async def _register(person: Registrant, municipality: str = "212172") -> uuid.UUID:
    form = RegistrationForm(municipality=municipality, reasons=[Reason.TRAVEL])
    return await relations.register(person, form)


def _somebody() -> Registrant:
    return Registrant(account_id=ids.new_id(), home_municipality=_HOME, age_band="30-39")


async def _facts() -> list[dict[str, object]]:
    return await db.fetch("SELECT * FROM statistics_fact ORDER BY act_id")


async def _drift() -> int:
    return sum(each.missing + each.surplus for each in await service.recount(wiring.FACT_SOURCES))


async def test_an_act_becomes_one_fact_with_its_dimensions_frozen() -> None:
    person = _somebody()
    await _register(person)
    assert await collect() == 1
    assert await collect() == 0

    [fact] = await _facts()
    assert fact["kind"] == "registration.opened"
    assert (fact["home_prefecture"], fact["age_band"]) == ("13", "30-39")
    assert fact["person_key"] not in (None, person.account_id)
    assert await _drift() == 0


async def test_the_same_person_has_one_key_in_every_act() -> None:
    person = _somebody()
    await _register(person)
    await relations.withdraw(person, await _register(person, "282103"))
    await _register(_somebody())
    await collect()

    assert len(await _facts()) == 4
    assert len({fact["person_key"] for fact in await _facts()}) == 2


async def _with_an_act_that_commits_late(read: Callable[[], Awaitable[object]]) -> None:
    """Run `read` while an older transaction has written an act and not committed yet."""
    late = await asyncpg.connect(get_settings().database_dsn)
    try:
        registration = await _register(_somebody())
        transaction = late.transaction()
        await transaction.start()
        await late.execute(
            """INSERT INTO relations_registration_event
            (id, registration_id, act, home_municipality, age_band, identity_level, happened_at)
            VALUES ($1, $2, 'changed', '', '', 1, now())""",
            ids.new_id(),
            registration,
        )
        await _register(_somebody())
        await read()
        await transaction.commit()
    finally:
        await late.close()


async def test_an_act_that_commits_late_is_not_left_out() -> None:
    await _with_an_act_that_commits_late(lambda: service.collect(wiring.FACT_SOURCES))
    await collect()
    assert len(await _facts()) == 3
    assert await _drift() == 0


async def test_reading_by_time_would_have_left_it_out() -> None:
    """The negative control: a reader that remembers the last instant it has seen."""
    seen: list[object] = []

    async def by_time() -> None:
        rows = await db.fetch("SELECT happened_at FROM relations_registration_event")
        seen.extend(row["happened_at"] for row in rows)

    await _with_an_act_that_commits_late(by_time)
    newer = await db.fetch(
        "SELECT id FROM relations_registration_event WHERE happened_at > $1", max(seen)
    )
    assert newer == []


async def test_collecting_side_by_side_counts_nothing_twice() -> None:
    for _ in range(5):
        await _register(_somebody())
    await asyncio.gather(*(service.collect(wiring.FACT_SOURCES) for _ in range(4)))
    await collect()
    assert len(await _facts()) == 5
    assert await _drift() == 0


async def test_a_recount_says_and_mends_what_is_wrong() -> None:
    for _ in range(4):
        await _register(_somebody())
    await collect()
    lost, changed, *_ = await _facts()
    await db.fetch("DELETE FROM statistics_fact WHERE act_id = $1", lost["act_id"])
    await db.fetch(
        "UPDATE statistics_fact SET age_band = '80-' WHERE act_id = $1", changed["act_id"]
    )
    await db.fetch(
        "UPDATE statistics_fact SET act_id = $2 WHERE act_id = $1",
        (await _facts())[-1]["act_id"],
        ids.new_id(),
    )
    assert await _drift() == 4  # lost, changed, and one under a false name: missing and surplus
    assert await _drift() == 0
    assert len(await _facts()) == 4


async def test_erasing_a_person_leaves_facts_that_still_equal_the_recount() -> None:
    person = _somebody()
    await _register(person)
    await _register(_somebody())
    await collect()

    await relations_privacy.PERSONAL_DATA.erase(person.account_id)
    await privacy.PERSONAL_DATA.erase(person.account_id)
    await collect()

    facts = await _facts()
    assert len(facts) == 3  # opened, opened, withdrawn
    assert sum(fact["person_key"] is None for fact in facts) == 2
    assert await _drift() == 0
