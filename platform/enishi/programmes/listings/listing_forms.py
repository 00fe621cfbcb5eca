"""The six forms in which an office writes a programme.

Each part has its own columns, so two people can edit two parts at the same time.
"""

from collections.abc import Mapping
from enum import StrEnum
from typing import Annotated, Any, ClassVar, Literal

from pydantic import Field, field_validator
from pydantic_core.core_schema import ValidationInfo

from enishi.kit import ids, seen
from enishi.kit.i18n import gettext_lazy
from enishi.kit.localised import DraftText, LocalisedText
from enishi.kit.schema import Schema
from enishi.kit.slugs import Slug
from enishi.places import codes
from enishi.places.picker import MunicipalityChoice
from enishi.programmes.listings.documents import (
    Access,
    Conditions,
    ContactToWrite,
    Money,
    ShortText,
    Yen,
)
from enishi.programmes.listings.schemas import ProgrammeForm, ProgrammeView
from enishi.programmes.listings.story_form import TypedStory
from enishi.programmes.listings.tables import ProgrammeKind

Age = Annotated[int, Field(ge=0, le=120)]


class Part(StrEnum):
    """The parts in the order of the office's pages. Dates and capacity belong to the sessions."""

    BASIC = "basic"
    STORY = "story"
    CONDITIONS = "conditions"
    MONEY = "money"
    ACCESS = "access"
    CONTACT = "contact"


class Title(LocalisedText):
    ja: Annotated[str, Field(min_length=1, max_length=60)]
    en: Annotated[str, Field(max_length=120)] = ""


class Summary(DraftText):
    """The text on the card of a list."""

    ja: Annotated[str, Field(max_length=160)] = ""
    en: Annotated[str, Field(max_length=320)] = ""


class Body(DraftText):
    ja: Annotated[str, Field(max_length=4000)] = ""
    en: Annotated[str, Field(max_length=8000)] = ""
    easy_ja: Annotated[str, Field(max_length=4000)] = ""


class PartForm(Schema):
    part: ClassVar[Part]

    def columns(self) -> dict[Any, Any]:
        """Column name -> value, of this part only."""
        return self.model_dump(mode="json")

    @classmethod
    def saved_in(cls, programme: ProgrammeView) -> Mapping[str, Any]:
        """Field name -> saved value, to fill the form with."""
        return {name: getattr(programme, name) for name in cls.model_fields}

    @classmethod
    def fingerprint(cls, programme: ProgrammeView) -> str:
        """Hash of the saved part for the optimistic lock: the form sends back what it was given."""
        saved = programme.model_dump(mode="json", include=set(cls.kept_columns()))
        return seen.fingerprint(saved)

    @classmethod
    def kept_columns(cls) -> tuple[str, ...]:
        return tuple(cls.model_fields)


class BasicForm(PartForm):
    part = Part.BASIC

    municipality: MunicipalityChoice
    kind: ProgrammeKind
    title: Title
    summary: Summary = Summary()
    body: Body = Body()
    theme_code: Annotated[str, Field(max_length=80)] = ""
    host_name: ShortText = ""
    slug: Slug

    def columns(self) -> dict[Any, Any]:
        code = self.municipality.code
        return self.model_dump(mode="json", exclude={"municipality"}) | {
            "municipality_code": code,
            "prefecture_code": codes.prefecture_code(code),
        }

    @classmethod
    def saved_in(cls, programme: ProgrammeView) -> Mapping[str, Any]:
        return {name: getattr(programme, name) for name in cls.kept_columns()}

    @classmethod
    def kept_columns(cls) -> tuple[str, ...]:
        return (*(name for name in cls.model_fields if name != "municipality"), "municipality_code")


class StoryForm(PartForm):
    part = Part.STORY

    story: TypedStory = TypedStory()

    def columns(self) -> dict[Any, Any]:
        return {"story": self.story.document()}


class ConditionsForm(PartForm):
    part = Part.CONDITIONS

    minors: Literal["", "accompanied", "with_consent", "not_admitted"] = ""
    age_min: Age | None = None
    age_max: Age | None = None
    conditions: Conditions = Conditions()

    @field_validator("age_max")
    @classmethod
    def _in_order(cls, age_max: int | None, info: ValidationInfo) -> int | None:
        age_min = info.data.get("age_min")
        if age_max is not None and age_min is not None and age_max < age_min:
            raise ValueError(gettext_lazy("年齢の上限は、下限以上にしてください。"))
        if age_max is not None and age_max < 18 and info.data.get("minors") == "not_admitted":
            raise ValueError(
                gettext_lazy(
                    "18歳未満は参加できないので、これではだれも参加できません。上の答えか上限を直してください。"
                )
            )
        return age_max


class MoneyForm(PartForm):
    part = Part.MONEY

    fee_adult: Yen | None = None
    fee_child: Yen | None = None
    pay_per_hour: Yen | None = None
    money: Money = Money()

    def columns(self) -> dict[Any, Any]:
        return super().columns() | {"pay_per_hour": self.pay_per_hour or 0}


class AccessForm(PartForm):
    part = Part.ACCESS

    wheelchair: bool = False
    access: Access = Access()


class ContactForm(PartForm):
    part = Part.CONTACT

    contact: ContactToWrite = ContactToWrite()


FORMS: Mapping[Part, type[PartForm]] = {
    form.part: form
    for form in (BasicForm, StoryForm, ConditionsForm, MoneyForm, AccessForm, ContactForm)
}
SESSIONS = "sessions"  # what a programme has besides its parts


def shown_version(programme: ProgrammeView) -> str:
    """The version of a programme with its sessions: state, instant of the change, parts."""
    parts = (form.fingerprint(programme) for form in FORMS.values())
    return " ".join((programme.state, f"{programme.changed_at.timestamp():.6f}", *parts))


def changed_since(shown: str, programme: ProgrammeView) -> list[str] | None:
    """What changed after the version `shown`: parts, else the sessions; None for no change.

    Empty for another state, and for what is no version.
    """
    now, before = shown_version(programme).split(" "), shown.split(" ")
    if now == before:
        return None
    if len(before) != len(now) or before[0] != now[0]:
        return []
    pairs = zip(FORMS, before[2:], now[2:], strict=True)
    return [part.value for part, old, new in pairs if old != new] or [SESSIONS]


class NewProgrammeForm(Schema):
    """The fields that a draft starts with; the other parts follow."""

    kind: ProgrammeKind
    municipality: MunicipalityChoice
    title: Title

    def programme(self) -> ProgrammeForm:
        """The draft, with a generated slug: a Japanese title gives none. It can be changed."""
        return ProgrammeForm(
            slug=f"{self.kind.value.replace('_', '-')}-{ids.new_id().hex[-6:]}",
            municipality_code=self.municipality.code,
            kind=self.kind,
            title=self.title,
        )
