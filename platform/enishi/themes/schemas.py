"""What the themes domain takes in and gives out."""

import uuid
from typing import Annotated

from pydantic import Field

from enishi.kit.localised import LocalisedText
from enishi.kit.schema import Schema
from enishi.kit.slugs import Slug


class ThemeTitle(LocalisedText):
    ja: Annotated[str, Field(min_length=1, max_length=60)]
    en: Annotated[str, Field(max_length=120)] = ""


class ThemeSummary(LocalisedText):
    ja: Annotated[str, Field(min_length=1, max_length=400)]
    en: Annotated[str, Field(max_length=1200)] = ""


class ThemeForm(Schema):
    """A new theme of an organisation, below a national theme or one of its own."""

    parent_id: uuid.UUID
    slug: Slug
    title: ThemeTitle
    summary: ThemeSummary


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
