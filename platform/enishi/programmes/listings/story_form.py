"""The form of the host's words, the timetable and the meeting point."""

import re
import unicodedata
from datetime import time
from typing import Annotated, Any

from pydantic import Field, field_validator
from pydantic_core.core_schema import ValidationInfo

from enishi.kit.i18n import gettext_lazy
from enishi.kit.schema import Schema
from enishi.programmes.listings.documents import Line, Paragraph

MOST_ROWS = 20
# Degrees; the islands of Japan lie well inside.
_LATITUDES, _LONGITUDES = (20.0, 46.0), (122.0, 154.0)
_POINT = re.compile(r"(\d{1,3}(?:\.\d{1,20})?)[,、\s]\s*(\d{1,3}(?:\.\d{1,20})?)")


def _point(typed: str) -> str:
    """The point in its one spelling. Raises ValueError for what is no point in Japan."""
    if not typed:
        return ""
    found = _POINT.fullmatch(unicodedata.normalize("NFKC", typed).strip(" ()"))
    if found is None:
        raise ValueError(
            gettext_lazy(
                "緯度と経度を、コンマで区切って入力してください。例：36.238100, 137.186300"
            )
        )
    latitude, longitude = float(found[1]), float(found[2])
    if not (
        _LATITUDES[0] <= latitude <= _LATITUDES[1] and _LONGITUDES[0] <= longitude <= _LONGITUDES[1]
    ):
        raise ValueError(gettext_lazy("日本の中の場所を、緯度、経度の順に入力してください。"))
    return f"{latitude:.6f},{longitude:.6f}"


class TypedRow(Schema):
    """A row of the timetable as typed: both fields, or none."""

    at: time | None = None
    what: Annotated[Line, Field(validate_default=True)] = Line()

    @field_validator("at")
    @classmethod
    def _of_the_day(cls, at: time | None) -> time | None:
        return None if at is None else at.replace(second=0, microsecond=0, tzinfo=None)

    @field_validator("what")
    @classmethod
    def _both(cls, what: Line, info: ValidationInfo) -> Line:
        if what.ja and info.data.get("at", "") is None:
            raise ValueError(gettext_lazy("時刻も入力してください。"))
        if not what.ja and (what.en or info.data.get("at") is not None):
            raise ValueError(gettext_lazy("何をするのかを入力してください。"))
        return what


class TypedStory(Schema):
    host_words: Paragraph = Paragraph()
    timetable: Annotated[list[TypedRow], Field(max_length=MOST_ROWS)] = Field(default=[])
    meeting_point: Annotated[str, Field(max_length=60)] = ""

    @field_validator("meeting_point")
    @classmethod
    def _check_point(cls, typed: str) -> str:
        return _point(typed)

    def document(self) -> dict[str, Any]:
        """As stored: without empty rows, ordered by time."""
        rows = sorted(
            (row for row in self.timetable if row.at is not None), key=lambda row: str(row.at)
        )
        made = self.model_dump(mode="json")
        return made | {"timetable": [row.model_dump(mode="json") for row in rows]}
