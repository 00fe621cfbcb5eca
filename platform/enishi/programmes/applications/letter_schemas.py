"""What parties are told, and how they are reached: messages, postponements, reminders, letters."""

import uuid
from datetime import datetime
from enum import StrEnum

from enishi.kit.localised import DraftText
from enishi.kit.schema import Schema
from enishi.programmes.applications.tables import ApplicationState, Audience


class ReachableParty(Schema):
    """How the office reaches a party; each is empty unless the applicant gave it."""

    id: uuid.UUID
    receipt: str
    state: ApplicationState
    ticket: int
    party_size: int
    names: tuple[str, ...]
    telephone: str
    mail: str


class MessageView(Schema):
    """A message of the office: in the log of its session, and on the page of a receipt."""

    id: uuid.UUID
    audience: Audience
    body: DraftText
    told: int
    sent_at: datetime


class Answer(StrEnum):
    """What a party answered to a postponement. NONE: nothing yet."""

    STAYS = "stays"
    LEFT = "left"
    NONE = ""


class AnswerCount(Schema):
    """Parties by their answer."""

    stays: int
    left_it: int
    silent: int


class PostponementView(Schema):
    id: uuid.UUID
    session_id: uuid.UUID
    was_starts_at: datetime
    was_ends_at: datetime
    starts_at: datetime
    ends_at: datetime
    reason: str
    decided_at: datetime


class MessageMail(Schema):
    """The content of the mail of a message to one party."""

    application_id: uuid.UUID
    account_id: uuid.UUID
    receipt: str
    programme: DraftText
    starts_at: datetime
    body: DraftText


class TravelFacts(Schema):
    """What a letter about an application says. Empty texts are left out of it.

    `travels` is False once there is nothing to travel to; `calendar` is an iCalendar file.
    """

    when: str
    where: str
    travels: bool
    total: str
    bring: str
    rain: str
    cancellation: str
    telephone: str
    calendar: str


class ReminderMail(Schema):
    """A party that is reminded of its session."""

    application_id: uuid.UUID
    account_id: uuid.UUID
    receipt: str
    programme: DraftText
    starts_at: datetime
