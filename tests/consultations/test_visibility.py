"""No public answer holds what is not public; typed texts are escaped everywhere."""

import json
import re
import uuid
from itertools import product
from xml.etree import ElementTree as ET

import httpx
import pytest
from tests.consultations.build import (
    Dialogue,
    invalidate,
    make_dialogue,
    make_opinion,
    make_organisation,
    make_statement,
    text,
)
from tests.fixtures.accounts import SignIn, actor_of, make_member

from enishi.consultations.core import queries as consultations
from enishi.consultations.core.kinds import HiddenReason
from enishi.consultations.moderation.kinds import ModeratedKind
from enishi.consultations.moderation.schemas import Grounds
from enishi.consultations.moderation.service import decisions
from enishi.kit import clock, db

STATES = ("accepted", "pending", "hidden", "withdrawn")
STANDINGS = {
    "public": {},
    "draft": {"published_at": None},
    "retracted": {"withdrawn_at": clock.now(), "withdrawn_reason": text("取り下げた理由")},
}


async def sinks(visitor: httpx.AsyncClient, dialogue: Dialogue, word: str) -> dict[str, str]:
    """Every public answer about a dialogue, by address."""
    page, api = f"/ja/dialogues/{dialogue.slug}", f"/api/v1/dialogues/{dialogue.slug}"
    addresses = [
        "/ja/dialogues",
        "/api/v1/dialogues",
        *(page + part for part in ("", "/statements", "/opinions", "/list", "/feed.xml", "/mine")),
        f"{page}/statements.csv",
        *(f"{page}/statements?q={word}", f"{api}/statements?q={word}"),
        *(api, f"{api}/statements", f"{api}/opinions"),
        *[f"{page}/vote"] * 6,  # a card is drawn each time
    ]
    found = {}
    for i, address in enumerate(addresses):
        answer = await visitor.get(address)
        found[f"{i} {address}"] = answer.text.replace("<wbr>", "")
        assert answer.status_code in (200, 404, 410)
    likes = await visitor.post(
        f"{page}/statements/new", data={"text": f"ことば{word}", "submission": str(uuid.uuid4())}
    )
    # The form shows what was typed: only the look-alikes count.
    found["likes"] = "".join(re.findall(r"<q>(.*?)</q>", likes.text))
    return found


async def test_what_is_not_public_is_found_in_no_answer(visitor: httpx.AsyncClient) -> None:
    invalidate()
    shown: dict[str, bool] = {}
    dialogues = []
    for tenant, (standing, changes) in product(range(2), STANDINGS.items()):
        organisation_id = await make_organisation()
        dialogue = await make_dialogue(organisation_id=organisation_id, **changes)
        dialogues.append(dialogue)
        for kind, state in product(("s", "o"), STATES):
            word = f"{kind}{state}{standing}{tenant}"
            if kind == "s":
                await make_statement(dialogue, f"ことば{word}", state=state)
            else:
                await make_opinion(dialogue, f"ことば{word}", state=state)
            shown[word] = standing == "public" and state == "accepted"
    answers: dict[str, str] = {}
    for dialogue in dialogues:
        for where, said in (await sinks(visitor, dialogue, "saccepted")).items():
            answers[f"{dialogue.slug} {where}"] = said
        for word in shown:
            at = f"/ja/dialogues/{dialogue.slug}/statements?q={word}"
            answers[at] = (await visitor.get(at)).text
    for word, is_public in shown.items():
        # What was sought stands in the search field and in the links to the other language.
        places = [
            where
            for where, said in answers.items()
            if word in re.sub(r'(value|href)="[^"]*"', "", said)
        ]
        assert bool(places) == is_public, (word, places)


async def test_hiding_a_statement_invalidates_the_cached_pages(
    own_database: None, visitor: httpx.AsyncClient
) -> None:
    invalidate()
    organisation_id = await make_organisation()
    dialogue = await make_dialogue(organisation_id=organisation_id)
    statement = await make_statement(dialogue, "いずれ消えることば")
    actor = await actor_of(await make_member(organisation_id, "moderator"))
    where = ("", "/statements", "/vote", "/feed.xml")
    for part in where:
        page = await visitor.get(f"/ja/dialogues/{dialogue.slug}{part}")
        assert "いずれ消えることば" in page.text
    ref = await consultations.find_by_slug(dialogue.slug)
    assert ref is not None
    subject = (ModeratedKind.STATEMENT, statement)
    await decisions.hide(actor, ref, subject, Grounds(HiddenReason.INSULT))
    for part in where:
        page = await visitor.get(f"/ja/dialogues/{dialogue.slug}{part}")
        assert "いずれ消えることば" not in page.text


NASTY = """<script>alert(1)</script>"'&<img src=x onerror=alert(2)>{{7*7}}=1+1"""
ADDRESSES = (
    "",
    "/statements",
    "/statements?q=alert1script",
    "/opinions",
    "/list",
    "/vote",
    "/mine",
    "/statements/new",
    "/opinions/new",
    "/receipt",
)


@pytest.fixture
async def nasty() -> Dialogue:
    """A dialogue in which every string that somebody wrote tries to be markup."""
    invalidate()
    organisation_id = await make_organisation()
    await db.fetch(
        "UPDATE organisations_organisation SET name = jsonb_build_object('ja', $2::text)"
        " WHERE id = $1",
        organisation_id,
        NASTY,
    )
    names = ("title", "problem", "decision", "can_change", "cannot_change", "who_may_answer")
    texts = {name: text(NASTY, NASTY) for name in (*names, "data_controller")}
    dialogue = await make_dialogue(organisation_id=organisation_id, contact=NASTY, **texts)
    await make_statement(dialogue, NASTY)
    await make_opinion(dialogue, NASTY, nickname=NASTY[:40])
    return dialogue


def has_live_markup(page: str) -> bool:
    return bool(re.search(r"<script>alert|<img src=x|\bonerror=alert\(2\)>(?!&)", page)) or (
        "<script>" in page
    )


@pytest.mark.parametrize("part", ADDRESSES)
@pytest.mark.parametrize("language", ["ja", "en"])
async def test_what_people_write_is_text_on_every_page(
    visitor: httpx.AsyncClient, nasty: Dialogue, part: str, language: str
) -> None:
    page = await visitor.get(f"/{language}/dialogues/{nasty.slug}{part}")
    assert page.status_code == 200
    assert "alert(" in page.text  # the words are there
    assert not has_live_markup(page.text)
    assert "49=1+1" not in page.text
    assert not has_live_markup((await visitor.get(f"/{language}/dialogues")).text)


async def test_what_people_write_is_text_in_the_feed_and_the_api(
    visitor: httpx.AsyncClient, nasty: Dialogue
) -> None:
    feed = ET.fromstring((await visitor.get(f"/ja/dialogues/{nasty.slug}/feed.xml")).content)  # noqa: S314 (our own)
    space = "{http://www.w3.org/2005/Atom}"
    assert feed.findtext(f"{space}title") == NASTY
    assert feed.findtext(f"{space}entry/{space}content") == NASTY
    items = (await visitor.get(f"/api/v1/dialogues/{nasty.slug}/statements")).json()["items"]
    assert [item["text"] for item in items] == [NASTY]


@pytest.mark.parametrize(
    ("part", "field"),
    [("/statements/new", "text"), ("/opinions/new", "nickname"), ("/receipt", "receipt")],
)
async def test_what_was_typed_comes_back_as_text(
    visitor: httpx.AsyncClient, nasty: Dialogue, part: str, field: str
) -> None:
    page = await visitor.post(
        f"/ja/dialogues/{nasty.slug}{part}",
        data={field: NASTY, "submission": str(uuid.uuid4()), "name_shown": "nickname"},
    )
    assert page.status_code in (409, 422)
    assert not has_live_markup(page.text)


async def test_the_receipts_mail_stays_one_subject_and_plain_text(
    visitor: httpx.AsyncClient, nasty: Dialogue
) -> None:
    title = text("題名\nBcc: everybody@example.jp\n\n本文")
    await db.fetch(
        "UPDATE consultations_consultation SET title = $1::text::jsonb", json.dumps(title)
    )
    invalidate()
    answer = await visitor.post(
        f"/ja/dialogues/{nasty.slug}/opinions/new",
        data={
            "text": "夜の便を増やしてください",
            "address": "hanako@example.jp",
            "submission": str(uuid.uuid4()),
        },
    )
    assert answer.status_code == 200
    [mail] = await db.fetch("SELECT subject, body, recipient FROM kit_mail")
    assert mail["recipient"] == "hanako@example.jp"
    assert "\n" not in mail["subject"]
    [receipt] = re.findall(r"[0-9A-Z]{4}(?:-[0-9A-Z]{4}){3}", mail["body"])
    assert receipt in answer.text
    assert receipt not in str(await db.fetch("SELECT * FROM consultations_opinion"))


async def test_an_office_of_another_organisation_sees_nothing(
    browser_of: SignIn, nasty: Dialogue
) -> None:
    other = await make_organisation()
    [row] = await db.fetch("SELECT slug FROM organisations_organisation WHERE id = $1", other)
    owner = await browser_of(await make_member(other, "owner"))
    index = await owner.get(f"/ja/office/{row['slug']}/dialogues")
    assert nasty.slug not in index.text
