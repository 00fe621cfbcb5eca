from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from enishi.kit.db import DB

ID = "2026-11-23T13:40:00:000000"
VERSION = "1.38.0"
DESCRIPTION = "facts added up by day, and who was there on which day"

# Piccolo has no composite key. Both follow from the facts that are there.
_OF = """organisation_id uuid NOT NULL, subject_kind varchar(20) NOT NULL,
    subject_id text NOT NULL, day date NOT NULL"""
_PEOPLE_KEY = """person_key, organisation_id, subject_kind, subject_id, day, home_prefecture,
    age_band, channel"""
_KINDS = (
    "participation.started",
    "vote.changed",
    "vote.cast",
    "statement.written",
    "opinion.sent",
)
_BITS = " ".join(f"WHEN '{kind}' THEN {1 << place}" for place, kind in enumerate(_KINDS))
FORWARDS = (
    f"""CREATE TABLE statistics_day_sum ({_OF}, kind varchar(60) NOT NULL,
    dimension varchar(12) NOT NULL, key varchar(20) NOT NULL, amount bigint NOT NULL,
    PRIMARY KEY (organisation_id, subject_kind, subject_id, day, kind, dimension, key))""",
    f"""CREATE TABLE statistics_person_day ({_OF}, person_key uuid NOT NULL,
    home_prefecture varchar(6) NOT NULL, age_band varchar(10) NOT NULL,
    channel varchar(20) NOT NULL, acts smallint NOT NULL, PRIMARY KEY ({_PEOPLE_KEY}))""",
    """CREATE INDEX statistics_day_sum_read ON statistics_day_sum (organisation_id, dimension, day)""",
    """CREATE INDEX statistics_person_day_read ON statistics_person_day (organisation_id, day)""",
    """INSERT INTO statistics_day_sum SELECT organisation_id, subject_kind, subject_id, day, kind,
    CASE WHEN grouping(home_prefecture) = 0 THEN 'prefecture'
        WHEN grouping(age_band) = 0 THEN 'age_band' ELSE 'channel' END,
    coalesce(home_prefecture, age_band, channel), sum(amount)
    FROM statistics_fact WHERE organisation_id IS NOT NULL
    GROUP BY organisation_id, subject_kind, subject_id, day, kind,
        GROUPING SETS ((home_prefecture), (age_band), (channel))""",
    f"""INSERT INTO statistics_person_day SELECT organisation_id, subject_kind, subject_id, day,
    person_key, home_prefecture, age_band, channel, bit_or(CASE kind {_BITS} END)
    FROM statistics_fact WHERE organisation_id IS NOT NULL AND person_key IS NOT NULL
        AND kind IN ({", ".join(f"'{kind}'" for kind in _KINDS)})
    GROUP BY organisation_id, subject_kind, subject_id, day, person_key, home_prefecture, age_band,
        channel""",
    # What an organisation asks for is read from these now.
    """DROP INDEX statistics_fact_by_organisation""",
)
BACKWARDS = (
    "DROP TABLE statistics_day_sum",
    "DROP TABLE statistics_person_day",
    "CREATE INDEX statistics_fact_by_organisation ON statistics_fact (organisation_id, day)",
)


async def forwards():
    manager = MigrationManager(migration_id=ID, app_name="statistics", description=DESCRIPTION)

    async def run():
        for statement in FORWARDS:
            await DB.run_ddl(statement)

    async def run_backwards():
        for statement in BACKWARDS:
            await DB.run_ddl(statement)

    manager.add_raw(run)
    manager.add_raw_backwards(run_backwards)
    return manager
