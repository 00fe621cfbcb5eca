"""Input and output types of arguments and of the texts under them."""

import json
import uuid
from datetime import datetime
from enum import StrEnum
from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Field, field_validator
from pydantic_core.core_schema import ValidationInfo

from enishi.consultations.core.translations import TranslatableText
from enishi.kit.i18n import gettext_lazy
from enishi.kit.localised import LocalisedText
from enishi.kit.pagination import PAGE_SIZE
from enishi.kit.schema import Schema
from enishi.kit.text_validation import PlainText, length_up_to

TITLE_LIMIT, SUMMARY_LIMIT = 80, 600
MOST_ARGUMENTS = 500  # of a consultation
_LAST_POSITION = 999

Version = Annotated[int, Field(ge=1, lt=2**31)]


def _from_json(value: Any) -> Any:
    """The driver gives a JSONB column as text."""
    return json.loads(value) if isinstance(value, str) else value


class ArgumentTitle(LocalisedText):
    ja: Annotated[PlainText, length_up_to(TITLE_LIMIT)]
    en: Annotated[PlainText, Field(max_length=200)] = ""


class ArgumentSummary(LocalisedText):
    ja: Annotated[PlainText, length_up_to(SUMMARY_LIMIT)]
    en: Annotated[PlainText, Field(max_length=2000)] = ""


StoredTitle = Annotated[LocalisedText, BeforeValidator(_from_json)]
StoredText = Annotated[LocalisedText | None, BeforeValidator(_from_json)]


class NewArgumentForm(Schema):
    title: ArgumentTitle
    summary: ArgumentSummary | None = None
    is_pinned: bool = False


class ArgumentForm(NewArgumentForm):
    """A saved argument; `version` is the one that the form was opened with."""

    position: Annotated[int, Field(ge=1, le=_LAST_POSITION)]
    version: Version


ChosenTexts = Annotated[list[uuid.UUID], Field(max_length=PAGE_SIZE)]


def _some(texts: list[uuid.UUID]) -> list[uuid.UUID]:
    if not texts:
        raise ValueError(gettext_lazy("一つ以上選んでください。"))
    return texts


class PlacingForm(Schema):
    """Texts that are put under an argument: ids of opinions and statements."""

    texts: ChosenTexts

    _check = field_validator("texts")(_some)


class MovingAct(StrEnum):
    TAKE_OUT = "take_out"
    SPLIT = "split"


class MovingForm(PlacingForm):
    """Texts that leave an argument, to none or to a new one with this title."""

    act: MovingAct
    title: Annotated[ArgumentTitle | None, Field(validate_default=True)] = None

    @field_validator("title")
    @classmethod
    def _check_title(
        cls, title: ArgumentTitle | None, info: ValidationInfo
    ) -> ArgumentTitle | None:
        if title is None and info.data.get("act") is MovingAct.SPLIT:
            raise ValueError(gettext_lazy("新しい論点の題名を入力してください。"))
        return title


class MergingForm(Schema):
    """The argument that takes in all texts of another one, whose `version` was read."""

    into: uuid.UUID
    version: Version


class Shown(StrEnum):
    """Which texts an office chooses from."""

    UNPLACED = "unplaced"
    ALL = "all"


class Search(Schema):
    """A page of the texts that can be put under an argument."""

    words: str = ""
    shown: Shown = Shown.UNPLACED
    after: str | None = None


class TextCounts(Schema):
    """Public texts under an argument. `texts` counts those that differ in more than white space."""

    texts: int = 0
    opinions: int = 0
    statements: int = 0


class ArgumentRow(Schema):
    """An argument as its office reads it."""

    id: uuid.UUID
    number: int
    position: int
    is_pinned: bool
    version: int
    text_number: int
    title: StoredTitle
    summary: StoredText
    answered_from: datetime | None
    counts: TextCounts = TextCounts()


class Unplaced(Schema):
    """Public texts of a consultation that are under no argument."""

    opinions: int
    statements: int

    @property
    def total(self) -> int:
        return self.opinions + self.statements


class GatheredText(TranslatableText):
    """An opinion or a statement that is public; `kind` says which."""

    kind: Literal["opinion", "statement"]
    id: uuid.UUID
    nickname: str
    created_at: datetime
    # Whether it is under any argument; for the office.
    is_placed: bool = True
