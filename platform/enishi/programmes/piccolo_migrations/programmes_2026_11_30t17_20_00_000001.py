"""A message goes to a party once."""

from enishi.kit.sql_migration import sql_step

ID = "2026-11-30T17:20:00:000001"
DESCRIPTION = "a message goes to a party once"

STATEMENTS = (
    # Also the index by which the mails of a message are read in batches.
    """
    CREATE UNIQUE INDEX programmes_host_message_recipient_once
        ON programmes_host_message_recipient (message_id, application_id)
    """,
)
UNDO = ("DROP INDEX programmes_host_message_recipient_once",)

forwards = sql_step("programmes", ID, STATEMENTS, UNDO)
