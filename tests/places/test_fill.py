import asyncio
from dataclasses import replace

import pytest

from enishi.kit import db
from enishi.places import figures, service
from enishi.places.figures import AgeClasses
from enishi.places.gazetteer import gazetteer


async def test_the_database_holds_every_place_as_the_file_has_it() -> None:
    rows = {row["code"]: row for row in await db.fetch("SELECT * FROM places_place")}

    assert set(rows) == set(gazetteer().by_code)
    for code, place in gazetteer().by_code.items():
        expected = place.model_dump(include=set(rows[code]))
        assert {name: rows[code][name] for name in expected} == expected


async def test_filling_again_changes_nothing() -> None:
    assert await service.outdated() == []
    assert await service.fill() == []


async def test_a_newer_file_corrects_rows_and_removes_none() -> None:
    await db.fetch("UPDATE places_place SET name = 'いつわり' WHERE code = '131016'")
    await db.fetch("UPDATE places_dataset SET version = 'older'")

    assert await service.outdated() == ["places/places", "places/population"]
    assert await service.fill() == ["places/places"]
    rows = await db.fetch("SELECT name FROM places_place WHERE code = '131016'")
    assert rows[0]["name"] == "千代田区"
    assert await service.outdated() == []


async def test_shipped_figures_do_not_replace_those_an_operator_has_imported() -> None:
    corrected = replace(figures.shipped(), version="the corrected file of an operator")
    assert await service.import_population(corrected)
    await db.fetch("UPDATE places_dataset SET version = 'older' WHERE name = 'population'")

    assert await service.fill() == []
    rows = await db.fetch("SELECT version FROM places_population_source")
    assert [row["version"] for row in rows] == [corrected.version]


async def test_a_database_refuses_figures_that_do_not_add_up() -> None:
    wrong = {"131016": AgeClasses(10, 1, 2, 3, 5)}
    with pytest.raises(Exception, match="places_population_adds_up"):
        await service.import_population(replace(figures.shipped(), version="x", classes=wrong))


async def test_two_imports_of_one_file_at_once_store_it_once(own_database: None) -> None:
    new = replace(figures.shipped(), version="new")
    results = await asyncio.gather(*(service.import_population(new) for _ in range(4)))

    assert sorted(results) == [False, False, False, True]
    counts = await db.fetch("SELECT count(*) FROM places_population")
    assert counts[0]["count"] == len(new.classes)
    audited = await db.fetch(
        "SELECT count(*) FROM audit_entry WHERE action = 'places.population.imported'"
    )
    assert audited[0]["count"] == 1
