"""The rules of public comment belong to an organisation; a notice belongs to a public comment."""

from enishi.kit.sql_migration import sql_step

ID = "2026-11-30T16:20:01:000000"
DESCRIPTION = "whose the rules of public comment are"

STATEMENTS = (
    # Piccolo cannot name a table of another domain.
    """
    ALTER TABLE consultations_comment_rules ADD CONSTRAINT consultations_comment_rules_organisation
        FOREIGN KEY (organisation_id) REFERENCES organisations_organisation (id) ON DELETE CASCADE
    """,
    # What is public has its day: no statement can publish a public comment without a notice.
    """
    ALTER TABLE consultations_consultation ADD CONSTRAINT consultations_consultation_noticed
        CHECK (published_at IS NULL OR notice_on IS NOT NULL
            OR kind NOT IN ('public_comment_act', 'public_comment_ordinance'))
    """,
)
UNDO = (
    "ALTER TABLE consultations_consultation DROP CONSTRAINT consultations_consultation_noticed",
    """
    ALTER TABLE consultations_comment_rules
        DROP CONSTRAINT consultations_comment_rules_organisation
    """,
)

forwards = sql_step("consultations", ID, STATEMENTS, UNDO)
