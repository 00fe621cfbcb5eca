"""Published steps of vote totals, and what the worker has counted of the vote log."""

from enishi.kit.sql_migration import sql_step

ID = "2026-11-30T02:40:07:000000"
DESCRIPTION = "published steps of vote totals"

STATEMENTS = (
    # One row: which transactions the worker has read from the vote log. `snapshot` is NULL until
    # the first reading; numbers of transactions mean nothing in another cluster.
    """
    CREATE TABLE consultations_vote_log_position (
        id smallint PRIMARY KEY CONSTRAINT consultations_vote_log_position_one CHECK (id = 1),
        snapshot pg_snapshot,
        own_tx bigint NOT NULL DEFAULT 0,
        own_id bigint NOT NULL DEFAULT 0,
        cluster text NOT NULL DEFAULT ''
    )
    """,
    "INSERT INTO consultations_vote_log_position (id) VALUES (1)",
    """
    CREATE TABLE consultations_counted_votes (
        statement_id uuid NOT NULL REFERENCES consultations_statement (id) ON DELETE CASCADE,
        channel varchar(10) NOT NULL,
        agrees integer NOT NULL,
        disagrees integer NOT NULL,
        passes integer NOT NULL,
        PRIMARY KEY (statement_id, channel)
    ) WITH (fillfactor = 70)
    """,
    """
    CREATE TABLE consultations_recent_voter (
        consultation_id uuid NOT NULL REFERENCES consultations_consultation (id) ON DELETE CASCADE,
        participant_id uuid NOT NULL REFERENCES consultations_participant (id) ON DELETE CASCADE,
        PRIMARY KEY (consultation_id, participant_id)
    )
    """,
    """
    CREATE TABLE consultations_vote_step (
        consultation_id uuid NOT NULL REFERENCES consultations_consultation (id) ON DELETE CASCADE,
        number integer NOT NULL,
        taken_at timestamptz NOT NULL,
        PRIMARY KEY (consultation_id, number)
    )
    """,
    # Sums of all channels, and of accounts and of guests among them.
    """
    CREATE TABLE consultations_vote_step_sum (
        consultation_id uuid NOT NULL,
        number integer NOT NULL,
        statement_id uuid NOT NULL REFERENCES consultations_statement (id) ON DELETE CASCADE,
        agrees integer NOT NULL,
        disagrees integer NOT NULL,
        passes integer NOT NULL,
        account_agrees integer NOT NULL,
        account_disagrees integer NOT NULL,
        account_passes integer NOT NULL,
        guest_agrees integer NOT NULL,
        guest_disagrees integer NOT NULL,
        guest_passes integer NOT NULL,
        PRIMARY KEY (consultation_id, number, statement_id),
        FOREIGN KEY (consultation_id, number)
            REFERENCES consultations_vote_step (consultation_id, number) ON DELETE CASCADE
    )
    """,
    "CREATE INDEX consultations_vote_step_sum_of ON consultations_vote_step_sum (statement_id)",
)
UNDO = (
    "DROP TABLE consultations_vote_step_sum",
    "DROP TABLE consultations_vote_step",
    "DROP TABLE consultations_recent_voter",
    "DROP TABLE consultations_counted_votes",
    "DROP TABLE consultations_vote_log_position",
)

forwards = sql_step("consultations", ID, STATEMENTS, UNDO)
