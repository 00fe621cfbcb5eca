"""Job contracts of the programmes domain."""

import uuid
from typing import ClassVar

from enishi.kit.jobs import Job


class TellApplicant(Job):
    """Mail the applicant what happened to their application."""

    name: ClassVar[str] = "programmes.applicant.tell"

    event_id: uuid.UUID


class AttendanceConfirmed(Job):
    """A person was marked as attended: the activity record of `relations` follows."""

    name: ClassVar[str] = "programmes.attendance.confirmed"

    application_id: uuid.UUID


class AttendanceTakenBack(Job):
    """The host corrected `attended` to `absent`: the activity record of `relations` follows."""

    name: ClassVar[str] = "programmes.attendance.taken_back"

    application_id: uuid.UUID


class TellOfFreePlaces(Job):
    """Mail the parties on a waiting list that places are free, first come for all.

    `occasion` makes the mails of one news distinct from those of the next; `after_ticket` is the
    ticket of the last party of the batch before.
    """

    name: ClassVar[str] = "programmes.free_places.tell"

    session_id: uuid.UUID
    occasion: uuid.UUID
    after_ticket: int = 0


class TellParties(Job):
    """Mail a message of the office to its recipients, batch by batch.

    `after` is the application of the last mail of the batch before; None for the first batch.
    """

    name: ClassVar[str] = "programmes.message.tell"

    message_id: uuid.UUID
    after: uuid.UUID | None = None


class RemindParties(Job):
    """Mail a reminder of a session to its parties, batch by batch; `after` as in TellParties."""

    name: ClassVar[str] = "programmes.reminder.tell"

    reminder_id: uuid.UUID
    after: uuid.UUID | None = None


class ExpireOffers(Job):
    """Expire the unanswered offers of a session and offer the places to the next parties."""

    name: ClassVar[str] = "programmes.offers.expire"

    session_id: uuid.UUID
