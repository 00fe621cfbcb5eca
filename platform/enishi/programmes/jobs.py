"""What the programmes domain asks of the worker."""

import uuid
from typing import ClassVar

from enishi.kit.jobs import Job


class TellApplicant(Job):
    """Write to the applicant what happened to their application."""

    name: ClassVar[str] = "programmes.applicant.tell"

    event_id: uuid.UUID


class AttendanceConfirmed(Job):
    """News for whoever keeps activity records: a person was there."""

    name: ClassVar[str] = "programmes.attendance.confirmed"

    application_id: uuid.UUID


class AttendanceTakenBack(Job):
    """News for the same: whoever was marked as there was not, by the host's own correction."""

    name: ClassVar[str] = "programmes.attendance.taken_back"

    application_id: uuid.UUID


class ExpireOffers(Job):
    """End the offers of a session that nobody answered in time, and offer the places on."""

    name: ClassVar[str] = "programmes.offers.expire"

    session_id: uuid.UUID
