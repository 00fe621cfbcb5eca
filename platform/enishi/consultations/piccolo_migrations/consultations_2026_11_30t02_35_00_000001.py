"""What a landscape run keeps beside its row; indexes."""

from enishi.kit.sql_migration import sql_step

ID = "2026-11-30T02:35:00:000001"
DESCRIPTION = "what a landscape run keeps beside its row"

STATEMENTS = (
    # The packed votes and places of the newest run, for some hundred participants in a row. One
    # row for each participant would take most of the time of a run to write.
    """
    CREATE TABLE consultations_landscape_part (
        consultation_id uuid NOT NULL
            REFERENCES consultations_consultation (id) ON DELETE CASCADE,
        first_participant uuid NOT NULL,
        participants bytea NOT NULL,
        lengths bytea NOT NULL,
        codes bytea NOT NULL,
        places bytea NOT NULL,
        PRIMARY KEY (consultation_id, first_participant)
    )
    """,
    # The final votes in a drawn order. No column leads back to a participant.
    """
    CREATE TABLE consultations_landscape_ballot (
        consultation_id uuid NOT NULL
            REFERENCES consultations_consultation (id) ON DELETE CASCADE,
        part integer NOT NULL,
        lengths bytea NOT NULL,
        codes bytea NOT NULL,
        days bytea NOT NULL,
        PRIMARY KEY (consultation_id, part)
    )
    """,
    # Packed numbers do not compress, and trying costs more than storing them.
    """
    ALTER TABLE consultations_landscape_part ALTER COLUMN participants SET STORAGE EXTERNAL,
        ALTER COLUMN lengths SET STORAGE EXTERNAL, ALTER COLUMN codes SET STORAGE EXTERNAL,
        ALTER COLUMN places SET STORAGE EXTERNAL
    """,
    """
    ALTER TABLE consultations_landscape_ballot ALTER COLUMN lengths SET STORAGE EXTERNAL,
        ALTER COLUMN codes SET STORAGE EXTERNAL, ALTER COLUMN days SET STORAGE EXTERNAL
    """,
    "ALTER TABLE consultations_landscape_run ALTER COLUMN result SET STORAGE EXTERNAL",
    """
    CREATE TABLE consultations_landscape_waiting (
        consultation_id uuid NOT NULL
            REFERENCES consultations_consultation (id) ON DELETE CASCADE,
        participant_id uuid NOT NULL,
        tx bigint NOT NULL,
        PRIMARY KEY (consultation_id, participant_id)
    )
    """,
    # One row: transactions below `read_tx` of this cluster are in the table of who waits.
    """
    CREATE TABLE consultations_landscape_watch (
        is_only_row boolean PRIMARY KEY DEFAULT true
            CONSTRAINT consultations_landscape_watch_only CHECK (is_only_row),
        read_tx bigint NOT NULL,
        cluster text NOT NULL
    )
    """,
    "INSERT INTO consultations_landscape_watch (read_tx, cluster) VALUES (0, '')",
)
UNDO = (
    "DROP TABLE consultations_landscape_watch",
    "DROP TABLE consultations_landscape_waiting",
    "DROP TABLE consultations_landscape_ballot",
    "DROP TABLE consultations_landscape_part",
)

forwards = sql_step("consultations", ID, STATEMENTS, UNDO)
