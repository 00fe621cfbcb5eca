"""Reads of population figures, each with its statistic and reference date."""

from collections.abc import Collection, Mapping
from datetime import date
from typing import Any

from enishi.kit import clock, db
from enishi.kit.i18n import gettext
from enishi.kit.schema import Schema
from enishi.places.figures import AGE_GROUPS, Sex


class FigureSource(Schema):
    """The source of a figure, which a page shows beside the figure."""

    statistic: str
    title: str
    table_number: str
    reference_date: date

    @property
    def credit(self) -> str:
        """The credit that e-Stat asks for, in the reader's language, without the date."""
        return gettext(
            "総務省統計局「国勢調査」（e-Stat 統計表%(table)s）を加工", table=self.table_number
        )


class PopulationView(Schema):
    """People of one place by age class, all sexes and nationalities."""

    place_code: str
    total: int
    age_0_14: int
    age_15_64: int
    age_65_up: int
    age_unknown: int
    source: FigureSource

    @property
    def share_65_up(self) -> float | None:
        """65 and older among people of known age, 0 to 1; None where there are none."""
        known = self.total - self.age_unknown
        return self.age_65_up / known if known else None


class AgePyramid(Schema):
    """People of one prefecture by sex: in each of figures.AGE_GROUPS, and of unknown age."""

    place_code: str
    men: tuple[int, ...]
    women: tuple[int, ...]
    men_unknown: int
    women_unknown: int
    source: FigureSource


async def find_population(place_code: str, on: date | None = None) -> PopulationView | None:
    """The figures of a place with the newest reference date up to that day (default: today)."""
    return (await list_populations([place_code], on)).get(place_code)


async def list_populations(
    place_codes: Collection[str], on: date | None = None
) -> Mapping[str, PopulationView]:
    """As find_population, for many places; places without figures are left out."""
    rows = await db.fetch(
        "SELECT DISTINCT ON (figures.place) figures.place AS place_code, figures.total,"
        " figures.age_0_14, figures.age_15_64, figures.age_65_up, figures.age_unknown,"
        " source.statistic, source.title, source.table_number, source.reference_date"
        " FROM places_population figures"
        " JOIN places_population_source source ON source.id = figures.source"
        " WHERE figures.place = ANY($1::text[]) AND source.reference_date <= $2"
        " ORDER BY figures.place, source.reference_date DESC",
        list(place_codes),
        on or clock.today(),
    )
    views = [PopulationView(source=_source(row), **row) for row in rows]
    return {view.place_code: view for view in views}


async def find_age_pyramid(prefecture_code: str, on: date | None = None) -> AgePyramid | None:
    """The figures by sex and five-year group with the newest date up to that day (today)."""
    rows = await db.fetch(
        "SELECT figures.sex, figures.people,"
        " source.statistic, source.title, source.table_number, source.reference_date"
        " FROM places_population_by_age figures"
        " JOIN places_population_source source ON source.id = figures.source"
        " WHERE figures.place = $1 AND source.reference_date <= $2"
        " ORDER BY source.reference_date DESC, figures.sex LIMIT 2",
        prefecture_code,
        on or clock.today(),
    )
    by_sex = {Sex(row["sex"]): row["people"] for row in rows}
    if not by_sex:
        return None
    men, women = by_sex[Sex.MALE], by_sex[Sex.FEMALE]
    known = len(AGE_GROUPS)
    return AgePyramid(
        place_code=prefecture_code,
        men=tuple(men[:known]),
        women=tuple(women[:known]),
        men_unknown=men[known],
        women_unknown=women[known],
        source=_source(rows[0]),
    )


def _source(row: dict[str, Any]) -> FigureSource:
    """Removes the columns of the source from the row."""
    return FigureSource(**{name: row.pop(name) for name in FigureSource.model_fields})
