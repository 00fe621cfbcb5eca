"""A withdrawn dialogue: the public reads the reason, participants read their own texts."""

import re
import uuid
from dataclasses import dataclass

import httpx
import pytest
from tests.consultations.build import (
    invalidate,
    make_dialogue,
    make_statement,
    publish_result,
    shift,
)
from tests.consultations.desk import Desk
from tests.fixtures.accounts import Browser, SignIn, make_member, make_organisation

from enishi.kit import clock, db

REASON = "日程の<b>誤り</b>が分かったため、いったん取り下げます。"


def sent(**more: str) -> dict[str, str]:
    return {"submission": str(uuid.uuid4())} | more


@dataclass(frozen=True)
class Stage:
    """A dialogue in which the visitor's guest wrote a statement and an opinion, and voted."""

    slug: str
    statement: uuid.UUID
    receipt: str
    editor: Browser

    @property
    def page(self) -> str:
        return f"/ja/dialogues/{self.slug}"

    @property
    def office(self) -> str:
        return f"/ja/office/hida/dialogues/{self.slug}"


@pytest.fixture
async def stage(browser_of: SignIn, visitor: httpx.AsyncClient) -> Stage:
    organisation = await make_organisation("hida")
    dialogue = await make_dialogue(organisation_id=organisation)
    statement = await make_statement(dialogue, "種の意見カード")
    editor = await browser_of(await make_member(organisation, "editor"))
    page = f"/ja/dialogues/{dialogue.slug}"
    written = await visitor.post(f"{page}/statements/new", data=sent(text="学校の前に横断歩道を"))
    assert written.status_code == 303
    handed_in = await visitor.post(f"{page}/opinions/new", data=sent(text="わたしのご意見です"))
    [receipt] = re.findall(r"[0-9A-Z]{4}(?:-[0-9A-Z]{4}){3}", handed_in.text)
    [guest] = await db.fetch("SELECT id FROM consultations_participant")
    await db.fetch(
        "INSERT INTO consultations_vote VALUES ($1, $2, 1, $3)", guest["id"], statement, clock.now()
    )
    return Stage(dialogue.slug, statement, receipt, editor)


async def withdraw(stage: Stage) -> None:
    asked = sent(**{"reason.ja": REASON, "reason.en": "The dates were wrong."})
    for _ in range(2):  # the same form twice is one act
        done = await stage.editor.post(f"{stage.office}/withdraw", data=asked)
        assert done.headers["location"] == stage.office
    invalidate()


async def test_the_public_reads_the_reason_of_the_withdrawal(
    stage: Stage, visitor: httpx.AsyncClient
) -> None:
    await withdraw(stage)
    for language, reason in (("ja", REASON), ("en", "The dates were wrong.")):
        gone = await visitor.get(f"/{language}/dialogues/{stage.slug}")
        assert gone.status_code == 410
        assert reason.replace("<b>", "&lt;b&gt;").replace("</b>", "&lt;/b&gt;") in gone.text
        assert "種の意見カード" not in gone.text
    for part in ("/statements", "/opinions", "/vote", "/list", "/feed.xml", "/opinions/new"):
        answer = await visitor.get(stage.page + part)
        assert answer.status_code == 410, part
        assert f'href="{stage.page}"' in answer.text
        assert "種の意見カード" not in answer.text
    api = f"/api/v1/dialogues/{stage.slug}"
    for part in ("", "/statements", "/votes"):
        assert (await visitor.get(api + part)).status_code == 410
    cast = await visitor.put(f"{api}/statements/{stage.statement}/vote", json={"vote": 1})
    assert cast.status_code == 410
    assert stage.slug not in (await visitor.get("/ja/dialogues")).text


async def test_participants_still_read_their_own_texts_and_votes(
    stage: Stage, visitor: httpx.AsyncClient
) -> None:
    await withdraw(stage)
    mine = (await visitor.get(f"{stage.page}/mine")).text
    for words in ("種の意見カード", "学校の前に横断歩道を", "わたしのご意見です", "誤り"):
        assert words in mine
    assert "編集する" not in mine
    looked_up = await visitor.post(f"{stage.page}/receipt", data=sent(receipt=stage.receipt))
    assert "わたしのご意見です" in looked_up.text


async def test_the_office_gives_a_reason_once_and_it_is_on_record(stage: Stage) -> None:
    assert f"{stage.office}/withdraw" in (await stage.editor.get(stage.office)).text
    refused = await stage.editor.post(f"{stage.office}/withdraw", data=sent())
    assert refused.status_code == 422
    assert 'href="#f-reason.ja"' in refused.text
    await withdraw(stage)
    again = sent(**{"reason.ja": "もう一度"})
    assert (await stage.editor.post(f"{stage.office}/withdraw", data=again)).status_code == 409
    kept = (await stage.editor.get(stage.office)).text.replace("<wbr>", "")
    assert "に取り下げました" in kept
    assert "最初の意見カード" not in kept
    [entry] = await db.fetch(
        "SELECT data FROM audit_entry WHERE action = 'consultations.dialogue.withdrawn'"
    )
    assert "いったん取り下げます" in str(entry["data"])


async def test_drafts_and_published_results_are_not_withdrawn(browser_of: SignIn) -> None:
    organisation = await make_organisation("hida")
    editor = await browser_of(await make_member(organisation, "editor"))
    draft = await make_dialogue(organisation_id=organisation, published_at=None)
    answered = await make_dialogue(organisation_id=organisation)
    await shift(60)
    await publish_result(answered.slug)
    for dialogue in (draft, answered):
        office = f"/ja/office/hida/dialogues/{dialogue.slug}"
        assert f"{office}/withdraw" not in (await editor.get(office)).text
        answer = await editor.post(f"{office}/withdraw", data=sent(**{"reason.ja": "理由"}))
        assert answer.status_code == 409
    rows = await db.fetch("SELECT withdrawn_at FROM consultations_consultation")
    assert [row["withdrawn_at"] for row in rows] == [None, None]


async def test_a_withdrawn_dialogue_is_neither_edited_nor_published_again(
    browser_of: SignIn,
) -> None:
    organisation = await make_organisation("hida")
    editor = await browser_of(await make_member(organisation, "editor"))
    dialogue = await make_dialogue(
        organisation_id=organisation,
        withdrawn_at=clock.now(),
        withdrawn_reason={"ja": "理由", "en": "", "easy_ja": ""},
    )
    office = f"/ja/office/hida/dialogues/{dialogue.slug}"
    desk = Desk(editor)
    for verb in ("publish", "open", "close"):
        refused = await editor.post(f"{office}/move/{verb}", data=sent(version="1"))
        assert refused.status_code == 409
    await desk.open(f"{office}/edit/topic")
    assert (await desk.send(**{"title.ja": "別の題"})).status_code == 409
    seeded = await editor.post(f"{office}/seeds", data=sent(texts="あとから足す"))
    assert seeded.status_code == 409
