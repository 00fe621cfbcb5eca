"""Which transaction merged a guest, so that statistics move what the guest did to the account."""

from enishi.kit.sql_migration import sql_step

ID = "2026-11-30T08:38:57:000000"
VERSION = "1.38.0"
DESCRIPTION = "the transaction of a merge"

STATEMENTS = (
    "ALTER TABLE consultations_participant ADD COLUMN moved_tx xid8",
    # Guests merged before are read as if merged now.
    """
    UPDATE consultations_participant SET moved_tx = pg_current_xact_id()
    WHERE merged_into IS NOT NULL
    """,
    """
    CREATE INDEX consultations_participant_moved ON consultations_participant (moved_tx)
        WHERE moved_tx IS NOT NULL
    """,
    # A merge ends that a guest is set aside: who it became takes part. It was not logged before.
    """
    INSERT INTO consultations_act (id, kind, consultation_id, participant_id, channel,
        home_municipality, age_band, identity_level, organisation_id, theme_code, place_code,
        happened_at)
    SELECT gen_random_uuid(), 'participation.taken_back', c.id, p.id, p.channel,
        coalesce(p.municipality_code, ''), coalesce(p.age_band, ''), p.identity_level,
        c.organisation_id, p.theme_code, p.place_code, now()
    FROM consultations_participant p
    JOIN consultations_consultation c ON c.id = p.consultation_id
    WHERE p.merged_into IS NOT NULL AND 0 < (
        SELECT sum(CASE a.kind WHEN 'participation.set_aside' THEN 1 ELSE -1 END)
        FROM consultations_act a WHERE a.participant_id = p.id
            AND a.kind IN ('participation.set_aside', 'participation.taken_back'))
    """,
)
UNDO = (
    "DROP INDEX consultations_participant_moved",
    "ALTER TABLE consultations_participant DROP COLUMN moved_tx",
)

forwards = sql_step("consultations", ID, STATEMENTS, UNDO)
