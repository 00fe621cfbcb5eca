"""Reads of themes."""

import uuid
from collections import defaultdict
from collections.abc import Iterable
from typing import Any

from enishi.kit import db
from enishi.themes.schemas import ThemeBranch, ThemeView

_THEMES = """
SELECT id, organisation_id, parent AS parent_id, number, slug, title, summary FROM themes_theme
"""


async def _list(statement: str, *args: Any) -> list[ThemeView]:
    return [
        ThemeView.model_validate(
            row | {"title": db.document(row["title"]), "summary": db.document(row["summary"])}
        )
        for row in await db.fetch(statement, *args)
    ]


async def list_national_themes() -> list[ThemeView]:
    """The ten national themes, ordered by number."""
    return await _list(f"{_THEMES} WHERE organisation_id IS NULL ORDER BY number")


_NATIONAL = """
WITH RECURSIVE above AS (
    SELECT id, parent, number, slug FROM themes_theme WHERE id = ANY ($1)
    UNION
    SELECT t.id, t.parent, t.number, t.slug FROM themes_theme t JOIN above a ON t.id = a.parent
)
SELECT slug FROM above WHERE number IS NOT NULL ORDER BY number
"""


async def list_national_slugs(theme_ids: Iterable[uuid.UUID]) -> list[str]:
    """The slugs of the national themes above these themes, each once, ordered by number."""
    return [row["slug"] for row in await db.fetch(_NATIONAL, list(theme_ids))]


async def list_tree(organisation_id: uuid.UUID | None = None) -> list[ThemeBranch]:
    """The ten national themes, and below them the organisation's own, ordered by slug."""
    themes = await _list(
        f"{_THEMES} WHERE organisation_id IS NULL OR organisation_id = $1 ORDER BY number, slug",
        organisation_id,
    )
    below: dict[uuid.UUID | None, list[ThemeView]] = defaultdict(list)
    for theme in themes:
        below[theme.parent_id].append(theme)

    def branch(theme: ThemeView) -> ThemeBranch:
        return ThemeBranch(theme=theme, below=tuple(branch(each) for each in below[theme.id]))

    return [branch(theme) for theme in below[None]]
