"""An office adds themes of its own below the ten."""

import uuid
from typing import Any

from tests.fixtures.accounts import SignIn, make_member, make_organisation

from enishi.themes import queries, service
from enishi.themes.schemas import ThemeForm

_PAGE = "/ja/office/hida/themes"


async def _form(parent: uuid.UUID | str, **fields: str) -> dict[str, str]:
    return {
        "submission": str(uuid.uuid4()),
        "parent_id": str(parent),
        "slug": "yamazato",
        "title.ja": "山里のくらし",
        "summary.ja": "山里で続けられるくらしを考えます。",
        **fields,
    }


async def _sixth() -> uuid.UUID:
    return (await queries.list_national_themes())[5].id


async def test_an_editor_adds_a_theme_and_everybody_of_the_office_sees_it(
    organisation: uuid.UUID, browser_of: SignIn
) -> None:
    editor = await browser_of(await make_member(organisation, "editor"))
    answer = await editor.post(_PAGE, data=await _form(await _sixth()))
    assert (answer.status_code, answer.headers["location"]) == (303, f"{_PAGE}?saved")

    analyst = await browser_of(await make_member(organisation, "analyst"))
    assert "山里のくらし" in (await analyst.get(_PAGE)).text
    refused = await analyst.post(_PAGE, data=await _form(await _sixth(), slug="other"))
    assert refused.status_code == 403


async def test_what_is_wrong_is_said_at_its_field_and_what_was_typed_stays(
    organisation: uuid.UUID, browser_of: SignIn
) -> None:
    editor = await browser_of(await make_member(organisation, "editor"))
    parent = await _sixth()
    await editor.post(_PAGE, data=await _form(parent))

    twice = await editor.post(_PAGE, data=await _form(parent, **{"title.ja": "べつの名前"}))
    assert twice.status_code == 409
    assert 'href="#f-slug"' in twice.text
    assert "べつの名前" in twice.text
    empty = await editor.post(_PAGE, data=await _form(parent, **{"title.ja": ""}))
    assert empty.status_code == 422
    assert 'href="#f-title.ja"' in empty.text


async def test_a_theme_of_another_office_is_no_parent(
    organisation: uuid.UUID, browser_of: SignIn
) -> None:
    other = await make_organisation("kaga", lg_code=None)
    values: dict[str, Any] = {"ja": "よその"}
    theirs = await service.add_theme(
        await make_member(other, "editor"),
        other,
        ThemeForm.model_validate(
            {"parent_id": await _sixth(), "slug": "x", "title": values, "summary": values}
        ),
    )
    editor = await browser_of(await make_member(organisation, "editor"))
    answer = await editor.post(_PAGE, data=await _form(theirs))
    assert answer.status_code == 422
    assert 'href="#f-parent_id"' in answer.text
