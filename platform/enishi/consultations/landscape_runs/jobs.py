"""The job that computes a run."""

import uuid
from datetime import timedelta
from typing import ClassVar

from enishi.kit.jobs import Job, Lane


class RefreshLandscape(Job):
    """Compute and publish the run that is due for a consultation, if there still is one."""

    name: ClassVar[str] = "consultations.landscape.refresh"
    lane: ClassVar[Lane] = Lane.LANDSCAPE
    timeout: ClassVar[timedelta] = timedelta(minutes=30)

    consultation_id: uuid.UUID

    def key(self) -> str:
        return str(self.consultation_id)
