"""Texts of organisers are shown in the language of the address, or marked as another one."""

import json
import re
import uuid
from typing import Any

import httpx
import icalendar
import pytest
from tests.fixtures.accounts import Browser, SignIn, make_member
from tests.programmes.build import draft, write
from tests.programmes.listed import Listed, make_date, make_programme, text


@pytest.fixture
async def editor(organisation: uuid.UUID, browser_of: SignIn) -> Browser:
    return await browser_of(await make_member(organisation, "editor"))


async def made() -> Listed:
    programme = await make_programme(
        conditions={"companion_rule": text("保護者一人に二人まで"), "physical_load": "heavy"},
        money={"included": text("昼食", "Lunch"), "meals": text("弁当", "A packed lunch")},
        access={"note": text("砂利道です", "The path is gravel")},
        contact={"name": text("山田", "Ms Yamada"), "mail": "a@e.example"},
    )
    await make_date(programme)
    return programme


def note(words: str, language: str) -> str:
    return f'<span class="text note" lang="{language}">{words}</span>'


async def test_each_language_reads_its_own_words_and_japanese_is_marked_as_such(
    visitor: httpx.AsyncClient,
) -> None:
    programme = await made()
    english = (await visitor.get(f"/en/programmes/{programme.slug}")).text
    for words in ("Lunch", "A packed lunch", "The path is gravel"):
        assert note(words, "en") in english
    assert '<span lang="en">Ms Yamada</span>' in english
    mark = ' <span class="fine-print" lang="ja">(日本語)</span>'
    assert note(f"保護者一人に二人まで{mark}", "ja") in english  # not translated
    japanese = (await visitor.get(f"/ja/programmes/{programme.slug}")).text
    for words in ("昼食", "弁当", "砂利道です", "保護者一人に二人まで"):
        assert note(words, "ja") in japanese
    assert "Lunch" not in japanese


async def test_machines_are_told_in_the_language_of_the_address(
    visitor: httpx.AsyncClient,
) -> None:
    programme = await made()
    for language, title, place in (
        ("ja", "棚田の田植え", "公民館の前"),
        ("en", "Planting", "hall"),
    ):
        page = (await visitor.get(f"/{language}/programmes/{programme.slug}")).text
        [data] = re.findall(r'<script type="application/ld\+json">(.*?)</script>', page)
        event: dict[str, Any] = json.loads(data)["@graph"][0]
        assert event["inLanguage"] == language
        assert title in event["name"]
        assert place in event["location"]["name"]
        feed = (await visitor.get(f"/{language}/programmes/feed.xml")).text
        assert f'xml:lang="{language}"' in feed
        assert title in feed
        answer = await visitor.get(f"/{language}/programmes/{programme.slug}/calendar.ics")
        [entry] = icalendar.Calendar.from_ical(answer.content).walk("VEVENT")
        assert title in str(entry["SUMMARY"])
        assert place in str(entry["LOCATION"])


async def test_an_office_writes_both_languages_and_finds_them_again(editor: Browser) -> None:
    address = await draft(editor)
    name = "conditions__rain_rule"
    typed = {f"{name}__ja": "小雨は行います。", f"{name}__en": "Rain is fine."}
    long = {"conditions__languages__en": "x" * 401}
    refused = await write(editor, address, "conditions", **typed, **long)
    assert refused.status_code == 422
    assert "Rain is fine." in refused.text
    assert (await write(editor, address, "conditions", **typed)).status_code == 303
    page = (await editor.get(f"{address}/edit/conditions")).text
    assert 'value="小雨は行います。"' in page
    assert 'value="Rain is fine."' in page
