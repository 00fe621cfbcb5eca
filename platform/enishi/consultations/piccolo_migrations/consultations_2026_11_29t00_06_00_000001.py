"""Votes, their log and their sums; foreign keys to other domains; transaction numbers; indexes."""

from enishi.kit.sql_migration import sql_step

ID = "2026-11-29T00:06:00:000001"
DESCRIPTION = "votes, their log and their sums; foreign keys; transaction numbers; indexes"

STATEMENTS = (
    # Participant first in the key: one index serves the upsert and the list of one's own votes,
    # and it is the column by which votes could be spread over several clusters.
    """
    CREATE TABLE consultations_vote (
        participant_id uuid NOT NULL REFERENCES consultations_participant (id) ON DELETE CASCADE,
        statement_id uuid NOT NULL REFERENCES consultations_statement (id) ON DELETE RESTRICT,
        value smallint NOT NULL CONSTRAINT consultations_vote_value CHECK (value IN (-1, 0, 1)),
        cast_at timestamptz NOT NULL,
        PRIMARY KEY (participant_id, statement_id)
    ) WITH (fillfactor = 90)
    """,
    # This log grows by hundreds of rows a second: its transaction number is a bigint, because a
    # BRIN index, which costs a write next to nothing, supports no xid8.
    """
    CREATE TABLE consultations_vote_event (
        id bigint GENERATED ALWAYS AS IDENTITY (CACHE 64) PRIMARY KEY,
        participant_id uuid NOT NULL,
        statement_id uuid NOT NULL,
        previous smallint,
        value smallint CONSTRAINT consultations_vote_event_value CHECK (value IN (-1, 0, 1)),
        cast_at timestamptz NOT NULL,
        tx bigint NOT NULL DEFAULT (pg_current_xact_id()::text::bigint)
    )
    """,
    """
    CREATE TABLE consultations_tally (
        statement_id uuid NOT NULL REFERENCES consultations_statement (id) ON DELETE CASCADE,
        slot smallint NOT NULL,
        agrees integer NOT NULL,
        disagrees integer NOT NULL,
        passes integer NOT NULL,
        PRIMARY KEY (statement_id, slot)
    ) WITH (fillfactor = 50)
    """,
    # Piccolo cannot name a table of another domain.
    """
    ALTER TABLE consultations_theme ADD CONSTRAINT consultations_theme_themes
        FOREIGN KEY (theme_id) REFERENCES themes_theme (id)
    """,
    """
    ALTER TABLE consultations_consultation ADD CONSTRAINT consultations_consultation_organisation
        FOREIGN KEY (organisation_id) REFERENCES organisations_organisation (id)
    """,
    """
    ALTER TABLE consultations_participant_link ADD CONSTRAINT consultations_participant_link_account
        FOREIGN KEY (account_id) REFERENCES accounts_account (id) ON DELETE CASCADE
    """,
    # Which transaction wrote a row: statistics read a log up to what is settled.
    """
    ALTER TABLE consultations_act
        ADD COLUMN tx xid8 NOT NULL DEFAULT pg_current_xact_id()
    """,
    "CREATE INDEX consultations_act_tx ON consultations_act (tx)",
    """
    CREATE INDEX consultations_act_participant ON consultations_act (participant_id)
        WHERE participant_id IS NOT NULL
    """,
    "CREATE INDEX consultations_vote_event_day ON consultations_vote_event USING brin (cast_at)",
    """
    CREATE INDEX consultations_vote_event_tx ON consultations_vote_event
        USING brin (tx) WITH (pages_per_range = 32, autosummarize = on)
    """,
    """
    CREATE INDEX consultations_statement_list
        ON consultations_statement (consultation_id, state, number)
    """,
    """
    CREATE INDEX consultations_statement_author ON consultations_statement (author_id)
        WHERE author_id IS NOT NULL
    """,
    "CREATE INDEX consultations_opinion_list ON consultations_opinion (consultation_id, state, id)",
    """
    CREATE INDEX consultations_opinion_participant ON consultations_opinion (participant_id)
        WHERE participant_id IS NOT NULL
    """,
    # All columns of the count of participants: an index-only scan answers it.
    """
    CREATE INDEX consultations_participant_of
        ON consultations_participant (consultation_id, channel, merged_into)
    """,
    """
    CREATE INDEX consultations_participant_link_of
        ON consultations_participant_link (consultation_id)
    """,
)
UNDO = (
    "DROP INDEX consultations_participant_link_of",
    "DROP INDEX consultations_participant_of",
    "DROP INDEX consultations_opinion_participant",
    "DROP INDEX consultations_opinion_list",
    "DROP INDEX consultations_statement_author",
    "DROP INDEX consultations_statement_list",
    "DROP INDEX consultations_act_participant",
    "ALTER TABLE consultations_act DROP COLUMN tx",
    """
    ALTER TABLE consultations_participant_link
        DROP CONSTRAINT consultations_participant_link_account
    """,
    """
    ALTER TABLE consultations_consultation
        DROP CONSTRAINT consultations_consultation_organisation
    """,
    "ALTER TABLE consultations_theme DROP CONSTRAINT consultations_theme_themes",
    "DROP TABLE consultations_tally",
    "DROP TABLE consultations_vote_event",
    "DROP TABLE consultations_vote",
)

forwards = sql_step("consultations", ID, STATEMENTS, UNDO)
