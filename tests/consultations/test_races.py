"""Two people at once: one address for two dialogues, publishing what is being rewritten."""

import asyncio
import contextvars
import uuid
from typing import Any

import asyncpg
import pytest
from tests.consultations.build import invalidate, make_dialogue, make_statement
from tests.fixtures.accounts import actor_of, make_member, make_organisation

from enishi.kit import clock, db

_WAITING = """
SELECT EXISTS (SELECT FROM pg_stat_activity
    WHERE datname = current_database() AND wait_event_type = 'Lock')
"""


async def form_of(slug: str) -> Any:
    from enishi.consultations.core.schemas import ConsultationForm

    return ConsultationForm.model_validate({"slug": slug, "title": {"ja": "バスの対話"}})


async def test_two_drafts_that_want_one_address_get_it_once(own_database: None) -> None:
    from enishi.consultations.office.service import consultations

    organisation = await make_organisation("hida")
    actor = await actor_of(await make_member(organisation, "editor"))
    form = await form_of("bus")
    made = await asyncio.gather(
        *(consultations.create(actor, organisation, form) for _ in range(4)), return_exceptions=True
    )
    assert sorted(type(each).__name__ for each in made) == ["SlugTakenError"] * 3 + ["UUID"]


@pytest.mark.parametrize("act", ["publish", "close_now"])
async def test_what_is_rewritten_meanwhile_is_neither_published_nor_moved(
    act: str, own_database: None
) -> None:
    from enishi.consultations.core import queries
    from enishi.consultations.office.service import consultations
    from enishi.settings import get_settings
    from enishi.themes import queries as themes

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
    seen = await queries.get_for_office(organisation, made.slug)
    other = await asyncpg.connect(get_settings().database_dsn)
    try:
        rewriting = other.transaction()
        await rewriting.start()
        await other.fetch(
            "UPDATE consultations_consultation SET problem = NULL, version = version + 1"
            " WHERE id = $1",
            made.id,
        )
        acting = asyncio.ensure_future(getattr(consultations, act)(actor, seen))
        while not await other.fetchval(_WAITING):  # noqa: ASYNC110 (PostgreSQL tells nobody)
            await asyncio.sleep(0.01)
        await rewriting.commit()
        with pytest.raises(consultations.ChangedMeanwhileError):
            await acting
    finally:
        await other.close()
    after = await queries.get_for_office(organisation, made.slug)
    assert (after.published_at is None, after.phases) == (act == "publish", seen.phases)


async def test_what_is_asked_before_a_commit_is_not_remembered_after_it(own_database: None) -> None:
    from enishi.consultations.core import queries as consultations
    from enishi.consultations.voting import queries as statements
    from enishi.consultations.voting import service
    from enishi.consultations.voting.schemas import StatementForm

    made = await make_dialogue()
    ref = await consultations.find_by_slug(made.slug)
    assert ref is not None
    invalidate()
    actor = await actor_of(await make_member(made.organisation_id, "editor"))
    async with db.unit_of_work():  # as a form has one around the service
        seed = await service.add_seed(actor, ref, StatementForm(text="便を増やす"))
        somebody_else = contextvars.Context()
        asking = somebody_else.run(lambda: asyncio.ensure_future(statements.public_ids(made.id)))
        assert (await asking).by_number == ()
    assert (await statements.public_ids(made.id)).by_number == (seed.statement_id,)
