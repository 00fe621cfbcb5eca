"""Figures read from the rollups equal a count over the facts."""

import random
import uuid
from collections import Counter, defaultdict
from collections.abc import Callable
from dataclasses import astuple, dataclass
from datetime import date, timedelta

import pytest
from tests.fixtures.accounts import make_organisation

from enishi.kit import clock, db
from enishi.kit.ids import new_id
from enishi.statistics.metrics import (
    METRICS,
    Acts,
    Amounts,
    Dimension,
    NetPersons,
    Persons,
    Returning,
)
from enishi.statistics.queries import figures
from enishi.statistics.schemas import Scope
from enishi.statistics.service import rollups

pytestmark = pytest.mark.as_owner  # rollups are built as by the sample's loader, without indexes
_KINDS = sorted({kind for metric in METRICS for kind in metric.value.kinds})
_SUBJECTS = (str(new_id()), str(new_id()))


@dataclass(frozen=True)
class Fact:
    act_id: uuid.UUID
    kind: str
    day: date
    person_key: uuid.UUID | None
    home_prefecture: str
    age_band: str
    channel: str
    organisation_id: uuid.UUID | None
    subject_id: str
    amount: int


@pytest.fixture
async def facts() -> list[Fact]:
    """Acts of a few people over some weeks, some of whom moved or are not known."""
    organisation_id = await make_organisation("of-rollups")
    dice = random.Random(5)  # noqa: S311 (an order of acts, no secret)
    people = [new_id() for _ in range(12)]
    made = [
        Fact(
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
        *map(list, zip(*map(astuple, made), strict=True)),
    )
    await rollups.build()
    return made


@pytest.fixture
def organisation_id(facts: list[Fact]) -> uuid.UUID:
    return next(each.organisation_id for each in facts if each.organisation_id)


_KEYS: dict[Dimension | None, Callable[[Fact], str]] = {
    None: lambda _: "",
    Dimension.DAY: lambda fact: fact.day.isoformat(),
    Dimension.MONTH: lambda fact: f"{fact.day:%Y-%m}",
    Dimension.SUBJECT: lambda fact: f"consultation {fact.subject_id}",
    Dimension.PREFECTURE: lambda fact: fact.home_prefecture,
    Dimension.AGE_BAND: lambda fact: fact.age_band,
    Dimension.CHANNEL: lambda fact: fact.channel,
}


def _counted(facts: list[Fact], value: Acts) -> int:
    """A value as its class is documented, of the facts of one key."""
    plus, minus = (
        [each for each in facts if each.kind in some] for some in (value.plus, value.minus)
    )
    if isinstance(value, Amounts):
        return sum(each.amount for each in plus) - sum(each.amount for each in minus)
    if isinstance(value, Persons):
        did, took_back = ({each.person_key for each in some} - {None} for some in (plus, minus))
        return len(did) - len(took_back)
    net = Counter[uuid.UUID | None]()
    for sign, some in ((1, plus), (-1, minus)):
        for each in some:
            net[each.person_key] += sign * each.amount
    return sum(amount > 0 for person, amount in net.items() if person)


def _expected(
    facts: list[Fact], values: list[Acts], dimension: Dimension | None, scope: Scope
) -> dict[str, tuple[int, ...]]:
    by_key: dict[str, list[Fact]] = defaultdict(list)
    for fact in facts:
        if (
            (scope.since or date.min) <= fact.day <= scope.until
            and fact.organisation_id == scope.organisation_id
            and scope.subject_id in (None, fact.subject_id)
        ):
            by_key[_KEYS[dimension](fact)].append(fact)
    return {key: tuple(_counted(of, value) for value in values) for key, of in by_key.items()}


@pytest.mark.parametrize("dimension", _KEYS, ids=str)
async def test_each_figure_is_the_one_that_its_facts_give(
    facts: list[Fact], organisation_id: uuid.UUID, dimension: Dimension | None
) -> None:
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
    values: list[Acts] = [
        each.value for each in METRICS if isinstance(each.value, Amounts | Persons | NetPersons)
    ]
    for scope in scopes:
        exact = _expected(facts, values, dimension, scope)
        assert any(map(any, exact.values()))
        for rolled_up in (False, True):
            counted = await figures.count_values(values, dimension, scope, rolled_up=rolled_up)
            assert {k: v for k, v in counted.items() if any(v)} == {
                k: v for k, v in exact.items() if any(v)
            }


async def test_figures_of_both_sorts_come_together(organisation_id: uuid.UUID) -> None:
    scope = Scope(until=clock.today(), organisation_id=organisation_id)
    metrics = [
        each
        for each in METRICS
        if Dimension.DAY in each.dimensions and not isinstance(each.value, Returning)
    ]
    together = await figures.count(metrics, scope)
    assert together == tuple([(await figures.count([each], scope))[0] for each in metrics])
    by_day = await figures.count_by(Dimension.DAY, metrics, scope)
    assert list(by_day) == sorted(by_day)
    votes = [metric.key for metric in metrics].index("dialogue.votes")
    assert sum(counts[votes] for counts in by_day.values()) == together[votes]


@pytest.mark.usefixtures("organisation_id")
async def test_what_was_added_up_wrongly_is_found_and_mended() -> None:
    assert [each.missing + each.surplus for each in await rollups.recount()] == [0, 0, 0]
    await db.fetch("UPDATE statistics_day_sum SET amount = amount + 1 WHERE kind = 'vote.cast'")
    await db.fetch("DELETE FROM statistics_person_day WHERE channel = 'guest'")
    await db.fetch("UPDATE statistics_person_first SET day = day - 1 WHERE channel = 'account'")
    assert all(each.missing for each in await rollups.recount())
    assert [each.missing + each.surplus for each in await rollups.recount()] == [0, 0, 0]
