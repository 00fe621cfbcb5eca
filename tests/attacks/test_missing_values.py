"""A9: a missing or unknown value never shows or allows anything."""

import httpx
import pytest
from tests.accounts.walks import forms_of
from tests.consultations.build import invalidate, make_dialogue, make_opinion, make_statement
from tests.consultations.desk import desk_of_hida, write_dialogue
from tests.fixtures.accounts import SignIn, make_member, make_organisation

from enishi.kit import db


@pytest.fixture
async def office(browser_of: SignIn) -> tuple[httpx.AsyncClient, dict[str, str]]:
    """A moderator's browser, and the addresses that moderate a hidden text of each kind."""
    organisation = await make_organisation("hida")
    dialogue = await make_dialogue(organisation_id=organisation)
    texts = {
        "statement": await make_statement(dialogue, "ひどいことば", state="hidden"),
        "opinion": await make_opinion(dialogue, "ひどいことば", state="hidden"),
    }
    invalidate()
    at = f"/ja/office/hida/dialogues/{dialogue.slug}/moderation"
    browser = await browser_of(await make_member(organisation, "moderator"))
    return browser, {kind: f"{at}/{kind}/{text}" for kind, text in texts.items()}


@pytest.mark.parametrize("kind", ["statement", "opinion"])
@pytest.mark.parametrize(
    "sent",
    [
        {},
        {"reason": "unknown"},
        {"reason": "insult"},
        {"act": ""},
        {"act": "unknown"},
        {"act": "unknown", "reason": "insult"},
        {"act": "hide"},
        {"act": "hide", "reason": ""},
        {"act": "hide", "reason": "unknown"},
        {"act": "show", "reason": "insult"},
        {"act": "show", "reason": "unknown"},
    ],
)
async def test_moderation_without_a_known_act_changes_nothing(
    office: tuple[httpx.AsyncClient, dict[str, str]], kind: str, sent: dict[str, str]
) -> None:
    browser, addresses = office
    answer = await browser.post(addresses[kind], data=sent)
    assert answer.status_code == 422
    assert "保存していません" in answer.text
    rows = await db.fetch(f"SELECT state FROM consultations_{kind}")  # noqa: S608 (our own names)
    assert [row["state"] for row in rows] == ["hidden"]


@pytest.mark.parametrize("name", ["moderation", "eligibility"])
@pytest.mark.parametrize("value", [None, "", "unknown"])
async def test_a_consultation_form_without_a_choice_does_not_choose_the_open_one(
    browser_of: SignIn, name: str, value: str | None
) -> None:
    desk = await desk_of_hida(browser_of)
    await write_dialogue(desk)
    page = await desk.open("/ja/office/hida/dialogues/bus/edit/rules")
    sent = forms_of(page)[""] | {name: value or ""}
    if value is None:
        del sent[name]
    before = await db.fetch("SELECT * FROM consultations_consultation")
    answer = await desk.browser.post(str(page.url), data=sent)
    assert answer.status_code == 422
    assert await db.fetch("SELECT * FROM consultations_consultation") == before
