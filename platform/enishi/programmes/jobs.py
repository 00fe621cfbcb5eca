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


class ExpireOffers(Job):
    """Expire the unanswered offers of a session and offer the places to the next parties."""

    name: ClassVar[str] = "programmes.offers.expire"

    session_id: uuid.UUID
