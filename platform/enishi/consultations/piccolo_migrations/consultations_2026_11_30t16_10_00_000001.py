"""Which texts are under which argument, and what Piccolo cannot say about arguments."""

from enishi.kit.sql_migration import sql_step

ID = "2026-11-30T16:10:00:000001"
VERSION = "1.38.0"
DESCRIPTION = "texts under arguments"

STATEMENTS = (
    """
    ALTER TABLE consultations_argument
        ADD CONSTRAINT consultations_argument_split_from FOREIGN KEY (split_from)
            REFERENCES consultations_argument (id),
        ADD CONSTRAINT consultations_argument_merged_into FOREIGN KEY (merged_into)
            REFERENCES consultations_argument (id)
    """,
    """
    CREATE TABLE consultations_argument_member (
        argument_id uuid NOT NULL REFERENCES consultations_argument (id),
        opinion_id uuid REFERENCES consultations_opinion (id) ON DELETE CASCADE,
        statement_id uuid REFERENCES consultations_statement (id) ON DELETE CASCADE,
        text_id uuid NOT NULL GENERATED ALWAYS AS (coalesce(opinion_id, statement_id)) STORED,
        placed_at timestamptz NOT NULL,
        CONSTRAINT consultations_argument_member_one_text
            CHECK (num_nonnulls(opinion_id, statement_id) = 1),
        PRIMARY KEY (argument_id, text_id)
    )
    """,
    """
    CREATE INDEX consultations_argument_member_opinion
        ON consultations_argument_member (opinion_id) WHERE opinion_id IS NOT NULL
    """,
    """
    CREATE INDEX consultations_argument_member_statement
        ON consultations_argument_member (statement_id) WHERE statement_id IS NOT NULL
    """,
    """
    CREATE INDEX consultations_argument_member_text ON consultations_argument_member (text_id)
    """,
    """
    CREATE FUNCTION consultations_keep_answers() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        RAISE EXCEPTION 'a record of official answers is appended to, never changed'
            USING ERRCODE = 'restrict_violation';
    END $$
    """,
    """
    CREATE TRIGGER consultations_argument_text_append_only
        BEFORE UPDATE OR DELETE ON consultations_argument_text
        FOR EACH ROW EXECUTE FUNCTION consultations_keep_answers()
    """,
)
UNDO = (
    "DROP TRIGGER consultations_argument_text_append_only ON consultations_argument_text",
    "DROP FUNCTION consultations_keep_answers()",
    "DROP TABLE consultations_argument_member",
    "ALTER TABLE consultations_argument DROP CONSTRAINT consultations_argument_merged_into",
    "ALTER TABLE consultations_argument DROP CONSTRAINT consultations_argument_split_from",
)

forwards = sql_step("consultations", ID, STATEMENTS, UNDO)
