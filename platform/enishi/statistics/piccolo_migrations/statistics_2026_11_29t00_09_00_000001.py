"""Salt, watermark, sums by day, charts, and releases that are never changed."""

from enishi.kit.sql_migration import sql_step

ID = "2026-11-29T00:09:00:000001"
DESCRIPTION = "salt and watermark; sums by day; drawings; releases are final"

STATEMENTS = (
    """
    CREATE TABLE statistics_salt (
        id boolean PRIMARY KEY DEFAULT true CONSTRAINT statistics_salt_one_row CHECK (id),
        value text NOT NULL DEFAULT gen_random_uuid()::text || gen_random_uuid()::text
    )
    """,
    "INSERT INTO statistics_salt DEFAULT VALUES",
    "ALTER TABLE statistics_watermark ADD COLUMN tx xid8 NOT NULL DEFAULT '0'",
    # A recount reads all of a source, and organisations read the two tables below: no other index.
    """
    CREATE INDEX statistics_fact_by_person ON statistics_fact (person_key)
        WHERE person_key IS NOT NULL
    """,
    # Facts added up by day, and which person did something on which day.
    """
    CREATE TABLE statistics_day_sum (
        organisation_id uuid NOT NULL,
        subject_kind varchar(20) NOT NULL,
        subject_id text NOT NULL,
        day date NOT NULL,
        kind varchar(60) NOT NULL,
        dimension varchar(12) NOT NULL,
        key varchar(20) NOT NULL,
        amount bigint NOT NULL,
        PRIMARY KEY (organisation_id, subject_kind, subject_id, day, kind, dimension, key)
    )
    """,
    """
    CREATE INDEX statistics_day_sum_read ON statistics_day_sum (organisation_id, dimension, day)
    """,
    """
    CREATE TABLE statistics_person_day (
        organisation_id uuid NOT NULL,
        subject_kind varchar(20) NOT NULL,
        subject_id text NOT NULL,
        day date NOT NULL,
        person_key uuid NOT NULL,
        home_prefecture varchar(6) NOT NULL,
        age_band varchar(10) NOT NULL,
        channel varchar(20) NOT NULL,
        acts integer NOT NULL,
        PRIMARY KEY (person_key, organisation_id, subject_kind, subject_id, day, home_prefecture,
            age_band, channel)
    )
    """,
    "CREATE INDEX statistics_person_day_read ON statistics_person_day (organisation_id, day)",
    # Charts of the newest release, drawn once.
    """
    CREATE TABLE statistics_drawing (
        as_of date NOT NULL,
        key text NOT NULL,
        maker text NOT NULL,
        svg text NOT NULL,
        drawn_at timestamptz NOT NULL,
        PRIMARY KEY (as_of, key)
    )
    """,
    """CREATE FUNCTION statistics_release_is_final() RETURNS trigger LANGUAGE plpgsql AS
    $$ BEGIN RAISE EXCEPTION 'a release is never changed'; END $$""",
    """
    CREATE TRIGGER statistics_release_is_final BEFORE UPDATE OR DELETE ON statistics_release
        FOR EACH ROW EXECUTE FUNCTION statistics_release_is_final()
    """,
)
UNDO = (
    "DROP TRIGGER statistics_release_is_final ON statistics_release",
    "DROP FUNCTION statistics_release_is_final()",
    "DROP TABLE statistics_drawing",
    "DROP TABLE statistics_person_day",
    "DROP TABLE statistics_day_sum",
    "DROP INDEX statistics_fact_by_person",
    "ALTER TABLE statistics_watermark DROP COLUMN tx",
    "DROP TABLE statistics_salt",
)

forwards = sql_step("statistics", ID, STATEMENTS, UNDO)
