"""Concurrent writes: one slug for two drafts, publication during an edit, reads before a commit."""

import asyncio
import contextvars
import uuid

import asyncpg
import pytest
from tests.consultations.build import invalidate, make_dialogue, make_statement
from tests.fixtures.accounts import actor_of, make_member, make_organisation

from enishi.consultations.core import queries as consultations
from enishi.consultations.core.errors import ChangedMeanwhileError
from enishi.consultations.office.part_forms import ContactForm
from enishi.consultations.office.service import moves, parts
from enishi.consultations.voting import queries as statements
from enishi.consultations.voting import service as statement_service
from enishi.consultations.voting.schemas import StatementForm
from enishi.kit import clock, db
from enishi.settings import get_settings
from enishi.themes import queries as themes

_WAITING = """
SELECT EXISTS (SELECT FROM pg_stat_activity
    WHERE datname = current_database() AND wait_event_type = 'Lock')
"""


async def test_concurrent_drafts_get_one_slug_once(own_database: None) -> None:
    organisation = await make_organisation("hida")
    actor = await actor_of(await make_member(organisation, "editor"))
    form = ContactForm(slug="bus")
    drafts = [
        await make_dialogue(organisation_id=organisation, published_at=None) for _ in range(4)
    ]
    views = [await consultations.get_for_office(organisation, each.slug) for each in drafts]
    saved = await asyncio.gather(
        *(parts.edit(actor, view, form, form.fingerprint(view)) for view in views),
        return_exceptions=True,
    )
    assert sorted(type(each).__name__ for each in saved) == ["SlugTakenError"] * 3 + ["str"]


@pytest.mark.parametrize("act", ["publish", "close_now"])
async def test_a_concurrent_edit_stops_publication_and_closing(
    act: str, own_database: None
) -> None:
    organisation = await make_organisation("hida")
    actor = await actor_of(await make_member(organisation, "editor"))
    published_at = None if act == "publish" else clock.now()
    made = await make_dialogue(organisation_id=organisation, published_at=published_at)
    await make_statement(made)
    [theme, *_] = await themes.list_tree(organisation)
    await db.fetch(
        "INSERT INTO consultations_theme (id, consultation_id, theme_id) VALUES ($1, $2, $3)",
        uuid.uuid4(),
        made.id,
        theme.theme.id,
    )
    seen = await consultations.get_for_office(organisation, made.slug)
    other = await asyncpg.connect(get_settings().database_dsn)
    try:
        rewriting = other.transaction()
        await rewriting.start()
        await other.fetch(
            "UPDATE consultations_consultation SET problem = NULL, version = version + 1"
            " WHERE id = $1",
            made.id,
        )
        acting = asyncio.ensure_future(getattr(moves, act)(actor, seen, seen.version))
        while not await other.fetchval(_WAITING):  # noqa: ASYNC110 (PostgreSQL sends no event)
            await asyncio.sleep(0.01)
        await rewriting.commit()
        with pytest.raises(ChangedMeanwhileError):
            await acting
    finally:
        await other.close()
    after = await consultations.get_for_office(organisation, made.slug)
    assert (after.published_at is None, after.phases) == (act == "publish", seen.phases)


async def test_a_read_before_a_commit_is_not_cached_after_it(own_database: None) -> None:
    made = await make_dialogue()
    ref = await consultations.find_by_slug(made.slug)
    assert ref is not None
    invalidate()
    actor = await actor_of(await make_member(made.organisation_id, "editor"))
    async with db.unit_of_work():  # as a form has one around the service
        seed = await statement_service.add_seed(actor, ref, StatementForm(text="便を増やす"))
        other_request = contextvars.Context()
        asking = other_request.run(lambda: asyncio.ensure_future(statements.public_ids(made.id)))
        assert (await asking).by_number == ()
    assert (await statements.public_ids(made.id)).by_number == (seed.statement_id,)
