"""The declared cubes: what they may hold, their exposures, and the names of their cells."""

import uuid
from collections import defaultdict
from datetime import date
from itertools import product

import numpy as np
import pytest
from tests.statistics.acts import happened

from enishi.kit import db
from enishi.kit.ids import new_id
from enishi.statistics import cubes as declared
from enishi.statistics.cube_dimensions import AGE, DIMENSIONS, PERSONAL, PLACE, SUBJECT
from enishi.statistics.cubes import BUDGET, BY_NAME, CUBES, Act, Cube, Key, exposure
from enishi.statistics.periods import Cadence
from enishi.statistics.queries.cubes import count_stocks

_SUBJECTS = ("01a2074d-5e49-709a-a462-4852af14b8f6", "01a2074d-5e49-709a-a462-485358862d3f")


@pytest.mark.parametrize("act", Act)
def test_one_act_is_exposed_within_the_budget(act: Act) -> None:
    assert 0.5 < exposure(act) <= BUDGET


def test_a_cube_that_overdraws_the_budget_would_be_noticed(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    another = Cube("part.two", Act.PARTICIPATION, (AGE,), Cadence.MONTH, 3)
    monkeypatch.setattr(declared, "CUBES", (*CUBES, another))
    assert exposure(Act.PARTICIPATION) > BUDGET


def test_nothing_below_the_nation_is_published_by_the_day() -> None:
    for dimension in (*PERSONAL, PLACE, SUBJECT):
        with pytest.raises(ValueError, match="by the day"):
            Cube("new", Act.TIE, (dimension,), Cadence.DAY, 6)
    assert {cube.name for cube in CUBES if cube.every is Cadence.DAY} == {
        *("tie.nation", "part.nation", "visit.nation"),
    }


def test_what_is_not_published_is_in_no_cube() -> None:
    for cube in CUBES:
        families = {dimension.family for dimension in cube.dimensions}
        assert len(cube.dimensions) <= 2
        assert "sex" not in families
        if PLACE in cube.dimensions:  # a municipality stands alone: no age, no origin
            assert len(cube.dimensions) == 1


def _leaves(cube: Cube, key: Key) -> frozenset[tuple[str, frozenset[str]]]:
    """The people of a cell by definition: of each family the leaves."""
    return frozenset(
        (dimension.family, dimension.leaves(value))
        for dimension, value in zip(cube.dimensions, key, strict=True)
    )


def test_cells_of_the_same_people_have_one_name_and_others_another() -> None:
    names: dict[tuple[Act, object], set[str]] = defaultdict(set)
    people: dict[str, set[object]] = defaultdict(set)
    for cube in CUBES:
        keys = cube.keys(_SUBJECTS)
        for key, name in zip(keys, cube.cell_names(keys), strict=True):
            names[cube.act, _leaves(cube, key)].add(name)
            people[name].add((cube.act, _leaves(cube, key)))
    assert {len(each) for each in names.values()} == {1}
    assert {len(each) for each in people.values()} == {1}


def test_no_cell_is_drawn_with_two_strengths_or_rhythms() -> None:
    """The same draw, once threefold and once sixfold, would give the count away."""
    drawn: dict[str, set[tuple[float, Cadence]]] = defaultdict(set)
    for cube in CUBES:
        for name in cube.cell_names(cube.keys(_SUBJECTS)):
            drawn[name].add((cube.sigma, cube.every))
    assert {name: how for name, how in drawn.items() if len(how) > 1} == {}


def test_names_are_those_that_the_noise_was_fixed_for() -> None:
    place, age = BY_NAME["tie.place"], BY_NAME["tie.age"]
    assert place.cell_names([("212172",)]) == ["relation.people|place=212172"]
    assert BY_NAME["tie.nation"].cell_names([()]) == ["relation.people"]
    # Hokkaido is a region and a prefecture.
    assert age.cell_names([("hokkaido", "30-39"), ("kanto", "30-39"), ("", "")]) == [
        *("relation.people|age=30-39|home=01", "relation.people|age=30-39|home=kanto"),
        "relation.people|age=|home=",
    ]


def test_all_rows_are_declared() -> None:
    size = {cube.name: len(cube.keys()) for cube in CUBES}
    assert size["tie.place"] == size["visit.place"] == 1741
    assert size["part.place"] == 1742  # one for dialogues of no place
    assert (size["tie.prefecture"], size["part.prefecture"]) == (47, 48)
    assert (size["tie.class"], size["tie.from_to"], size["part.channel"]) == (12, 2256, 20)
    assert [dimension.name for dimension in DIMENSIONS if dimension.keys() == ()] == ["subject"]


# Counting.


async def _registered(kind: str, day: date, person: uuid.UUID, home: str, place: str) -> None:
    await db.fetch(
        """INSERT INTO statistics_fact (act_id, source, kind, day, person_key, home_prefecture,
            age_band, place_code, amount)
        VALUES (gen_random_uuid(), 'tests', $1, $2, $3, $4, '30-39', $5, 1)""",
        *("registration." + kind, day, person, home, place),
    )


_JAN, _FEB, _MAR = date(2026, 1, 31), date(2026, 2, 28), date(2026, 3, 31)
_HIDA, _SAPPORO = "212172", "011002"


async def test_ties_stand_until_they_are_left_in_the_cell_where_they_began() -> None:
    one, two = new_id(), new_id()
    await _registered("opened", date(2025, 3, 3), one, "13", _HIDA)
    await _registered("opened", date(2026, 2, 1), two, "01", _HIDA)
    await _registered("opened", date(2026, 2, 2), two, "01", _SAPPORO)
    await _registered("withdrawn", date(2026, 3, 1), one, "27", _HIDA)  # moved in between
    cubes = [cube for cube in CUBES if cube.act is Act.TIE]
    counted = await count_stocks(cubes, [_JAN, _FEB, _MAR])
    found = {
        cube.name: {
            key: stock.tolist()
            for key, stock in zip(cube.keys(), stocks, strict=True)
            if stock.any()
        }
        for cube, stocks in zip(cubes, counted, strict=True)
    }
    assert found["tie.nation"] == {(): [1, 3, 2]}
    assert found["tie.place"] == {(_HIDA,): [1, 2, 1], (_SAPPORO,): [0, 1, 1]}
    assert found["tie.prefecture"] == {("21",): [1, 2, 1], ("01",): [0, 1, 1]}
    assert found["tie.from_to"] == {
        ("13", "21"): [1, 1, 0],
        ("01", "21"): [0, 1, 1],
        ("01", "01"): [0, 1, 1],
    }
    assert found["tie.age"] == {("kanto", "30-39"): [1, 1, 0], ("hokkaido", "30-39"): [0, 2, 2]}
    assert found["tie.class"] == {("city",): [1, 2, 1], ("designated-1000",): [0, 1, 1]}


async def test_participants_are_counted_once_a_dialogue_and_under_three_themes() -> None:
    organisation = new_id()
    themes = "birth-rate local-industry daily-life digital"
    for home, theme, times in (("13", themes, 3), ("", "", 2)):
        await happened(
            "participation.started",
            times,
            day=_JAN,
            organisation_id=organisation,
            home=home,
            theme=theme,
            consultation=_SUBJECTS[0],
        )
    cubes = [cube for cube in CUBES if cube.act is Act.PARTICIPATION]
    counted = await count_stocks(cubes, [_JAN, _FEB], _SUBJECTS)
    found = {
        cube.name: {
            key: int(stock[-1])
            for key, stock in zip(cube.keys(_SUBJECTS), stocks, strict=True)
            if stock.any()
        }
        for cube, stocks in zip(cubes, counted, strict=True)
    }
    assert found["part.nation"] == {(): 5}
    assert found["part.subject"] == {(_SUBJECTS[0],): 5}
    assert found["part.prefecture"] == {("13",): 3, ("",): 2}
    assert found["part.theme"] == {
        ("birth-rate",): 3,
        ("local-industry",): 3,
        ("daily-life",): 3,
        ("",): 2,
    }
    assert found["part.place"] == {("",): 5}
    assert found["part.channel"] == {("account", "unknown"): 5}
    assert found["part.subject_prefecture"] == {
        (_SUBJECTS[0], "13"): 3,
        (_SUBJECTS[0], ""): 2,
    }


@pytest.mark.parametrize("act", Act)
async def test_every_cube_counts_nothing_where_nothing_happened(act: Act) -> None:
    cubes = [cube for cube in CUBES if cube.act is act]
    for cube, stocks in zip(cubes, await count_stocks(cubes, [_JAN]), strict=True):
        assert stocks.shape == (len(cube.keys()), 1)
        assert not np.any(stocks)


def test_keys_are_the_product_of_the_levels() -> None:
    cube = BY_NAME["part.channel"]
    assert cube.keys() == list(product(*(each.keys() for each in cube.dimensions)))
