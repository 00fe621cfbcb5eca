"""The office: from a draft through the checklist to an open dialogue, and moderation."""

import re
import uuid
from datetime import timedelta

import httpx
import pytest
from tests.consultations.build import invalidate, make_dialogue, make_statement
from tests.fixtures.accounts import SignIn, make_member, make_organisation

from enishi.kit import clock, db

AT = "/ja/office/hida/dialogues"


async def theme_id() -> str:
    [row] = await db.fetch("SELECT id FROM themes_theme WHERE number = 1")
    return str(row["id"])


def draft(**more: str) -> dict[str, str]:
    chosen = {"eligibility": "anyone", "moderation": "after"}
    sent = {"submission": str(uuid.uuid4()), "slug": "bus", "title.ja": "バスの対話"}
    return sent | chosen | more


async def complete() -> dict[str, str]:
    day = clock.today()
    texts = ("problem", "decision", "can_change", "cannot_change", "who_may_answer")
    return draft(
        **{f"{name}.ja": f"{name}の文" for name in (*texts, "data_controller")},
        contact="voice@hida.example",
        votes_published="true",
        guests_allowed="yes",
        statements_invited="yes",
        opinions_invited="yes",
        themes=await theme_id(),
        opens_on=str(day + timedelta(days=2)),
        closes_on=str(day + timedelta(days=9)),
        result_on=str(day + timedelta(days=30)),
    )


async def editor_of_hida(browser_of: SignIn) -> httpx.AsyncClient:
    return await browser_of(await make_member(await make_organisation("hida"), "editor"))


async def published_by(browser_of: SignIn) -> tuple[httpx.AsyncClient, dict[str, str]]:
    """The browser of an editor who has published the dialogue `bus`; and its form."""
    editor, fields = await editor_of_hida(browser_of), await complete()
    await editor.post(f"{AT}/new", data=fields)
    await editor.post(f"{AT}/bus/seeds", data={"submission": str(uuid.uuid4()), "text": "種の文"})
    assert (await editor.post(f"{AT}/bus/move/publish")).status_code == 303
    return editor, fields


async def version_of(slug: str) -> str:
    """The version that a form opened now would hold."""
    [row] = await db.fetch("SELECT version FROM consultations_consultation WHERE slug = $1", slug)
    return str(row["version"])


async def test_a_draft_is_completed_published_opened_and_closed(browser_of: SignIn) -> None:
    editor = await editor_of_hida(browser_of)
    made = await editor.post(f"{AT}/new", data=draft())
    assert (made.status_code, made.headers["location"]) == (303, f"{AT}/bus")
    assert (await editor.get("/ja/dialogues/bus")).status_code == 404

    refused = await editor.post(f"{AT}/bus/move/publish")
    assert refused.status_code == 409
    for reason in ("何が課題なのか", "管理者", "テーマ", "投票を公開するか", "最初の意見カード"):
        assert reason in refused.text.replace("<wbr>", "")

    saved = await editor.post(f"{AT}/bus/edit", data=await complete())
    assert saved.status_code == 303, saved.text
    await editor.post(
        f"{AT}/bus/seeds", data={"submission": str(uuid.uuid4()), "text": "便を増やす"}
    )
    assert (await editor.post(f"{AT}/bus/move/publish")).status_code == 303
    assert "準備中" in (await editor.get("/ja/dialogues/bus")).text
    assert (await editor.post(f"{AT}/bus/move/open")).status_code == 303
    assert (await editor.get("/ja/dialogues/bus/vote")).text.count("便を増やす") == 1
    assert (await editor.post(f"{AT}/bus/move/close")).status_code == 303
    assert (await editor.post(f"{AT}/bus/move/close")).status_code == 409
    invalidate()
    assert "いまは投票を受け付けていません" in (
        (await editor.get("/ja/dialogues/bus/vote")).text.replace("<wbr>", "")
    )


async def test_what_was_closed_at_noon_is_not_reopened_by_saving_a_text(
    browser_of: SignIn,
) -> None:
    editor, fields = await published_by(browser_of)
    for verb in ("open", "close"):
        assert (await editor.post(f"{AT}/bus/move/{verb}")).status_code == 303
    today = str(clock.today())
    again = fields | {"opens_on": today, "closes_on": today, "submission": str(uuid.uuid4())}
    again["version"] = await version_of("bus")
    answer = await editor.post(f"{AT}/bus/edit", data=again)
    assert answer.status_code == 303, answer.text
    invalidate()
    assert "いまは投票を受け付けていません" in (
        (await editor.get("/ja/dialogues/bus/vote")).text.replace("<wbr>", "")
    )


async def test_saving_over_another_persons_change_is_refused_and_keeps_what_was_typed(
    browser_of: SignIn,
) -> None:
    editor = await editor_of_hida(browser_of)
    await editor.post(f"{AT}/new", data=draft())
    first = await editor.post(f"{AT}/bus/edit", data=draft(version="1", contact="一人目"))
    second = await editor.post(f"{AT}/bus/edit", data=draft(version="1", contact="二人目"))
    assert (first.status_code, second.status_code) == (303, 409)
    assert "二人目" in second.text
    assert "一人目" in (await editor.get(f"{AT}/bus/edit")).text


async def test_once_published_whether_votes_are_published_stays_as_promised(
    browser_of: SignIn,
) -> None:
    editor, fields = await published_by(browser_of)
    fields["version"] = await version_of("bus")
    changed = fields | {"votes_published": "false", "submission": str(uuid.uuid4())}
    assert (await editor.post(f"{AT}/bus/edit", data=changed)).status_code == 409
    emptied = fields | {"problem.ja": "", "submission": str(uuid.uuid4())}
    refused = await editor.post(f"{AT}/bus/edit", data=emptied)
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


@pytest.mark.parametrize("page", ["", "/bus", "/bus/edit", "/bus/moderation", "/new"])
async def test_every_office_page_answers_its_owner_in_both_languages(
    browser_of: SignIn, page: str
) -> None:
    organisation = await make_organisation("hida")
    owner = await browser_of(await make_member(organisation, "owner"))
    await owner.post("/ja/office/hida/dialogues/new", data=draft())
    for language in ("ja", "en"):
        answer = await owner.get(f"/{language}/office/hida/dialogues{page}")
        assert answer.status_code == 200
        assert re.search(r"<h1>.+</h1>", answer.text)


async def test_another_organisations_dialogue_does_not_exist_for_an_office(
    browser_of: SignIn,
) -> None:
    dialogue = await make_dialogue()
    organisation = await make_organisation("hida")
    owner = await browser_of(await make_member(organisation, "owner"))
    for page in ("", "/edit", "/moderation"):
        answer = await owner.get(f"/ja/office/hida/dialogues/{dialogue.slug}{page}")
        assert answer.status_code == 404
