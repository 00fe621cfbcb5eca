"""Reads of themes."""

import uuid
from collections import defaultdict
from collections.abc import Iterable

from enishi.kit import db
from enishi.themes.schemas import ThemeBranch, ThemeView
from enishi.themes.tables import Theme

_COLUMNS = (
    Theme.id,
    Theme.organisation_id,
    Theme.parent.as_alias("parent_id"),
    Theme.number,
    Theme.slug,
    Theme.title,
    Theme.summary,
)


async def list_national_themes() -> list[ThemeView]:
    """The ten national themes, ordered by number."""
    rows = (
        await Theme.select(*_COLUMNS)
        .where(Theme.organisation_id.is_null())
        .order_by(Theme.number)
        .output(load_json=True)
    )
    return [ThemeView.model_validate(row) for row in rows]


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
    rows = (
        await Theme.select(*_COLUMNS)
        .where(Theme.organisation_id.is_null() | (Theme.organisation_id == organisation_id))
        .order_by(Theme.number, Theme.slug)
        .output(load_json=True)
    )
    below: dict[uuid.UUID | None, list[ThemeView]] = defaultdict(list)
    for row in rows:
        theme = ThemeView.model_validate(row)
        below[theme.parent_id].append(theme)

    def branch(theme: ThemeView) -> ThemeBranch:
        return ThemeBranch(theme=theme, below=tuple(branch(each) for each in below[theme.id]))

    return [branch(theme) for theme in below[None]]
