"""A larger sample than the other tests look at: its facts, made at once, equal a recount."""

import pytest
from tests.fixtures.sample import NOW

from enishi.consultations.voting import results
from enishi.demo import load
from enishi.kit import clock, db
from enishi.statistics.service import facts
from enishi.wiring import FACT_SOURCES

pytestmark = [pytest.mark.soak, pytest.mark.as_owner, pytest.mark.usefixtures("rollback")]

PEOPLE = 50_000  # more than two chunks


@pytest.fixture
def sample() -> None:
    """Nothing is loaded beforehand here."""


async def test_facts_and_sums_of_many_people_equal_a_recount() -> None:
    told: list[float] = []
    with clock.frozen_at(NOW):
        loaded = await load.load(PEOPLE, 1, told.append)
        await load.publish_figures(PEOPLE, told.append, months=36)
        drifts = await facts.recount(FACT_SOURCES)
    assert loaded.people == PEOPLE
    assert sum(told) == pytest.approx(load.work_for(PEOPLE))
    assert len(drifts) > len(FACT_SOURCES)  # and what they add up to
    assert {(each.missing, each.surplus) for each in drifts} == {(0, 0)}
    assert await results.drift() == []
    counted = await db.fetch_value("SELECT count(*) FROM statistics_fact WHERE kind = 'vote.cast'")
    assert counted == loaded.votes
