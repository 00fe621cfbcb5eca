"""The office: from a draft through the checklist to an open dialogue, and moderation."""

import re

import pytest
from tests.consultations.build import invalidate, make_dialogue, make_statement
from tests.consultations.desk import (
    AT,
    Desk,
    desk_of_hida,
    move,
    publish_dialogue,
    write_dialogue,
)
from tests.fixtures.accounts import SignIn, make_member, make_organisation

from enishi.kit import clock, db


async def test_a_draft_is_published_opened_and_closed(browser_of: SignIn) -> None:
    desk = await desk_of_hida(browser_of)
    await write_dialogue(desk)
    assert (await desk.browser.get("/ja/dialogues/bus")).status_code == 404
    assert (await desk.send("/move/publish")).status_code == 303
    assert "準備中" in (await desk.browser.get("/ja/dialogues/bus")).text
    assert (await move(desk, "open")).status_code == 303
    assert (await desk.browser.get("/ja/dialogues/bus/vote")).text.count("種の文") == 1
    await desk.open(f"{AT}/bus/move/close")
    asked = desk.page
    assert (await desk.send("/move/close")).status_code == 303
    desk.page = asked
    assert (await desk.send("/move/close")).status_code == 303  # the same button twice
    invalidate()
    assert "いまは投票を受け付けていません" in (
        (await desk.browser.get("/ja/dialogues/bus/vote")).text.replace("<wbr>", "")
    )


async def test_what_was_closed_at_noon_is_not_reopened_by_saving_a_text(
    browser_of: SignIn,
) -> None:
    desk = await publish_dialogue(browser_of)
    for verb in ("open", "close"):
        assert (await move(desk, verb)).status_code == 303
    await desk.open(f"{AT}/bus/edit/rules")
    assert f'value="{clock.today()}"' in desk.page.text
    answer = await desk.send(**{"who_may_answer.ja": "市内に住む方"})
    assert answer.status_code == 303, answer.text
    invalidate()
    assert "いまは投票を受け付けていません" in (
        (await desk.browser.get("/ja/dialogues/bus/vote")).text.replace("<wbr>", "")
    )


async def test_two_people_edit_two_parts_and_one_part_only_knowingly(browser_of: SignIn) -> None:
    desk = await desk_of_hida(browser_of)
    await write_dialogue(desk)
    await desk.open(f"{AT}/bus/edit/contact")
    contact = desk.page
    await desk.open(f"{AT}/bus/edit/topic")
    assert (await desk.send(**{"title.ja": "橋の対話"})).status_code == 303
    desk.page = contact
    assert (await desk.send(contact="一人目")).status_code == 303
    desk.page = contact
    second = await desk.browser.post(
        f"{AT}/bus/edit/contact", data=_hidden(desk) | {"contact": "二人目", "slug": "bus"}
    )
    assert second.status_code == 409
    assert "二人目" in second.text
    assert "一人目" in second.text


def _hidden(desk: Desk) -> dict[str, str]:
    found = re.search(r'name="seen" value="(\w+)"', desk.page.text)
    assert found is not None
    return {"seen": found[1], "submission": "00000000-0000-4000-8000-000000000009"}


async def test_once_published_whether_votes_are_published_stays_as_promised(
    browser_of: SignIn,
) -> None:
    desk = await publish_dialogue(browser_of)
    await desk.open(f"{AT}/bus/edit/rules")
    assert (await desk.send(votes_published="false")).status_code == 409
    assert "公開した後では変えられません" in desk.page.text
    await desk.open(f"{AT}/bus/edit/topic")
    refused = await desk.send(**{"problem.ja": ""})
    assert refused.status_code == 409
    assert "何が課題なのか" in refused.text.replace("<wbr>", "")


async def test_a_moderator_hides_with_a_reason_and_restores(browser_of: SignIn) -> None:
    organisation = await make_organisation("hida")
    dialogue = await make_dialogue(organisation_id=organisation)
    statement = await make_statement(dialogue, "ひどいことば")
    invalidate()
    moderator = await browser_of(await make_member(organisation, "moderator"))
    at = f"/ja/office/hida/dialogues/{dialogue.slug}/moderation"
    public = f"/ja/dialogues/{dialogue.slug}/statements"
    assert "ひどいことば" in (await moderator.get(public)).text
    hidden = await moderator.post(
        f"{at}/statement/{statement}", data={"act": "hide", "reason": "insult"}
    )
    assert hidden.headers["location"].endswith("?state=hidden")
    invalidate()
    assert "ひどいことば" not in (await moderator.get(public)).text
    queue = (await moderator.get(f"{at}?state=hidden")).text
    assert "ひどいことば" in queue
    assert "人を傷つける表現がある" in queue
    await moderator.post(f"{at}/statement/{statement}", data={"act": "show"})
    invalidate()
    assert "ひどいことば" in (await moderator.get(public)).text
    entries = await db.fetch("SELECT action, data FROM audit_entry ORDER BY id")
    assert [entry["action"] for entry in entries][-2:] == [
        "consultations.statement.hidden",
        "consultations.statement.accepted",
    ]


PAGES = [
    *("", "/new", "/bus", "/bus/preview", "/bus/seeds", "/bus/moderation", "/bus/reopen"),
    *(f"/bus/edit/{part}" for part in ("topic", "rules", "contact")),
    *(f"/bus/move/{verb}" for verb in ("publish", "open", "close", "delete")),
]


@pytest.mark.parametrize("page", PAGES)
async def test_every_office_page_answers_its_owner_in_both_languages(
    browser_of: SignIn, page: str
) -> None:
    desk = await desk_of_hida(browser_of, "owner")
    await write_dialogue(desk)
    owner = desk.browser
    for language in ("ja", "en"):
        answer = await owner.get(f"/{language}/office/hida/dialogues{page}")
        assert answer.status_code == 200
        assert re.search(r"<h1[^>]*>.+</h1>", answer.text)


async def test_another_organisations_dialogue_does_not_exist_for_an_office(
    browser_of: SignIn,
) -> None:
    dialogue = await make_dialogue()
    organisation = await make_organisation("hida")
    owner = await browser_of(await make_member(organisation, "owner"))
    for page in ("", "/edit/topic", "/move/publish", "/seeds", "/moderation"):
        answer = await owner.get(f"/ja/office/hida/dialogues/{dialogue.slug}{page}")
        assert answer.status_code == 404
