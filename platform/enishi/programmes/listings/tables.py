"""The table of programmes."""

from enum import StrEnum

from piccolo.columns import (
    JSONB,
    UUID,
    Boolean,
    Integer,
    SmallInt,
    Text,
    Timestamptz,
    Varchar,
)
from piccolo.constraints import Check
from piccolo.table import Table


class ProgrammeKind(StrEnum):
    EXPERIENCE = "experience"
    HELPING = "helping"
    HELPING_THANKED = "helping_thanked"
    WORKING_HOLIDAY = "working_holiday"
    COOPERATOR = "cooperator"
    DUAL_LIVING_TRIAL = "dual_living_trial"
    SCHOOL_TRIP = "school_trip"
    ONLINE = "online"


class ProgrammeState(StrEnum):
    DRAFT = "draft"
    PUBLISHED = "published"
    CLOSED = "closed"


class Programme(Table, tablename="programmes_programme"):
    """A programme. Values that people filter by are columns; the rest are JSON documents."""

    id = UUID(primary_key=True)
    organisation_id = UUID(index=True)
    slug = Varchar(length=80, unique=True)
    state = Varchar(length=20, choices=ProgrammeState, default=ProgrammeState.DRAFT)
    is_sample = Boolean(default=False)
    # basic
    municipality_code = Varchar(length=6)
    prefecture_code = Varchar(length=6)
    kind = Varchar(length=20, choices=ProgrammeKind)
    title = JSONB()
    summary = JSONB()
    body = JSONB()
    story = JSONB()
    theme_code = Varchar(length=80, default="")
    host_name = Text(default="")
    # conditions
    age_min = SmallInt(null=True, default=None)
    age_max = SmallInt(null=True, default=None)
    minors = Varchar(length=20, default="")
    # money, in yen
    fee_adult = Integer(null=True, default=None)
    fee_child = Integer(null=True, default=None)
    pay_per_hour = Integer(default=0)
    # access
    wheelchair = Boolean(default=False)
    conditions = JSONB()
    money = JSONB()
    access = JSONB()
    contact = JSONB()
    created_at = Timestamptz()
    changed_at = Timestamptz()
    published_at = Timestamptz(null=True, default=None)

    programmes_programme_ages = Check("age_min IS NULL OR age_max IS NULL OR age_min <= age_max")
    programmes_programme_money = Check("fee_adult >= 0 AND fee_child >= 0 AND pay_per_hour >= 0")
    programmes_programme_published = Check("state = 'draft' OR published_at IS NOT NULL")
