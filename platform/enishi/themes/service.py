"""Writes of the ten national themes from the shipped file, and of organisations' own themes."""

import json
import uuid
from functools import cache
from pathlib import Path

from enishi.audit import service as audit
from enishi.kit import clock, db
from enishi.kit.ids import new_id
from enishi.themes.errors import SlugTakenError, UnknownParentError
from enishi.themes.queries import list_national_themes
from enishi.themes.schemas import ThemeForm, ThemeView

_FILE = Path(__file__).parent / "data" / "national.json"


@cache
def national_themes() -> tuple[ThemeView, ...]:
    """The ten national themes as they ship with the code."""
    return tuple(
        ThemeView(organisation_id=None, parent_id=None, **entry)
        for entry in json.loads(_FILE.read_text(encoding="utf-8"))
    )


async def outdated() -> list[str]:
    """The datasets that `fill` would write; needs the migrated tables."""
    held = await list_national_themes()
    return [] if held == list(national_themes()) else ["themes/national"]


async def fill() -> list[str]:
    """Bring the ten national themes up to the shipped file; a part of `enishi migrate`."""
    if not await outdated():
        return []
    async with db.unit_of_work():
        for theme in national_themes():
            await db.execute(
                "INSERT INTO themes_theme (id, number, slug, title, summary, created_at)"
                " VALUES ($1, $2, $3, $4::jsonb, $5::jsonb, $6)"
                " ON CONFLICT (id) DO UPDATE SET number = excluded.number, slug = excluded.slug,"
                " title = excluded.title, summary = excluded.summary",
                theme.id,
                theme.number,
                theme.slug,
                theme.title.model_dump_json(),
                theme.summary.model_dump_json(),
                clock.now(),
            )
    return ["themes/national"]


async def add_theme(actor_id: uuid.UUID, organisation_id: uuid.UUID, form: ThemeForm) -> uuid.UUID:
    """Add a theme of an organisation below a national one or one of its own.

    The caller has checked that the actor may write for the organisation. Raises
    UnknownParentError, and SlugTakenError for a slug that the organisation uses already.
    """
    theme_id = new_id()
    async with db.unit_of_work():
        # One statement finds and locks the parent; the unique constraint settles races for a slug.
        [found] = await db.fetch(
            "WITH parent AS MATERIALIZED (SELECT id FROM themes_theme WHERE id = $3"
            " AND (organisation_id IS NULL OR organisation_id = $2) FOR KEY SHARE),"
            " added AS (INSERT INTO themes_theme"
            " (id, organisation_id, parent, slug, title, summary, created_at)"
            " SELECT $1, $2, parent.id, $4, $5::jsonb, $6::jsonb, $7 FROM parent"
            " ON CONFLICT (organisation_id, slug) DO NOTHING RETURNING id)"
            " SELECT (SELECT count(*) FROM parent) AS parents,"
            " (SELECT count(*) FROM added) AS added",
            theme_id,
            organisation_id,
            form.parent_id,
            form.slug,
            form.title.model_dump_json(),
            form.summary.model_dump_json(),
            clock.now(),
        )
        if not found["parents"]:
            raise UnknownParentError
        if not found["added"]:
            raise SlugTakenError
        await audit.record(
            "themes.theme.added",
            actor_id=actor_id,
            organisation_id=organisation_id,
            subject=("theme", theme_id),
            parent_id=str(form.parent_id),
        )
    return theme_id
