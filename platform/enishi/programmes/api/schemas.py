"""The JSON API of programmes. Fields are only ever added."""

import uuid
from datetime import datetime

from enishi.kit.localised import DraftText, LocalisedText
from enishi.kit.schema import Schema
from enishi.programmes.listings.documents import Access, Conditions, Contact, Money, Story
from enishi.programmes.listings.tables import ProgrammeKind, ProgrammeState
from enishi.programmes.sessions.tables import Selection, SessionState


class _ProgrammeFields(Schema):
    """Fields of both the list and a single programme. Fees: yen for one person, None if not set."""

    id: uuid.UUID
    slug: str
    is_sample: bool
    municipality_code: str
    kind: ProgrammeKind
    title: DraftText
    summary: DraftText
    host_name: str
    fee_adult: int | None
    fee_child: int | None
    pay_per_hour: int
    wheelchair: bool
    minors: str
    published_at: datetime
    changed_at: datetime


class ProgrammeItem(_ProgrammeFields):
    """A programme with a summary of its coming sessions.

    `with_places`, `with_queue` and `with_draw` count sessions that take applications now, for a
    place, for the waiting list or for a draw; `most_free` is the largest number of free places
    (persons) in one of them, and at most 10: that stands for ten or more.
    """

    next_start: datetime
    next_end: datetime
    sessions: int
    with_places: int
    with_queue: int
    with_draw: int
    most_free: int
    opens_at: datetime | None


class ProgrammePage(Schema):
    items: tuple[ProgrammeItem, ...]
    next: str | None


class SessionOut(Schema):
    """A session. `closes_at` is the first instant that is too late.

    `free` counts persons, and is 0 while parties wait that come first; from `first_come_from` on
    free places are for whoever applies first. `selection` is how places go now; with a draw, those
    who apply before `draw_closes_at` have their chances by its rule. `waiting` counts parties. Both
    counts are null unless the session takes applications now, and at most 10: that stands for ten
    or more.
    """

    id: uuid.UUID
    state: SessionState
    starts_at: datetime
    ends_at: datetime
    opens_at: datetime
    closes_at: datetime
    meeting_place: DraftText
    capacity: int
    free: int | None
    waiting: int | None
    waiting_limit: int
    first_come_from: datetime
    selection: Selection
    draw_closes_at: datetime | None
    can_apply: bool
    cancelled_reason: str


class ProgrammeOut(_ProgrammeFields):
    state: ProgrammeState
    organisation: LocalisedText
    body: DraftText
    story: Story
    theme_code: str
    age_min: int | None
    age_max: int | None
    conditions: Conditions
    money: Money
    access: Access
    contact: Contact
    sessions: tuple[SessionOut, ...]
    more_sessions: bool  # then `sessions` are those nearest to now
