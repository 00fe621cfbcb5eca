"""The ten national themes, and those that organisations add."""

import asyncio
import uuid
from typing import Any

import pytest

from enishi.audit.tables import AuditEntry
from enishi.themes import errors, service
from enishi.themes import queries as themes
from enishi.themes.schemas import ThemeForm
from enishi.themes.tables import Theme

ORGANISATION = uuid.UUID("019aaf30-0000-7000-8000-000000000001")
OTHER = uuid.UUID("019aaf30-0000-7000-8000-000000000002")
ACTOR = uuid.UUID("019aaf30-0000-7000-8000-000000000003")


def form(parent_id: uuid.UUID, **changes: Any) -> Any:
    typed = {
        "parent_id": parent_id,
        "slug": "fishing-village",
        "title": {"ja": "漁村のくらし"},
        "summary": {"ja": "漁村で続けて暮らす方法を考えます。"},
    }
    return ThemeForm.model_validate(typed | changes)


async def test_the_ten_directions_are_there_in_order_and_in_every_language() -> None:
    national = await themes.list_national_themes()

    assert [theme.number for theme in national] == list(range(1, 11))
    assert len({theme.slug for theme in national}) == 10
    for theme in national:
        assert theme.title.ja
        assert theme.title.en
        assert theme.summary.ja
        assert theme.summary.en
        assert theme.summary.easy_ja
        assert theme.id.version == 7


async def test_filling_again_changes_nothing_and_mends_what_differs() -> None:
    assert await service.fill() == []
    first = (await themes.list_national_themes())[0]
    await Theme.update({Theme.slug: "something-else"}).where(Theme.id == first.id)

    assert await service.outdated() == ["themes/national"]
    assert await service.fill() == ["themes/national"]
    assert (await themes.list_national_themes())[0] == first


async def test_an_organisation_adds_a_theme_that_only_its_own_tree_shows() -> None:
    parent = (await themes.list_national_themes())[5]
    theme_id = await service.add_theme(ACTOR, ORGANISATION, form(parent.id))
    deeper = await service.add_theme(ACTOR, ORGANISATION, form(theme_id, slug="boats"))

    mine = (await themes.list_tree(ORGANISATION))[5]
    assert mine.below[0].theme.title.ja == "漁村のくらし"
    assert mine.below[0].below[0].theme.id == deeper
    assert all(branch.below == () for branch in await themes.list_tree(OTHER))
    assert all(branch.below == () for branch in await themes.list_tree())
    assert len(await themes.list_national_themes()) == 10
    entry = await AuditEntry.objects().where(AuditEntry.subject_id == str(theme_id)).first()
    assert entry is not None
    assert (entry.action, entry.actor_id, entry.organisation_id) == (
        "themes.theme.added",
        ACTOR,
        ORGANISATION,
    )


async def test_a_theme_may_not_hang_below_another_organisations_theme() -> None:
    parent = (await themes.list_national_themes())[0]
    foreign = await service.add_theme(ACTOR, OTHER, form(parent.id))

    for unknown in (foreign, uuid.uuid4()):
        with pytest.raises(errors.UnknownParentError):
            await service.add_theme(ACTOR, ORGANISATION, form(unknown))


async def test_a_slug_is_used_once_in_each_organisation() -> None:
    parent = (await themes.list_national_themes())[0]
    await service.add_theme(ACTOR, ORGANISATION, form(parent.id))
    await service.add_theme(ACTOR, OTHER, form(parent.id))

    with pytest.raises(errors.SlugTakenError):
        await service.add_theme(ACTOR, ORGANISATION, form(parent.id))


async def test_of_two_themes_with_one_slug_at_once_one_is_refused(own_database: None) -> None:
    parent = (await themes.list_national_themes())[0]
    tries = (service.add_theme(ACTOR, ORGANISATION, form(parent.id)) for _ in range(8))
    results = await asyncio.gather(*tries, return_exceptions=True)

    assert sum(isinstance(result, uuid.UUID) for result in results) == 1
    assert sum(isinstance(result, errors.SlugTakenError) for result in results) == 7
