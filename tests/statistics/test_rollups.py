"""What an office reads is added up from the facts, and says what counting them would say."""

import random
import uuid
from datetime import timedelta

import pytest
from tests.fixtures.accounts import make_organisation

from enishi.kit import clock, db
from enishi.kit.ids import new_id
from enishi.statistics.metrics import METRICS, Acts, Dimension, Persons
from enishi.statistics.queries import count_sql, figures
from enishi.statistics.schemas import Scope
from enishi.statistics.service import rollups

_KINDS = sorted({kind for metric in METRICS for kind in metric.value.kinds})
_SUBJECTS = (str(new_id()), str(new_id()))
_ADDED_UP = (
    None,
    Dimension.DAY,
    Dimension.MONTH,
    Dimension.SUBJECT,
    Dimension.PREFECTURE,
    Dimension.AGE_BAND,
    Dimension.CHANNEL,
)


@pytest.fixture
async def organisation_id() -> uuid.UUID:
    """With the acts of a few people over some weeks, some of whom moved or are not known."""
    organisation_id = await make_organisation("of-sums")
    dice = random.Random(5)  # noqa: S311 (an order of acts, no secret)
    people = [new_id() for _ in range(12)]
    rows = [
        (
            new_id(),
            dice.choice(_KINDS),
            clock.today() - timedelta(days=dice.randrange(70)),
            dice.choice([*people, None]),
            dice.choice(["13", "27", ""]),
            dice.choice(["30-39", ""]),
            dice.choice(["account", "guest"]),
            dice.choice([organisation_id, organisation_id, None]),
            dice.choice(_SUBJECTS),
            dice.randrange(1, 4),
        )
        for _ in range(600)
    ]
    await db.fetch(
        """
        INSERT INTO statistics_fact (act_id, source, kind, day, person_key, home_prefecture,
            home_municipality, age_band, identity_level, channel, organisation_id, place_code,
            theme_code, subject_kind, subject_id, amount)
        SELECT a, 'tests', k, d, p, h, '', g, 0, c, o, '', '', 'consultation', s, n
        FROM unnest($1::uuid[], $2::text[], $3::date[], $4::uuid[], $5::text[], $6::text[],
            $7::text[], $8::uuid[], $9::text[], $10::int[]) AS t (a, k, d, p, h, g, c, o, s, n)
        """,
        *map(list, zip(*rows, strict=True)),
    )
    await rollups.build()
    return organisation_id


async def _counted(
    reading: count_sql.Reading, values: list[Acts], dimension: Dimension | None, scope: Scope
) -> dict[str, tuple[int, ...]]:
    statement, args = reading(values, dimension, scope)
    rows = await db.fetch(statement, *args)
    found = {row["key"]: tuple(row[f"m{i}"] for i in range(len(values))) for row in rows}
    return {key: counts for key, counts in found.items() if any(counts)}


async def test_each_figure_is_the_one_that_its_facts_give(organisation_id: uuid.UUID) -> None:
    today = clock.today()
    scopes = [
        Scope(until=today, organisation_id=organisation_id),
        Scope(until=today, since=today - timedelta(days=20), organisation_id=organisation_id),
        Scope(
            until=today - timedelta(days=9),
            organisation_id=organisation_id,
            subject_kind="consultation",
            subject_id=_SUBJECTS[0],
        ),
    ]
    values = [metric.value for metric in METRICS]
    persons = [value for value in values if isinstance(value, Persons)]
    amounts = [value for value in values if not isinstance(value, Persons)]
    for scope in scopes:
        for dimension in _ADDED_UP:
            for reading, some in ((count_sql.amounts, amounts), (count_sql.persons, persons)):
                exact = await _counted(count_sql.facts, some, dimension, scope)
                assert exact
                assert await _counted(reading, some, dimension, scope) == exact


async def test_figures_of_both_sorts_come_together(organisation_id: uuid.UUID) -> None:
    scope = Scope(until=clock.today(), organisation_id=organisation_id)
    metrics = [metric for metric in METRICS if Dimension.DAY in metric.dimensions]
    together = await figures.count(metrics, scope)
    assert together == tuple([(await figures.count([each], scope))[0] for each in metrics])
    by_day = await figures.count_by(Dimension.DAY, metrics, scope)
    assert list(by_day) == sorted(by_day)
    votes = [metric.key for metric in metrics].index("dialogue.votes")
    assert sum(counts[votes] for counts in by_day.values()) == together[votes]


@pytest.mark.usefixtures("organisation_id")
async def test_what_was_added_up_wrongly_is_found_and_mended() -> None:
    assert [each.missing + each.surplus for each in await rollups.recount()] == [0, 0]
    await db.fetch("UPDATE statistics_day_sum SET amount = amount + 1 WHERE kind = 'vote.cast'")
    await db.fetch("DELETE FROM statistics_person_day WHERE channel = 'guest'")
    assert all(each.missing for each in await rollups.recount())
    assert [each.missing + each.surplus for each in await rollups.recount()] == [0, 0]
