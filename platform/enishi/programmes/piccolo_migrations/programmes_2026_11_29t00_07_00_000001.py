"""Foreign keys to organisations, transaction numbers, partial and descending indexes."""

from enishi.kit.sql_migration import sql_step

ID = "2026-11-29T00:07:00:000001"
DESCRIPTION = "foreign keys, transaction numbers, indexes"

STATEMENTS = (
    # Piccolo cannot name a table of another domain, nor a key of two columns. A session belongs
    # to the organisation of its programme; an application takes the organisation from its session
    # in the statement that makes it.
    """
    ALTER TABLE programmes_programme ADD CONSTRAINT programmes_programme_organisation
        FOREIGN KEY (organisation_id) REFERENCES organisations_organisation (id)
    """,
    """
    ALTER TABLE programmes_programme ADD CONSTRAINT programmes_programme_owner
        UNIQUE (id, organisation_id)
    """,
    """
    ALTER TABLE programmes_session ADD CONSTRAINT programmes_session_owner
        FOREIGN KEY (programme_id, organisation_id)
        REFERENCES programmes_programme (id, organisation_id)
    """,
    # Which transaction wrote a row: statistics read a log up to what is settled.
    """
    ALTER TABLE programmes_application_event
        ADD COLUMN tx xid8 NOT NULL DEFAULT pg_current_xact_id()
    """,
    "CREATE INDEX programmes_application_event_tx ON programmes_application_event (tx)",
    """
    CREATE INDEX programmes_application_event_by_application
        ON programmes_application_event (application_id, happened_at)
    """,
    # A person may apply again once the first application is over.
    """
    CREATE UNIQUE INDEX programmes_application_one_live
        ON programmes_application (session_id, applicant_id)
        WHERE state NOT IN ('cancelled', 'cancelled_by_host', 'expired', 'declined')
    """,
    """
    CREATE INDEX programmes_application_queue
        ON programmes_application (session_id, ticket) WHERE state = 'waiting'
    """,
    """
    CREATE INDEX programmes_application_offers
        ON programmes_application (session_id, offer_until) WHERE state = 'offered'
    """,
    # The office's list of the applicants of a session, in the order of their tickets.
    "CREATE INDEX programmes_application_by_session ON programmes_application (session_id, ticket)",
    "CREATE INDEX programmes_session_by_programme ON programmes_session (programme_id, starts_at)",
    """
    CREATE INDEX programmes_programme_published
        ON programmes_programme (published_at DESC, id) WHERE state = 'published'
    """,
    """
    CREATE INDEX programmes_party_member_by_application
        ON programmes_party_member (application_id)
    """,
)
UNDO = (
    "DROP INDEX programmes_party_member_by_application",
    "DROP INDEX programmes_programme_published",
    "DROP INDEX programmes_session_by_programme",
    "DROP INDEX programmes_application_by_session",
    "DROP INDEX programmes_application_offers",
    "DROP INDEX programmes_application_queue",
    "DROP INDEX programmes_application_one_live",
    "DROP INDEX programmes_application_event_by_application",
    "ALTER TABLE programmes_application_event DROP COLUMN tx",
    "ALTER TABLE programmes_session DROP CONSTRAINT programmes_session_owner",
    "ALTER TABLE programmes_programme DROP CONSTRAINT programmes_programme_owner",
    "ALTER TABLE programmes_programme DROP CONSTRAINT programmes_programme_organisation",
)

forwards = sql_step("programmes", ID, STATEMENTS, UNDO)
