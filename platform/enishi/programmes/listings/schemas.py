"""A programme as forms write it and as pages read it."""

import uuid
from datetime import datetime
from typing import Annotated, Any, Literal, Self

from pydantic import Field, model_validator

from enishi.kit.i18n import gettext_lazy
from enishi.kit.ids import SLUG_PATTERN
from enishi.kit.localised import DraftText, LocalisedText
from enishi.kit.schema import Schema
from enishi.places import codes
from enishi.programmes.listings.documents import (
    Access,
    Conditions,
    Contact,
    ContactToWrite,
    Money,
    ShortText,
    Story,
    Yen,
)
from enishi.programmes.listings.tables import ProgrammeKind as ProgrammeKind  # noqa: PLC0414 (for other domains, which may not import tables)
from enishi.programmes.listings.tables import ProgrammeState as ProgrammeState  # noqa: PLC0414 (for other domains, which may not import tables)


class OfficeActor(Schema):
    """An account that acts for an organisation. Made after the access check of the route."""

    account_id: uuid.UUID
    organisation_id: uuid.UUID


class ProgrammeForm(Schema):
    """A programme as its office writes it. Required fields are checked when it is published."""

    slug: Annotated[str, Field(pattern=SLUG_PATTERN)]
    municipality_code: Annotated[str, Field(pattern=r"^\d{6}$")]
    kind: ProgrammeKind
    title: DraftText
    summary: DraftText = DraftText()
    body: DraftText = DraftText()
    story: Story = Story()
    theme_code: Annotated[str, Field(max_length=80)] = ""
    host_name: ShortText = ""
    age_min: Annotated[int, Field(ge=0, le=120)] | None = None
    age_max: Annotated[int, Field(ge=0, le=120)] | None = None
    minors: Literal["", "accompanied", "with_consent", "not_admitted"] = ""
    fee_adult: Yen | None = None
    fee_child: Yen | None = None
    pay_per_hour: Yen = 0
    wheelchair: bool = False
    conditions: Conditions = Conditions()
    money: Money = Money()
    access: Access = Access()
    contact: ContactToWrite = ContactToWrite()

    @model_validator(mode="after")
    def _ages_in_order(self) -> Self:
        if self.age_min is not None and self.age_max is not None and self.age_min > self.age_max:
            raise ValueError(gettext_lazy("年齢の上限は、下限以上にしてください。"))
        return self

    def columns(self) -> dict[Any, Any]:
        """Column name -> value. The prefecture is derived from the municipality."""
        return self.model_dump(mode="json") | {
            "prefecture_code": codes.prefecture_code(self.municipality_code)
        }


class ProgrammeView(Schema):
    id: uuid.UUID
    organisation_id: uuid.UUID
    slug: str
    state: ProgrammeState
    is_sample: bool
    municipality_code: str
    prefecture_code: str
    kind: ProgrammeKind
    title: DraftText
    summary: DraftText
    body: DraftText
    story: Story
    theme_code: str
    host_name: str
    age_min: int | None
    age_max: int | None
    minors: str
    fee_adult: int | None
    fee_child: int | None
    pay_per_hour: int
    wheelchair: bool
    conditions: Conditions
    money: Money
    access: Access
    contact: Contact
    changed_at: datetime
    published_at: datetime | None


class BegunProgramme(Schema):
    """A public programme of which a session has begun."""

    id: uuid.UUID
    published_at: datetime


class ProgrammeRow(Schema):
    """A programme in a list, with a summary of its coming sessions.

    `sessions` counts coming sessions; `with_places`, `with_queue` and `with_draw` count those that
    take applications now, for a place, for the waiting list or for a draw. `most_free` is the
    largest number of free places (persons) in one session.
    """

    id: uuid.UUID
    slug: str
    municipality_code: str
    kind: ProgrammeKind
    title: LocalisedText
    summary: DraftText
    host_name: str
    fee_adult: int | None
    fee_child: int | None
    pay_per_hour: int
    wheelchair: bool
    minors: str
    is_sample: bool
    published_at: datetime
    changed_at: datetime
    next_start: datetime
    next_end: datetime
    sessions: int
    with_places: int
    with_queue: int
    with_draw: int
    most_free: int
    opens_at: datetime | None


class OfficeRow(Schema):
    """A programme in the overview of its office, with its current or next session."""

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
