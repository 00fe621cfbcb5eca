import os
from datetime import date
from pathlib import Path

import pytest

from enishi.kit import i18n
from enishi.kit.i18n import Language
from enishi.places import figures, population
from enishi.places import queries as places
from enishi.places.census import read
from enishi.places.gazetteer import gazetteer
from enishi.places.schemas import PlaceKind

JAPAN_2020 = 126_146_099
CENSUS = Path(os.environ.get("ENISHI_REAL_DATA", "../shared/data")) / (
    "population/census-2020-table-2-7-1.csv"
)


def total_of(codes: list[str]) -> int:
    return sum(figures.shipped().classes[code].total for code in codes)


def test_the_shipped_figures_add_up_to_the_nation_in_every_way() -> None:
    by_code = gazetteer().by_code
    counted = figures.shipped().classes
    prefectures = [c for c in counted if by_code[c].kind is PlaceKind.PREFECTURE]
    municipalities = [code for code in counted if by_code[code].is_municipality]

    assert len(prefectures) == 47
    assert len(municipalities) == 1741
    assert total_of(prefectures) == total_of(municipalities) == JAPAN_2020
    assert sum(sum(people) for people in figures.shipped().groups.values()) == JAPAN_2020


def test_each_prefecture_and_each_city_with_wards_is_the_sum_of_its_parts() -> None:
    counted = figures.shipped().classes
    for prefecture in places.list_prefectures():
        parts = [place.code for place in gazetteer().municipalities[prefecture.code]]
        assert total_of(parts) == counted[prefecture.code].total
    for city, wards in gazetteer().wards.items():
        parts = [ward.code for ward in wards if ward.is_valid(date(2020, 10, 1))]
        assert total_of(parts) == counted[city].total


def test_age_classes_add_up_in_every_place_and_match_the_five_year_groups() -> None:
    shipped = figures.shipped()
    for code, each in shipped.classes.items():
        parts = (each.age_0_14, each.age_15_64, each.age_65_up, each.age_unknown)
        assert sum(parts) == each.total, code
    for prefecture in places.list_prefectures():
        men, women = (shipped.groups[prefecture.code, sex] for sex in figures.Sex)
        young = sum(men[:3]) + sum(women[:3])
        assert young == shipped.classes[prefecture.code].age_0_14
        assert sum(men) + sum(women) == shipped.classes[prefecture.code].total


@pytest.mark.skipif(not CENSUS.exists(), reason="the census file of e-Stat is not here")
def test_the_shipped_figures_are_those_of_the_official_file() -> None:
    official = read(CENSUS, gazetteer())
    shipped = figures.shipped()

    assert official.classes == shipped.classes
    assert official.groups == shipped.groups
    assert official.reference_date == shipped.reference_date == date(2020, 10, 1)


async def test_the_population_of_a_place_comes_with_its_day_and_source() -> None:
    found = await population.find_population("212172")

    assert found is not None
    assert found.total == 22_538
    assert found.source.reference_date == date(2020, 10, 1)
    assert found.source.credit == "総務省統計局「国勢調査」（e-Stat 統計表2-7-1）を加工"
    with i18n.speaking(Language.EN):
        assert found.source.credit.startswith("Population Census, Statistics Bureau of Japan")


async def test_no_figure_is_older_than_the_day_that_is_asked_about() -> None:
    assert await population.find_population("212172", date(2020, 9, 30)) is None
    assert await population.find_population("212172", date(2020, 10, 1)) is not None
    assert await population.find_age_pyramid("210005", date(2020, 9, 30)) is None


async def test_a_ward_made_after_the_census_has_no_figure() -> None:
    assert await population.find_population("221384") is None
    assert set(await population.list_populations(["221384", "221317"])) == {"221317"}


async def test_the_age_pyramid_of_a_prefecture_has_all_its_people() -> None:
    pyramid = await population.find_age_pyramid("130001")

    assert pyramid is not None
    assert len(pyramid.men) == len(pyramid.women) == 21
    people = sum(pyramid.men) + sum(pyramid.women)
    assert people + pyramid.men_unknown + pyramid.women_unknown == 14_047_594
