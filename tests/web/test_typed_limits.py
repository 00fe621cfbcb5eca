"""Limits of what is typed: refused with the limit and its unit, and never cut in silence."""

import re
from pathlib import Path
from typing import Annotated

import pytest
from pydantic import Field
from tests.architecture.test_policies import all_routes
from tests.fixtures.accounts import SignIn, make_member, make_organisation
from tests.programmes.build import PARTS, draft, form, session_form

from enishi.kit import db
from enishi.kit.forms import check, longest
from enishi.kit.ids import SLUG_PATTERN
from enishi.kit.schema import Schema
from enishi.kit.slugs import RESERVED
from enishi.kit.text_validation import PlainText

_TEMPLATES = Path(__file__).parents[2] / "frontend_templates"
# Where a browser may cut: the reader sees it at once, and nothing is stored.
_CUT = {
    "components/date.html": "the digits of a year, a month and a day",
    "consultations/statements.html": "search words",
    "errors/error.html": "search words",
    "places/index.html": "search words",
    "places/picker.html": "search words",
    "relations/mine.html": "search words",
}


def _templates_with(pattern: str) -> set[str]:
    return {
        str(path.relative_to(_TEMPLATES))
        for path in _TEMPLATES.glob("**/*.html")
        if re.search(pattern, re.sub(r"\{#.*?#\}", "", path.read_text(), flags=re.DOTALL))
    }


def test_no_field_of_a_form_cuts_what_is_pasted() -> None:
    assert _templates_with("maxlength") == set(_CUT)


def test_a_limit_is_written_in_the_model_only() -> None:
    assert _templates_with(r"\blimit=\d") == {"styleguide/_fields.html"}


def test_the_slugs_that_pages_need_are_reserved() -> None:
    paths = {tuple(each.path.strip("/").split("/")) for each in all_routes()}
    needed = {
        other[depth]
        for path in paths
        for depth, part in enumerate(path)
        if part.endswith("slug:str}")
        for other in paths
        if other[:depth] == path[:depth]
        and len(other) > depth
        and re.fullmatch(SLUG_PATTERN, other[depth])
    }
    assert "new" in needed
    assert needed <= RESERVED


class _Limited(Schema):
    text: Annotated[PlainText, Field(max_length=3)] = ""
    choices: Annotated[tuple[str, ...], Field(max_length=2)] = ()


def test_a_text_is_measured_in_characters_and_a_list_in_items() -> None:
    form = check({"text": ["四文字だ"], "choices": ["a", "b", "c"]}, _Limited)
    assert form.errors == {
        "text": "3文字以内で入力してください。",
        "choices": "2件以内にしてください。",
    }
    assert longest(_Limited, "text") == 3


@pytest.mark.parametrize(
    ("part", "typed", "said"),
    [
        ("contact", {"contact.telephone": "でんわ"}, "0577-73-7481"),
        ("contact", {"contact.mail": "a@b"}, "name@example.jp"),
        ("basic", {"slug": "new"}, "ほかのページが使うことば"),
        ("basic", {"title.ja": "題" * 61}, "60文字以内"),
        ("money", {"fee_adult": "99999999"}, "10000000以下"),
    ],
)
async def test_a_programme_says_what_is_wrong_at_the_field(
    browser_of: SignIn, part: str, typed: dict[str, str], said: str
) -> None:
    browser = await browser_of(await make_member(await make_organisation("hida"), "editor"))
    at = await draft(browser)
    answer = await browser.post(f"{at}/edit/{part}", data=form() | PARTS[part] | typed)
    assert answer.status_code == 422
    assert said in answer.text
    assert all(value in answer.text for value in typed.values())


async def test_yen_and_places_are_typed_as_they_are_written(browser_of: SignIn) -> None:
    browser = await browser_of(await make_member(await make_organisation("hida"), "editor"))
    at = await draft(browser)
    page = await browser.get(f"{at}/edit/money")
    found = re.search(r'name="seen" value="(\w+)"', page.text)
    assert found is not None
    typed = {"seen": found[1], "fee_adult": "３，０００円"}
    saved = await browser.post(f"{at}/edit/money", data=form() | PARTS["money"] | typed)
    assert saved.status_code == 303, saved.text
    [row] = await db.fetch("SELECT fee_adult FROM programmes_programme")
    assert row["fee_adult"] == 3000
    refused = await browser.post(f"{at}/sessions/new", data=session_form(capacity="1,000,000人"))
    assert refused.status_code == 422
    assert "以下の数を入力してください" in refused.text
    assert "1,000,000人" in refused.text


@pytest.mark.parametrize(
    ("typed", "said"),
    [({"slug": "new"}, "ほかのページ"), ({"title.ja": "題" * 61}, "60文字以内")],
)
async def test_a_theme_has_a_short_title_and_a_free_slug(
    browser_of: SignIn, typed: dict[str, str], said: str
) -> None:
    browser = await browser_of(await make_member(await make_organisation("hida"), "editor"))
    [row] = await db.fetch("SELECT id FROM themes_theme WHERE number = 6")
    whole = form(parent_id=str(row["id"]), slug="yama", title__ja="山", summary__ja="山のくらし")
    answer = await browser.post("/ja/office/hida/themes", data=whole | typed)
    assert answer.status_code == 422
    assert said in answer.text
