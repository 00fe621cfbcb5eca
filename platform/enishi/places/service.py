"""Writes of the shipped tables, and of figures that an operator imports."""

import uuid
from dataclasses import astuple

from enishi.audit import service as audit
from enishi.kit import clock, db
from enishi.kit.ids import new_id
from enishi.places import figures
from enishi.places.figures import Figures
from enishi.places.gazetteer import Gazetteer, gazetteer

_COLUMNS = {
    "code": "text",
    "kind": "text",
    "name": "text",
    "kana": "text",
    "romaji": "text",
    "name_en": "text",
    "label_ja": "text",
    "label_en": "text",
    "region": "text",
    "district": "text",
    "prefecture_code": "text",
    "parent_code": "text",
    "latitude": "float8",
    "longitude": "float8",
    "valid_from": "date",
    "valid_to": "date",
}


async def fill() -> list[str]:
    """Bring the tables up to the shipped files; returns the names of the changed datasets.

    A part of `enishi migrate`; idempotent. Places are added and corrected, never removed, because
    other tables reference their codes.
    """
    done = []
    places, shipped = gazetteer(), figures.shipped()
    async with db.unit_of_work():
        if await _find_version("places") != places.version:
            await _fill_places(places)
            await _set_version("places", places.version)
            done.append("places/places")
        held = await _find_version("population")
        if held != shipped.version:
            # Figures of the same date that an operator imported are newer than ours: they stay.
            if await _store(shipped, over=held or ""):
                done.append("places/population")
            await _set_version("population", shipped.version)
    return done


async def outdated() -> list[str]:
    """The datasets that `fill` would write; needs the migrated tables."""
    shipped = {"places": gazetteer().version, "population": figures.shipped().version}
    return [
        f"places/{name}"
        for name, version in shipped.items()
        if await _find_version(name) != version
    ]


async def import_population(new: Figures) -> bool:
    """Import the figures of one date, replacing earlier ones; False if they are stored already."""
    async with db.unit_of_work():
        source_id = await _store(new)
        if source_id is None:
            return False
        await audit.record(
            "places.population.imported",
            actor_id=None,
            subject=("population_source", source_id),
            reference_date=new.reference_date.isoformat(),
            sha256=new.version,
        )
    return True


async def _fill_places(places: Gazetteer) -> None:
    rows = [place.model_dump(include=set(_COLUMNS)) for place in places.by_code.values()]
    names = ", ".join(_COLUMNS)
    arrays = ", ".join(f"${at}::{kind}[]" for at, kind in enumerate(_COLUMNS.values(), 1))
    updates = ", ".join(f"{name} = excluded.{name}" for name in _COLUMNS if name != "code")
    await db.execute(
        f"INSERT INTO places_place ({names}) SELECT * FROM unnest({arrays})"  # noqa: S608 (ours)
        f" ON CONFLICT (code) DO UPDATE SET {updates}",
        *([row[name] for row in rows] for name in _COLUMNS),
    )


async def _find_version(dataset: str) -> str | None:
    row = await db.fetch_one("SELECT version FROM places_dataset WHERE name = $1", dataset)
    return row["version"] if row else None


async def _set_version(dataset: str, version: str) -> None:
    await db.execute(
        "INSERT INTO places_dataset (name, version, filled_at) VALUES ($1, $2, $3)"
        " ON CONFLICT (name) DO UPDATE"
        " SET version = excluded.version, filled_at = excluded.filled_at",
        dataset,
        version,
        clock.now(),
    )


async def _store(new: Figures, over: str | None = None) -> uuid.UUID | None:
    """Write the figures, and answer their source; None if nothing was written.

    Nothing is written when this version is stored, or, with `over`, when the stored version is
    another than `over`. The upsert locks the row of the source: imports of one date run in turn.
    """
    source = await db.fetch_one(
        "INSERT INTO places_population_source AS held"
        " (id, statistic, title, table_number, reference_date, version, imported_at)"
        " VALUES ($1, $2, $3, $4, $5, $6, $7)"
        " ON CONFLICT (statistic, reference_date) DO UPDATE"
        " SET title = excluded.title, table_number = excluded.table_number,"
        " version = excluded.version, imported_at = excluded.imported_at"
        " WHERE held.version <> excluded.version AND held.version = coalesce($8, held.version)"
        " RETURNING id",
        new_id(),
        new.statistic,
        new.title,
        new.table_number,
        new.reference_date,
        new.version,
        clock.now(),
        over,
    )
    if source is None:
        return None
    source_id: uuid.UUID = source["id"]
    await db.execute("DELETE FROM places_population WHERE source = $1", source_id)
    await db.execute("DELETE FROM places_population_by_age WHERE source = $1", source_id)
    columns = zip(*(astuple(classes) for classes in new.classes.values()), strict=True)
    await db.execute(
        "INSERT INTO places_population"
        " (source, place, total, age_0_14, age_15_64, age_65_up, age_unknown)"
        " SELECT $1, * FROM"
        " unnest($2::text[], $3::int[], $4::int[], $5::int[], $6::int[], $7::int[])",
        source_id,
        list(new.classes),
        *map(list, columns),
    )
    for (code, sex), people in new.groups.items():
        await db.execute(
            "INSERT INTO places_population_by_age (source, place, sex, people)"
            " VALUES ($1, $2, $3, $4)",
            source_id,
            code,
            int(sex),
            list(people),
        )
    return source_id
