"""The summary of errors names the field of each message, and links to where it is."""

import re
import uuid
from typing import Any

import httpx
import pytest
from tests.consultations.build import invalidate, make_dialogue
from tests.fixtures.accounts import Browser
from tests.programmes.listed import make_date, make_programme

from enishi.web.error_summaries import name_fields


def summary(page: httpx.Response) -> list[tuple[str, str]]:
    """(id that it links to, text) of each message; every link leads somewhere."""
    assert page.status_code == 422, page.text
    [listed] = re.findall(r"data-error-summary>(.*?)</div>", page.text, re.DOTALL)
    links: list[tuple[str, str]] = re.findall(r'<a href="#([^"]+)">(.*?)</a>', listed)
    assert [target for target, _ in links if f'id="{target}"' not in page.text] == []
    return links


async def test_two_messages_of_one_wording_are_told_apart(signed_in: Browser) -> None:
    session_id = await make_date(await make_programme())
    people = {f"party.{n}.{name}": "" for n in (0, 1) for name in ("name", "age")}
    kinds = {"party.0.kind": "adult", "party.1.kind": "child"}
    answer = await signed_in.post(
        f"/ja/programmes/sessions/{session_id}/apply",
        data=people | kinds | {"submission": str(uuid.uuid4())},
    )
    links = summary(answer)
    assert [text.split("：")[0] for _, text in links][:2] == ["1人目 お名前", "2人目 お名前"]


@pytest.mark.parametrize(
    ("address", "sent", "named"),
    [
        (
            "/ja/me",
            {
                "display_name": "",
                "language": "xx",
                "home_municipality.code": "1",
                "birth_year": "1",
            },
            ["表示名", "言語", "お住まいの市区町村", "生まれた年（西暦）"],
        ),
        ("/ja/me/close", {}, ["元に戻せないことを理解しました"]),
        ("/ja/places/municipalities/212172/register", {"reasons": "x"}, ["この地域とかかわる理由"]),
        (
            "/en/me",
            {"display_name": "", "language": "en"},
            ["Display name"],
        ),
    ],
)
async def test_each_kind_of_field_has_its_label(
    signed_in: Browser, address: str, sent: dict[str, Any], named: list[str]
) -> None:
    answer = await signed_in.post(address, data=sent | {"submission": str(uuid.uuid4())})
    assert [re.split("：|: ", text)[0] for _, text in summary(answer)] == named


async def test_a_group_of_choices_has_its_legend(visitor: httpx.AsyncClient) -> None:
    invalidate()
    at = f"/ja/dialogues/{(await make_dialogue()).slug}/opinions/new"
    answer = await visitor.post(at, data={"text": "", "name_shown": "x"})
    assert [(to, text.split("：")[0]) for to, text in summary(answer)] == [
        ("f-text", "ご意見の本文"),
        ("f-name_shown", "お名前の表示"),
    ]


def test_a_page_without_a_summary_stays_as_it_is() -> None:
    assert name_fields("<p>a < b</p>") == "<p>a < b</p>"


def test_labels_are_text() -> None:
    page = (
        '<div data-error-summary><a href="#f-a.b" data-error>x</a><a href="#f-c" data-error>y</a>'
        '</div><label for="f-a">A &amp; &lt;b&gt; <span class="field__need">required</span></label>'
        '<input id="f-a">'
    )
    assert name_fields(page).startswith(
        '<div data-error-summary><a href="#f-a">A &amp; &lt;b&gt;：x</a><a href="#f-c">y</a>'
    )
