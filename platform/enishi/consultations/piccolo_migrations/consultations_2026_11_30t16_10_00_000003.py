"""What a publication of answers makes public, and what holds the three acts apart.

A publication names approved drafts, an approval names a draft, both with the hash of the content:
the foreign keys hold that what was drafted, approved and published is the same.
"""

from enishi.kit.sql_migration import sql_step

ID = "2026-11-30T16:10:00:000003"
VERSION = "1.38.0"
DESCRIPTION = "published answers"

_PEOPLE = (
    ("consultations_answer_draft", "drafted_by"),
    ("consultations_answer_approval", "drafted_by"),
    ("consultations_answer_approval", "approved_by"),
    ("consultations_answer_publication", "published_by"),
    ("consultations_answer_publication", "cancelled_by"),
)
_APPEND_ONLY = (
    "consultations_answer_draft",
    "consultations_answer_approval",
    "consultations_answer_published",
)

STATEMENTS = (
    """
    ALTER TABLE consultations_answer_draft
        ADD CONSTRAINT consultations_answer_draft_text FOREIGN KEY (argument_id, text_number)
            REFERENCES consultations_argument_text (argument_id, number),
        ADD CONSTRAINT consultations_answer_draft_content UNIQUE (id, content_hash, drafted_by),
        ADD CONSTRAINT consultations_answer_draft_hash CHECK (octet_length(content_hash) = 32)
    """,
    """
    ALTER TABLE consultations_answer_approval
        ADD CONSTRAINT consultations_answer_approval_content
            FOREIGN KEY (draft_id, content_hash, drafted_by)
            REFERENCES consultations_answer_draft (id, content_hash, drafted_by),
        ADD CONSTRAINT consultations_answer_approval_hash UNIQUE (draft_id, content_hash)
    """,
    """
    CREATE TABLE consultations_answer_published (
        publication_id uuid NOT NULL REFERENCES consultations_answer_publication (id),
        draft_id uuid NOT NULL,
        content_hash bytea NOT NULL,
        PRIMARY KEY (publication_id, draft_id),
        CONSTRAINT consultations_answer_published_approved FOREIGN KEY (draft_id, content_hash)
            REFERENCES consultations_answer_approval (draft_id, content_hash)
    )
    """,
    """
    CREATE INDEX consultations_answer_published_draft ON consultations_answer_published (draft_id)
    """,
    *(
        f"ALTER TABLE {table} ADD CONSTRAINT {table}_{column}"
        f" FOREIGN KEY ({column}) REFERENCES accounts_account (id)"
        for table, column in _PEOPLE
    ),
    *(
        f"CREATE TRIGGER {table}_append_only BEFORE UPDATE OR DELETE ON {table}"
        " FOR EACH ROW EXECUTE FUNCTION consultations_keep_answers()"
        for table in _APPEND_ONLY
    ),
)
UNDO = (
    *(f"DROP TRIGGER {table}_append_only ON {table}" for table in _APPEND_ONLY),
    *(f"ALTER TABLE {table} DROP CONSTRAINT {table}_{column}" for table, column in _PEOPLE),
    "DROP TABLE consultations_answer_published",
    "ALTER TABLE consultations_answer_approval"
    " DROP CONSTRAINT consultations_answer_approval_hash,"
    " DROP CONSTRAINT consultations_answer_approval_content",
    "ALTER TABLE consultations_answer_draft"
    " DROP CONSTRAINT consultations_answer_draft_hash,"
    " DROP CONSTRAINT consultations_answer_draft_content,"
    " DROP CONSTRAINT consultations_answer_draft_text",
)

forwards = sql_step("consultations", ID, STATEMENTS, UNDO)
