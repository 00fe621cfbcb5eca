from piccolo.columns import (
    JSONB,
    UUID,
    Boolean,
    Date,
    DoublePrecision,
    Integer,
    SmallInt,
    Text,
    Timestamptz,
    Varchar,
)
from piccolo.constraints import Unique
from piccolo.table import Table


class Fact(Table, tablename="statistics_fact"):
    """One act of one person, with its dimensions as they were at that time.

    Erasure sets `person_key` to NULL; the fact stays, so a recount still agrees.
    """

    act_id = UUID(primary_key=True)
    source = Varchar(length=60)
    kind = Varchar(length=60)
    day = Date()
    person_key = UUID(null=True, default=None)
    home_prefecture = Varchar(length=6)
    home_municipality = Varchar(length=6)
    age_band = Varchar(length=10)
    identity_level = SmallInt()
    channel = Varchar(length=20)
    organisation_id = UUID(null=True, default=None)
    place_code = Varchar(length=6)
    theme_code = Text()
    subject_kind = Varchar(length=20)
    subject_id = Text()
    amount = Integer()
    # What the person was to the place then: resident, tied, outside or unknown.
    tie = Varchar(length=10, default="unknown")
    programme_kind = Varchar(length=20, default="")


class Watermark(Table, tablename="statistics_watermark"):
    """The first transaction of a source that is not collected yet, in which database cluster.

    Transaction numbers mean nothing in another cluster: after a restore the log is read from 0.
    """

    source = Varchar(length=60, primary_key=True)
    cluster = Text()
    read_at = Timestamptz()


class Release(Table, tablename="statistics_release"):
    """A table as published for a day, after disclosure control. Never changed."""

    id = UUID(primary_key=True)
    name = Varchar(length=60)
    as_of = Date()
    rows = JSONB()
    made_at = Timestamptz()

    statistics_release_once_a_day = Unique([name, as_of])


class CubeRelease(Table, tablename="statistics_cube_release"):
    """A cube as published for a period: every declared key with what is printed. Never changed.

    `begins` is the first day of the month in which this installation began to publish (period 0);
    `method` and `key_id` say with which noise. `rows` is a list of [key, value], of dialogues [key,
    value, releases so far]; a value is null where it is below `small`. `gate` is the record of the
    audit: {cells, lps, least_width}.
    """

    id = UUID(primary_key=True)
    cube = Varchar(length=40)
    period = Integer()
    label = Varchar(length=20)
    until = Date()
    begins = Date()
    method = Varchar(length=20)
    key_id = Varchar(length=20)
    sigma = DoublePrecision()
    small = SmallInt()
    rows = JSONB()
    gate = JSONB()
    has_samples = Boolean()
    made_at = Timestamptz()

    statistics_cube_release_once_a_period = Unique([cube, period])
