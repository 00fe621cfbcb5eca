from typing import Any

from piccolo.columns import (
    UUID,
    Array,
    Date,
    DoublePrecision,
    ForeignKey,
    Integer,
    SmallInt,
    Text,
    Timestamptz,
    Varchar,
)
from piccolo.columns.base import OnDelete
from piccolo.constraints import Check, Unique
from piccolo.table import Table

from enishi.places.schemas import PlaceKind


class Place(Table, tablename="places_place"):
    """The shipped table of places, for foreign keys and joins. Read-only for users.

    `enishi migrate` fills it; an abolished place keeps its row.
    """

    code = Varchar(length=6, primary_key=True)
    kind = Varchar(length=20, choices=PlaceKind)
    name = Text()
    kana = Text()
    romaji = Text()
    name_en = Text()
    label_ja = Text(unique=True)
    label_en = Text(unique=True)
    region = Varchar(length=10)
    district = Text(default="")
    prefecture_code: ForeignKey[Any] = ForeignKey(
        references="self", null=False, on_delete=OnDelete.restrict
    )
    parent_code: ForeignKey[Any] = ForeignKey(
        references="self", null=True, on_delete=OnDelete.restrict
    )
    latitude = DoublePrecision(null=True, default=None)
    longitude = DoublePrecision(null=True, default=None)
    valid_from = Date(null=True, default=None)
    valid_to = Date(null=True, default=None)

    places_place_code_is_six_digits = Check("code ~ '^[0-9]{6}$'")


class Dataset(Table, tablename="places_dataset"):
    """The version of a shipped file that the database holds: the SHA-256 of its content."""

    name = Varchar(length=50, primary_key=True)
    version = Varchar(length=64)
    filled_at = Timestamptz()


class PopulationSource(Table, tablename="places_population_source"):
    """One statistic on one reference date, the source of figures."""

    id = UUID(primary_key=True)
    statistic = Varchar(length=20)
    title = Text()
    table_number = Varchar(length=20)
    reference_date = Date()
    # SHA-256 of the file: importing the same file again changes nothing.
    version = Varchar(length=64)
    imported_at = Timestamptz()

    places_population_source_once = Unique([statistic, reference_date])


class Population(Table, tablename="places_population"):
    """People of a place by age class, both sexes together."""

    source = ForeignKey(references=PopulationSource, null=False, on_delete=OnDelete.cascade)
    place = ForeignKey(references=Place, null=False, on_delete=OnDelete.restrict)
    total = Integer()
    age_0_14 = Integer()
    age_15_64 = Integer()
    age_65_up = Integer()
    age_unknown = Integer()

    places_population_once = Unique([place, source])
    places_population_adds_up = Check("total = age_0_14 + age_15_64 + age_65_up + age_unknown")


class PopulationByAge(Table, tablename="places_population_by_age"):
    """People of a prefecture by sex: in each five-year group, then of unknown age."""

    source = ForeignKey(references=PopulationSource, null=False, on_delete=OnDelete.cascade)
    place = ForeignKey(references=Place, null=False, on_delete=OnDelete.restrict)
    sex = SmallInt()  # ISO/IEC 5218: 1 men, 2 women
    people = Array(base_column=Integer())

    places_population_by_age_once = Unique([place, source, sex])
    places_population_by_age_groups = Check("cardinality(people) = 22")
