"""Reports of public texts: by anybody, once for each person, read by moderators."""

import asyncio
import uuid

import httpx
import pytest
from tests.consultations.build import close, invalidate, make_dialogue, make_opinion, make_statement
from tests.consultations.moderated import ref_of
from tests.fixtures.accounts import Browser, SignIn, make_account, make_member, make_organisation

from enishi.consultations import privacy
from enishi.consultations.moderation.errors import AlreadyReportedError
from enishi.consultations.moderation.kinds import ModeratedKind
from enishi.consultations.moderation.schemas import ReportForm
from enishi.consultations.moderation.service import reports
from enishi.kit import db
from enishi.kit.errors import NotFoundError

STATEMENT, OPINION = ModeratedKind.STATEMENT, ModeratedKind.OPINION


async def report(browser: Browser, address: str, **typed: str) -> httpx.Response:
    data = {"reason": "insult", "submission": str(uuid.uuid4())} | typed
    return await browser.post(address, data=data)


async def count() -> int:
    times: int = await db.fetch_value("SELECT count(*) FROM consultations_report")
    return times


async def test_a_guest_reports_a_statement_once_and_reads_what_follows(
    visitor: httpx.AsyncClient,
) -> None:
    invalidate()
    dialogue = await make_dialogue()
    statement = await make_statement(dialogue, "ひどいことば")
    listed = await visitor.get(f"/ja/dialogues/{dialogue.slug}/statements")
    at = f"/ja/dialogues/{dialogue.slug}/report/statement/{statement}"
    assert f'href="{at}"' in listed.text
    assert "ひどいことば" in (await visitor.get(at)).text
    sent = await report(visitor, at, words="名指しです")
    assert sent.status_code == 303
    done = await visitor.get(sent.headers["location"])
    assert "通報を受け付けました" in done.text.replace("<wbr>", "")
    again = await report(visitor, at, words="もう一度")
    assert again.status_code == 409
    assert "すでに通報していただいています" in again.text.replace("<wbr>", "")
    assert "もう一度" in again.text
    assert await count() == 1
    # A report does not make somebody a participant.
    assert await db.fetch("SELECT FROM consultations_participant") == []


async def test_a_lost_answer_does_not_make_a_second_report(visitor: httpx.AsyncClient) -> None:
    invalidate()
    dialogue = await make_dialogue()
    at = f"/ja/dialogues/{dialogue.slug}/report/statement/{await make_statement(dialogue)}"
    key = str(uuid.uuid4())
    first = await report(visitor, at, submission=key)
    visitor.cookies.clear()
    second = await report(visitor, at, submission=key)
    assert (first.status_code, second.status_code) == (303, 303)
    assert await count() == 1


async def test_the_reports_of_a_browser_in_two_dialogues_cannot_be_linked(
    visitor: httpx.AsyncClient,
) -> None:
    invalidate()
    for _ in range(2):
        dialogue = await make_dialogue()
        statement = await make_statement(dialogue)
        at = f"/ja/dialogues/{dialogue.slug}/report/statement/{statement}"
        assert (await report(visitor, at)).status_code == 303
    rows = await db.fetch("SELECT DISTINCT reporter_id FROM consultations_report")
    assert len(rows) == 2


async def test_an_opinion_is_reported_after_the_close_by_an_account(browser_of: SignIn) -> None:
    dialogue = await make_dialogue(guests_allowed=False)
    opinion = await make_opinion(dialogue, "宣伝の文です。")
    await close(dialogue)
    invalidate()
    account = await make_account()
    browser = await browser_of(account)
    listed = await browser.get(f"/en/dialogues/{dialogue.slug}/opinions")
    at = f"/en/dialogues/{dialogue.slug}/report/opinion/{opinion}"
    assert f'href="{at}"' in listed.text
    assert (await report(browser, at, reason="advertisement")).status_code == 303
    own = [each async for each in privacy.PERSONAL_DATA.export(account)]
    assert [(heading, row["reason"]) for heading, row in own] == [("reports", "advertisement")]
    await privacy.PERSONAL_DATA.erase(account)
    assert [each async for each in privacy.PERSONAL_DATA.export(account)] == []
    assert await count() == 1


@pytest.mark.parametrize("reason", ["", "at_source", "nothing"])
async def test_a_report_has_a_reason_of_the_list(visitor: httpx.AsyncClient, reason: str) -> None:
    invalidate()
    dialogue = await make_dialogue()
    at = f"/ja/dialogues/{dialogue.slug}/report/statement/{await make_statement(dialogue)}"
    refused = await report(visitor, at, reason=reason, words="説明の文")
    assert refused.status_code == 422
    assert "説明の文" in refused.text
    assert await count() == 0


@pytest.mark.parametrize("state", ["pending", "hidden", "withdrawn"])
async def test_what_is_not_public_cannot_be_reported(
    visitor: httpx.AsyncClient, state: str
) -> None:
    invalidate()
    dialogue = await make_dialogue()
    statement = await make_statement(dialogue, "見えないことば", state=state)
    opinion = await make_opinion(dialogue, "見えないことば", state=state)
    other = await make_dialogue()
    for path in (f"statement/{statement}", f"opinion/{opinion}", f"comment/{statement}"):
        at = f"/ja/dialogues/{dialogue.slug}/report/{path}"
        assert (await visitor.get(at)).status_code == 404
        answer = await report(visitor, at)
        assert answer.status_code == 404
        assert "見えないことば" not in answer.text
    with pytest.raises(NotFoundError):
        await reports.report(
            await ref_of(other), (STATEMENT, statement), uuid.uuid4(), "net", _form()
        )


def _form() -> ReportForm:
    return ReportForm.model_validate({"reason": "insult"})


async def test_too_many_reports_of_one_person_are_refused(visitor: httpx.AsyncClient) -> None:
    invalidate()
    dialogue = await make_dialogue()
    statuses = []
    for _ in range(21):
        at = f"/ja/dialogues/{dialogue.slug}/report/statement/{await make_statement(dialogue)}"
        statuses.append((await report(visitor, at)).status_code)
    assert statuses == [303] * 20 + [429]


async def test_of_reports_of_one_person_at_once_one_is_kept(own_database: None) -> None:
    dialogue = await make_dialogue()
    ref, statement, person = await ref_of(dialogue), await make_statement(dialogue), uuid.uuid4()
    results = await asyncio.gather(
        *(reports.report(ref, (STATEMENT, statement), person, "net", _form()) for _ in range(4)),
        return_exceptions=True,
    )
    assert [type(each) for each in results].count(AlreadyReportedError) == 3
    assert results.count(None) == 1
    assert await count() == 1


async def test_moderators_read_reported_texts_with_the_most_reports_first(
    browser_of: SignIn,
) -> None:
    dialogue = await make_dialogue(organisation_id=await make_organisation("hida"))
    ref = await ref_of(dialogue)
    once = await make_statement(dialogue, "一度だけのカード")
    often = await make_opinion(dialogue, "何度ものご意見")
    await make_statement(dialogue, "通報のないカード")
    words = ReportForm.model_validate({"reason": "rights", "words": "写しです"})
    await reports.report(ref, (STATEMENT, once), uuid.uuid4(), "net", _form())
    for _ in range(7):
        await reports.report(ref, (OPINION, often), uuid.uuid4(), "net", words)
    moderator = await browser_of(await make_member(dialogue.organisation_id, "moderator"))
    at = f"/ja/office/hida/dialogues/{dialogue.slug}"
    assert "通報（2）" in (await moderator.get(at)).text.replace("<wbr>", "")
    page = (await moderator.get(f"{at}/moderation/reported")).text
    assert page.index("何度ものご意見") < page.index("一度だけのカード")
    assert "通報のないカード" not in page
    assert "通報 7 件" in page
    assert page.count("写しです") == 5
    editor = await browser_of(await make_member(dialogue.organisation_id, "editor"))
    assert (await editor.get(f"{at}/moderation/reported")).status_code == 403


async def test_a_kept_text_leaves_the_queue_and_a_hidden_one_too(browser_of: SignIn) -> None:
    dialogue = await make_dialogue(organisation_id=await make_organisation("hida"))
    ref = await ref_of(dialogue)
    kept, hidden = [await make_statement(dialogue, words) for words in ("残る文", "消える文")]
    for each in (kept, hidden):
        await reports.report(ref, (STATEMENT, each), uuid.uuid4(), "net", _form())
    moderator = await browser_of(await make_member(dialogue.organisation_id, "moderator"))
    at = f"/ja/office/hida/dialogues/{dialogue.slug}/moderation"
    done = await moderator.post(f"{at}/statement/{kept}", data={"act": "keep"})
    assert done.headers["location"] == f"{at}/reported"
    again = await moderator.post(f"{at}/statement/{kept}", data={"act": "keep"})
    assert again.status_code == 409
    await moderator.post(f"{at}/statement/{hidden}", data={"act": "hide", "reason": "insult"})
    assert "通報はありません" in (await moderator.get(f"{at}/reported")).text.replace("<wbr>", "")
    public = await moderator.get(f"/ja/dialogues/{dialogue.slug}/statements")
    assert "残る文" in public.text
    [row] = await db.fetch("SELECT reported_at FROM consultations_hiding")
    assert row["reported_at"] is not None


async def test_a_hiding_without_a_reason_is_refused_and_its_note_stays(browser_of: SignIn) -> None:
    dialogue = await make_dialogue(organisation_id=await make_organisation("hida"))
    statement = await make_statement(dialogue, "まだ見える文")
    moderator = await browser_of(await make_member(dialogue.organisation_id, "moderator"))
    at = f"/ja/office/hida/dialogues/{dialogue.slug}/moderation/statement/{statement}"
    refused = await moderator.post(at, data={"act": "hide", "note": "書いた説明"})
    assert refused.status_code == 422
    assert "書いた説明" in refused.text
    assert "まだ見える文" in refused.text
