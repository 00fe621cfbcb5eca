"""A photograph as an office writes it, and as pages show it."""

import uuid
from typing import Annotated, Literal

from pydantic import Field, ValidationInfo, field_validator

from enishi.kit.i18n import gettext_lazy
from enishi.kit.localised import DraftText
from enishi.kit.schema import Schema
from enishi.kit.seen import fingerprint
from enishi.programmes.photographs.tables import People, Rights

MOST_PHOTOGRAPHS = 12


class Alt(DraftText):
    """What is to be seen, for those who do not see it."""

    ja: Annotated[str, Field(min_length=1, max_length=150)]
    en: Annotated[str, Field(max_length=300)] = ""


class PhotographForm(Schema):
    alt: Alt
    credit: Annotated[str, Field(max_length=100)] = ""
    rights: Rights
    people: People


class ChangeForm(Schema):
    """A change of one photograph: its words, its place in the order, or its removal."""

    step: Literal["save", "earlier", "later", "remove"] = "save"
    alt: Alt
    credit: Annotated[str, Field(max_length=100)] = ""
    rights: Rights
    people: People
    sure: Annotated[bool, Field(validate_default=True)] = False

    @field_validator("sure")
    @classmethod
    def _removed_on_purpose(cls, sure: bool, info: ValidationInfo) -> bool:  # noqa: FBT001 (pydantic's)
        if info.data.get("step") == "remove" and not sure:
            raise ValueError(gettext_lazy("写真を外すときは、確認の欄に印を付けてください。"))
        return sure


class Rendition(Schema):
    """One size of a photograph, as files of the store: media type -> id and public id."""

    width: int
    height: int
    files: dict[str, tuple[uuid.UUID, str]]


class PhotographView(Schema):
    """A photograph. `renditions`: from the smallest on, one at least."""

    id: uuid.UUID
    position: int
    alt: DraftText
    credit: str
    rights: Rights
    people: People
    renditions: tuple[Rendition, ...]

    @property
    def largest(self) -> Rendition:
        return self.renditions[-1]

    def addresses(self, media_type: str) -> list[tuple[str, int]]:
        """Public id of the file and width in pixels of each size: for `srcset`."""
        return [
            (each.files[media_type][1], each.width)
            for each in self.renditions
            if media_type in each.files
        ]


def version(photographs: list[PhotographView]) -> str:
    """For the optimistic lock of the office's page."""
    return fingerprint({str(each.id): each.model_dump(mode="json") for each in photographs})
