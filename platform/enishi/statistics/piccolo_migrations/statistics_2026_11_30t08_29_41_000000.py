"""When a person first did something under a subject, with what was known of them then."""

from enishi.kit.sql_migration import sql_step

ID = "2026-11-30T08:29:41:000000"
VERSION = "1.38.0"
DESCRIPTION = "the first day of a person"

STATEMENTS = (
    """
    CREATE TABLE statistics_person_first (
        person_key uuid NOT NULL,
        subject_kind varchar(20) NOT NULL,
        subject_id text NOT NULL,
        day date NOT NULL,
        organisation_id uuid NOT NULL,
        channel varchar(20) NOT NULL,
        home_prefecture varchar(6) NOT NULL,
        age_band varchar(10) NOT NULL,
        tie varchar(10) NOT NULL,
        place_code varchar(6) NOT NULL,
        theme_code text NOT NULL,
        PRIMARY KEY (person_key, subject_kind, subject_id)
    )
    """,
    "CREATE INDEX statistics_person_first_read ON statistics_person_first (organisation_id, day)",
    # Of the facts that are there already: as statistics/service/rollup_sql.py makes the rows. The
    # kinds are those by which people were counted until now.
    """
    INSERT INTO statistics_person_first (person_key, subject_kind, subject_id, day,
        organisation_id, channel, home_prefecture, age_band, tie, place_code, theme_code)
    SELECT DISTINCT ON (person_key, subject_kind, subject_id) person_key, subject_kind, subject_id,
        day, organisation_id, channel, home_prefecture, age_band, tie, place_code, theme_code
    FROM statistics_fact
    WHERE organisation_id IS NOT NULL AND person_key IS NOT NULL AND kind IN ('vote.cast',
        'statement.written', 'opinion.sent', 'participation.started', 'vote.changed')
    ORDER BY person_key, subject_kind, subject_id, day, channel, home_prefecture, age_band, tie,
        place_code, theme_code
    """,
)
UNDO = ("DROP TABLE statistics_person_first",)

forwards = sql_step("statistics", ID, STATEMENTS, UNDO)
