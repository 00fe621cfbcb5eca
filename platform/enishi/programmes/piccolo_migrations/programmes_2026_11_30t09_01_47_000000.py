"""The log of what applications meant for each person: guards, indexes, and its first rows."""

from enishi.kit.sql_migration import sql_step

ID = "2026-11-30T09:01:47:000000"
VERSION = "1.38.0"
DESCRIPTION = "acts of persons"

# The tie of an application that was made before: registrations then are not known any more.
_TIES = """
UPDATE programmes_application SET tie = CASE
    WHEN home_municipality = '' OR place_code = '' THEN 'unknown'
    WHEN home_municipality = place_code THEN 'resident'
    ELSE 'outside' END
"""
# One row for each act of each person. A party that was erased has the applicant's dimensions.
_FILL = """
INSERT INTO programmes_person_act (
    id, event_id, application_id, session_id, member_no, kind, is_applicant, person_id,
    home_municipality, age_band, identity_level, channel, organisation_id, programme_id,
    programme_kind, place_code, theme_code, tie, source, happened_at
)
SELECT gen_random_uuid(), e.id, a.id, a.session_id, member.no, act.kind, member.is_applicant,
    CASE WHEN member.is_applicant THEN a.applicant_id END,
    CASE WHEN member.is_near THEN a.home_municipality ELSE '' END,
    member.age_band,
    CASE WHEN member.is_applicant THEN a.identity_level ELSE 0 END,
    a.channel, a.organisation_id, s.programme_id, p.kind, a.place_code, a.theme_code,
    CASE WHEN member.is_applicant THEN a.tie
        WHEN NOT member.is_near OR a.home_municipality = '' OR a.place_code = '' THEN 'unknown'
        WHEN a.home_municipality = a.place_code THEN 'resident'
        ELSE 'outside' END,
    member.source, e.happened_at
FROM (
    SELECT id, application_id, state, happened_at,
        lag(state) OVER log AS was,
        bool_or(state = 'confirmed') OVER log AS had_place
    FROM programmes_application_event
    WINDOW log AS (PARTITION BY application_id ORDER BY happened_at, id)
) AS e
JOIN programmes_application a ON a.id = e.application_id
JOIN programmes_session s ON s.id = a.session_id
JOIN programmes_programme p ON p.id = s.programme_id
CROSS JOIN LATERAL (
    SELECT m.position AS no, 'party' AS source, own.position IS NOT NULL AS is_applicant,
        own.position IS NOT NULL OR m.kind = 'child' AS is_near,
        CASE WHEN m.age IS NULL THEN CASE WHEN own.position IS NOT NULL THEN a.age_band ELSE '' END
            WHEN m.age < 15 THEN '0-14' WHEN m.age < 20 THEN '15-19' WHEN m.age < 30 THEN '20-29'
            WHEN m.age < 40 THEN '30-39' WHEN m.age < 50 THEN '40-49' WHEN m.age < 60 THEN '50-59'
            WHEN m.age < 65 THEN '60-64' WHEN m.age < 75 THEN '65-74' WHEN m.age < 85 THEN '75-84'
            ELSE '85-' END AS age_band
    FROM programmes_party_member m
    LEFT JOIN LATERAL (
        SELECT o.position FROM programmes_party_member o
        WHERE o.application_id = a.id AND o.kind <> 'child' ORDER BY o.position LIMIT 1
    ) AS own ON own.position = m.position
    WHERE m.application_id = a.id
    UNION ALL
    SELECT n, 'party.assumed', n = 0, true, a.age_band
    FROM generate_series(0, a.party_size - 1) AS n
    WHERE NOT EXISTS (SELECT FROM programmes_party_member m WHERE m.application_id = a.id)
) AS member
CROSS JOIN LATERAL (
    SELECT 'application.made' AS kind WHERE e.was IS NULL
    UNION ALL SELECT 'application.' || e.state WHERE e.state NOT IN ('attended', 'absent')
    UNION ALL SELECT 'place.given_back'
        WHERE e.had_place AND e.state IN ('cancelled', 'cancelled_by_host')
    UNION ALL SELECT 'person.' || e.state WHERE e.state IN ('attended', 'absent')
    UNION ALL SELECT 'person.' || e.was || '_taken_back'
        WHERE e.was IN ('attended', 'absent') AND e.was <> e.state
) AS act
"""

STATEMENTS = (
    # Which transaction wrote a row: statistics read a log up to what is settled.
    """
    ALTER TABLE programmes_person_act ADD COLUMN tx xid8 NOT NULL DEFAULT pg_current_xact_id()
    """,
    _TIES,
    _FILL,
    "CREATE INDEX programmes_person_act_tx ON programmes_person_act (tx)",
    "CREATE INDEX programmes_person_act_marks ON programmes_person_act (application_id, member_no)",
    """
    CREATE INDEX programmes_person_act_person ON programmes_person_act (person_id)
        WHERE person_id IS NOT NULL
    """,
    """
    CREATE UNIQUE INDEX programmes_person_act_once
        ON programmes_person_act (event_id, application_id, member_no, kind)
    """,
    # Erasure cuts the person from a row and moves it to the end of the log. Nothing else changes.
    """
    CREATE FUNCTION programmes_keep_person_acts() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        IF TG_OP = 'UPDATE' THEN
            IF NEW.person_id IS NULL AND to_jsonb(NEW) - 'person_id' - 'tx'
                = to_jsonb(OLD) - 'person_id' - 'tx' THEN
                RETURN NEW;
            END IF;
        END IF;
        RAISE EXCEPTION 'the log of persons is appended to, never changed'
            USING ERRCODE = 'restrict_violation';
    END $$
    """,
    """
    CREATE TRIGGER programmes_person_act_is_kept BEFORE UPDATE OR DELETE ON programmes_person_act
        FOR EACH ROW EXECUTE FUNCTION programmes_keep_person_acts()
    """,
    """
    CREATE TRIGGER programmes_person_act_no_truncate BEFORE TRUNCATE ON programmes_person_act
        FOR EACH STATEMENT EXECUTE FUNCTION programmes_keep_person_acts()
    """,
)
UNDO = (
    "DROP TRIGGER programmes_person_act_no_truncate ON programmes_person_act",
    "DROP TRIGGER programmes_person_act_is_kept ON programmes_person_act",
    "DROP FUNCTION programmes_keep_person_acts()",
    "DROP INDEX programmes_person_act_once",
    "DROP INDEX programmes_person_act_person",
    "DROP INDEX programmes_person_act_marks",
    "DROP INDEX programmes_person_act_tx",
    "ALTER TABLE programmes_person_act DROP COLUMN tx",
)

forwards = sql_step("programmes", ID, STATEMENTS, UNDO)
