"""What the pages of an office show of its programmes."""

import uuid
from datetime import datetime

from enishi.kit.localised import DraftText
from enishi.kit.schema import Schema
from enishi.programmes.tables import ProgrammeKind, ProgrammeState


class OfficeRow(Schema):
    """A listing in its office's overview, with the session that is under way or comes next."""

    id: uuid.UUID
    slug: str
    state: ProgrammeState
    kind: ProgrammeKind
    title: DraftText
    is_sample: bool
    municipality_code: str
    next_id: uuid.UUID | None
    next_start: datetime | None
    taken: int | None
    capacity: int | None
    sessions: int
    waiting: int


class StateCount(Schema):
    applications: int
    persons: int
