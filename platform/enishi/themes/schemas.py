"""What the themes domain takes in and gives out."""

import uuid
from typing import Annotated

from pydantic import Field, StringConstraints

from enishi.kit.ids import SLUG_PATTERN
from enishi.kit.localised import LocalisedText
from enishi.kit.schema import Schema

Slug = Annotated[str, StringConstraints(pattern=SLUG_PATTERN)]


class ThemeForm(Schema):
    """A new theme of an organisation, below a national theme or one of its own."""

    parent_id: uuid.UUID
    slug: Slug
    title: LocalisedText
    summary: LocalisedText


class ThemeView(Schema):
    """`number` is 1-10 for the national themes, None for an organisation's own."""

    id: uuid.UUID
    organisation_id: uuid.UUID | None
    parent_id: uuid.UUID | None
    number: int | None
    slug: str
    title: LocalisedText
    summary: LocalisedText


class ThemeBranch(Schema):
    """A theme with the themes directly below it."""

    theme: ThemeView
    below: tuple["ThemeBranch", ...] = Field(default=())
