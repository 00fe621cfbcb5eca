"""Reads of the messages of an office: recipients, the log of a session, mails."""

import uuid

from enishi.kit import db
from enishi.kit.seen import fingerprint
from enishi.programmes.applications.letter_schemas import MessageMail, MessageView
from enishi.programmes.applications.tables import Audience

MOST_IN_LOG = 50
_COLUMNS = "m.id, m.audience, m.body, m.told, m.sent_at"
# Audience -> states. Parties of a session that was called off are told as part of all.
_STATES = {
    Audience.ALL: (
        "held",
        "waiting",
        "offered",
        "confirmed",
        "attended",
        "absent",
        "cancelled_by_host",
    ),
    Audience.SEATED: ("confirmed", "attended", "absent"),
    Audience.WAITING: ("waiting", "offered"),
}
_RECIPIENTS = """
SELECT id FROM programmes_application
WHERE session_id = $1 AND applicant_id IS NOT NULL
    AND (state = ANY ($2) OR id = $3) ORDER BY ticket
"""


async def list_recipients(
    session_id: uuid.UUID, audience: Audience, application_id: uuid.UUID | None = None
) -> list[uuid.UUID]:
    """The applications that a message goes to now, in the order of their tickets.

    `application_id` counts for Audience.ONE only, whatever the state of that party. A closed
    account has no address to write to.
    """
    one = application_id if audience is Audience.ONE else None
    rows = await db.fetch(_RECIPIENTS, session_id, list(_STATES.get(audience, ())), one)
    return [row["id"] for row in rows]


def seen_of(recipients: list[uuid.UUID]) -> str:
    """The recipients as a preview carries them, to notice that they are others when it is sent."""
    return fingerprint({"recipients": sorted(map(str, recipients))})


async def list_of_session(session_id: uuid.UUID) -> list[MessageView]:
    """The latest messages of a session, the newest first."""
    rows = await db.fetch(
        f"SELECT {_COLUMNS} FROM programmes_host_message m WHERE m.session_id = $1"  # noqa: S608 (a constant)
        " ORDER BY m.sent_at DESC, m.id DESC LIMIT $2",
        session_id,
        MOST_IN_LOG,
    )
    return [_read(row) for row in rows]


async def list_of_application(application_id: uuid.UUID) -> list[MessageView]:
    """The latest messages that a party was sent, the newest first."""
    rows = await db.fetch(
        f"""SELECT {_COLUMNS} FROM programmes_host_message_recipient r
        JOIN programmes_host_message m ON m.id = r.message_id
        WHERE r.application_id = $1 ORDER BY m.sent_at DESC, m.id DESC LIMIT $2""",  # noqa: S608 (a constant)
        application_id,
        MOST_IN_LOG,
    )
    return [_read(row) for row in rows]


async def list_mails(
    message_id: uuid.UUID, after: uuid.UUID | None, size: int
) -> list[MessageMail]:
    """A batch of the mails of a message, ordered by application; none to closed accounts."""
    rows = await db.fetch(
        """SELECT a.id AS application_id, a.applicant_id AS account_id, a.receipt,
            p.title AS programme, s.starts_at, m.body
        FROM programmes_host_message_recipient r
        JOIN programmes_host_message m ON m.id = r.message_id
        JOIN programmes_application a ON a.id = r.application_id
        JOIN programmes_session s ON s.id = a.session_id
        JOIN programmes_programme p ON p.id = s.programme_id
        WHERE r.message_id = $1 AND ($2::uuid IS NULL OR r.application_id > $2)
            AND a.applicant_id IS NOT NULL
        ORDER BY r.application_id LIMIT $3""",
        message_id,
        after,
        size,
    )
    return [
        MessageMail.model_validate(
            row | {"programme": db.document(row["programme"]), "body": db.document(row["body"])}
        )
        for row in rows
    ]


def _read(row: dict[str, object]) -> MessageView:
    return MessageView.model_validate(row | {"body": db.document(row["body"])})
