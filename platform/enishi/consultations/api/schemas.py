"""Input and output types of the JSON API. Fields are added, never removed or renamed."""

import uuid
from datetime import datetime

from enishi.consultations.core.kinds import NameShown, PhaseKind, State
from enishi.consultations.opinions.schemas import OpinionView
from enishi.consultations.voting.schemas import StatementView
from enishi.kit.localised import LocalisedText
from enishi.kit.schema import Schema


class DialogueOut(Schema):
    id: uuid.UUID
    slug: str
    title: LocalisedText
    problem: LocalisedText | None
    decision: LocalisedText | None
    can_change: LocalisedText | None
    cannot_change: LocalisedText | None
    who_may_answer: LocalisedText | None
    phase: PhaseKind
    opens_at: datetime | None
    last_day: str | None
    votes_published: bool | None
    is_sample: bool
    guests_allowed: bool


class DialoguePage(Schema):
    items: tuple[DialogueOut, ...]
    next: str | None


class StatementPage(Schema):
    items: tuple[StatementView, ...]
    next: str | None


class OpinionPage(Schema):
    items: tuple[OpinionView, ...]
    next: str | None


class StatementIn(Schema):
    text: str
    anyway: bool = False


class StatementReceipt(Schema):
    id: uuid.UUID
    number: int
    state: State


class OpinionIn(Schema):
    text: str
    name_shown: NameShown = NameShown.ANONYMOUS
    nickname: str = ""


class OpinionReceipt(Schema):
    id: uuid.UUID
    receipt: str


class OwnVotes(Schema):
    """Statement -> -1, 0 or 1."""

    votes: dict[uuid.UUID, int]
