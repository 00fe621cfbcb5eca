"""Guests that an office left out of the counts, and their votes meanwhile."""

from enishi.kit.sql_migration import sql_step

ID = "2026-11-30T03:17:00:000000"
DESCRIPTION = "guests that an office left out of the counts"

STATEMENTS = (
    # Guests of a consultation that joined in [joined_from, joined_until); undone if `undone_at`.
    """
    CREATE TABLE consultations_set_aside (
        id uuid PRIMARY KEY,
        consultation_id uuid NOT NULL REFERENCES consultations_consultation (id) ON DELETE CASCADE,
        joined_from timestamptz NOT NULL,
        joined_until timestamptz NOT NULL,
        guests integer NOT NULL,
        made_at timestamptz NOT NULL,
        undone_at timestamptz,
        CONSTRAINT consultations_set_aside_has_length CHECK (joined_from < joined_until)
    )
    """,
    """
    CREATE INDEX consultations_set_aside_of ON consultations_set_aside (consultation_id, made_at)
    """,
    # NULL for all others, so the column costs a participant nothing.
    """
    ALTER TABLE consultations_participant ADD COLUMN set_aside_id uuid
        REFERENCES consultations_set_aside (id) ON DELETE SET NULL
    """,
    """
    CREATE INDEX consultations_participant_set_aside ON consultations_participant (set_aside_id)
        WHERE set_aside_id IS NOT NULL
    """,
    """
    CREATE TABLE consultations_set_aside_vote (
        participant_id uuid NOT NULL REFERENCES consultations_participant (id) ON DELETE CASCADE,
        statement_id uuid NOT NULL REFERENCES consultations_statement (id) ON DELETE CASCADE,
        value smallint NOT NULL,
        cast_at timestamptz NOT NULL,
        PRIMARY KEY (participant_id, statement_id)
    )
    """,
)
UNDO = (
    "DROP TABLE consultations_set_aside_vote",
    "DROP INDEX consultations_participant_set_aside",
    "ALTER TABLE consultations_participant DROP COLUMN set_aside_id",
    "DROP TABLE consultations_set_aside",
)

forwards = sql_step("consultations", ID, STATEMENTS, UNDO)
