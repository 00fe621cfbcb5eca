"""An author is told why a text was hidden, appeals once, and somebody else decides."""

import asyncio
import uuid

import httpx
import pytest
from tests.accounts.walks import forms_of
from tests.consultations.build import (
    close,
    invalidate,
    make_dialogue,
    make_opinion,
    make_participant,
    make_statement,
    put_vote,
)
from tests.consultations.moderated import (
    NOTE,
    appealed,
    hidden_opinion,
    hidden_statement,
    hide,
    make_moderator,
    ref_of,
)
from tests.fixtures.accounts import SignIn, actor_of, make_account, make_member, make_organisation

from enishi.consultations import privacy
from enishi.consultations.moderation.errors import (
    AppealWaitsError,
    NoAppealError,
    OwnDecisionError,
)
from enishi.consultations.moderation.kinds import ModeratedKind
from enishi.consultations.moderation.schemas import AppealDecisionForm
from enishi.consultations.moderation.service import appeals, decisions
from enishi.consultations.opinions import receipts
from enishi.consultations.participation import service as participation
from enishi.consultations.voting import queries as statements
from enishi.consultations.voting import results
from enishi.kit import clock, db
from enishi.kit.errors import ConflictError

STATEMENT, OPINION = ModeratedKind.STATEMENT, ModeratedKind.OPINION
UPHELD = AppealDecisionForm.model_validate({"outcome": "upheld"})
REFUSED = AppealDecisionForm.model_validate(
    {"outcome": "refused", "outcome_reason": "規約の3条です。"}
)


def plain(answer: httpx.Response) -> str:
    return answer.text.replace("<wbr>", "")


async def test_an_author_with_an_account_is_told_by_mail_and_appeals_in_one_click(
    browser_of: SignIn,
) -> None:
    dialogue = await make_dialogue(organisation_id=await make_organisation("hida"))
    account = await make_account(address="author@example.jp")
    author = await participation.join(await actor_of(account), await ref_of(dialogue))
    statement = await hidden_statement(dialogue, author)
    mail = await db.fetch_one("SELECT * FROM kit_mail WHERE kind = 'consultations.hidden'")
    assert mail is not None
    assert mail["recipient"] == "author@example.jp"
    for said in ("消されたことば", "個人情報が含まれている", NOTE, f"/{dialogue.slug}/mine"):
        assert said in mail["body"]
    browser = await browser_of(account)
    page = await browser.get(f"/ja/dialogues/{dialogue.slug}/mine")
    assert NOTE in page.text
    [(action, hidden)] = [each for each in forms_of(page).items() if "/appeal/" in each[0]]
    assert action.endswith(f"/appeal/statement/{statement}")
    sent = await browser.post(action, data=hidden)
    assert sent.headers["location"].endswith("?sent=appealed")
    told = await browser.get(sent.headers["location"])
    assert "異議を受け付けました" in plain(told)
    assert "/appeal/" not in told.text
    second = await browser.post(action, data=hidden | {"submission": str(uuid.uuid4())})
    assert second.status_code == 409


async def test_a_guest_is_told_at_the_receipt_and_appeals_there(
    visitor: httpx.AsyncClient,
) -> None:
    dialogue = await make_dialogue()
    opinion = await make_opinion(dialogue, "消された意見です。")
    number, receipt_hash = receipts.new()
    await db.execute(
        "UPDATE consultations_opinion SET receipt_hash = $2 WHERE id = $1", opinion, receipt_hash
    )
    await hide(dialogue, OPINION, opinion)
    assert await db.fetch("SELECT FROM kit_mail") == []
    at = f"/ja/dialogues/{dialogue.slug}/receipt"
    found = await visitor.post(at, data={"receipt": number})
    assert NOTE in found.text
    [(action, hidden)] = [each for each in forms_of(found).items() if "appeal" in each[0]]
    for _ in range(2):
        told = await visitor.post(action, data=hidden)
        assert told.status_code == 200
        assert "異議を受け付けました" in plain(told)
    assert await db.fetch_value("SELECT count(*) FROM consultations_hiding") == 1
    unknown = await visitor.post(action, data={"receipt": receipts.new()[0]})
    assert unknown.status_code == 422


async def test_upheld_it_returns_to_its_place_with_its_votes(browser_of: SignIn) -> None:
    dialogue = await make_dialogue(organisation_id=await make_organisation("hida"))
    author = await make_participant(dialogue)
    first = await make_statement(dialogue, "前のカード")
    statement = await make_statement(dialogue, "まん中のカード", author_id=author)
    last = await make_statement(dialogue, "後のカード")
    for value in (1, 1, -1):
        await put_vote(await make_participant(dialogue), statement, value)
    before = await _row(statement)
    await hide(dialogue, STATEMENT, statement)
    hiding = await appealed(dialogue, statement, author)
    moderator = await browser_of(await make_member(dialogue.organisation_id, "moderator"))
    at = f"/ja/office/hida/dialogues/{dialogue.slug}"
    assert "異議（1）" in plain(await moderator.get(at))
    page = await moderator.get(f"{at}/moderation/appeals")
    [(action, hidden)] = [each for each in forms_of(page).items() if str(hiding) in each[0]]
    done = await moderator.post(action, data=hidden | {"outcome": "upheld"})
    assert done.headers["location"] == f"{at}/moderation/appeals"
    invalidate()
    after = await _row(statement)
    assert {**after, "moderated_at": None} == {**before, "moderated_at": None}
    public = await statements.list_public(dialogue.id)
    assert [each.id for each in public.rows] == [first, statement, last]
    assert (
        await db.fetch_value(
            "SELECT count(*) FROM consultations_vote WHERE statement_id = $1", statement
        )
        == 3
    )
    assert await results.drift() == []
    times = await db.fetch_one("SELECT * FROM consultations_hiding")
    assert times is not None
    assert times["hidden_at"] <= times["appealed_at"] <= times["decided_at"] == times["ended_at"]


async def _row(statement: uuid.UUID) -> dict[str, object]:
    row = await db.fetch_one("SELECT * FROM consultations_statement WHERE id = $1", statement)
    assert row is not None
    return row


async def test_refused_it_stays_hidden_and_the_author_reads_why(browser_of: SignIn) -> None:
    dialogue = await make_dialogue()
    account = await make_account(address="author@example.jp")
    author = await participation.join(await actor_of(account), await ref_of(dialogue))
    opinion = await hidden_opinion(dialogue, author)
    await close(dialogue)
    hiding = await appealed(dialogue, opinion, author)
    await appeals.decide(await make_moderator(dialogue), await ref_of(dialogue), hiding, REFUSED)
    mail = await db.fetch_one("SELECT body FROM kit_mail WHERE kind LIKE '%appeal_decided'")
    assert mail is not None
    assert "規約の3条です。" in mail["body"]
    page = await (await browser_of(account)).get(f"/en/dialogues/{dialogue.slug}/mine")
    assert "規約の3条です。" in page.text
    assert "/appeal/" not in page.text
    with pytest.raises(NoAppealError):
        await appeals.appeal(await ref_of(dialogue), author, (OPINION, opinion))
    # The office may still show it on its own account; then it can be hidden and appealed anew.
    subject, moderator = (OPINION, opinion), await make_moderator(dialogue)
    await decisions.accept(moderator, await ref_of(dialogue), subject)
    await hide(dialogue, OPINION, opinion)
    await appealed(dialogue, opinion, author)


async def test_a_refusal_without_a_reason_is_refused_itself(browser_of: SignIn) -> None:
    dialogue = await make_dialogue(organisation_id=await make_organisation("hida"))
    author = await make_participant(dialogue)
    hiding = await appealed(dialogue, await hidden_statement(dialogue, author), author)
    moderator = await browser_of(await make_member(dialogue.organisation_id, "moderator"))
    at = f"/ja/office/hida/dialogues/{dialogue.slug}/moderation/appeals/{hiding}"
    data = {"outcome": "refused", "submission": str(uuid.uuid4())}
    refused = await moderator.post(at, data=data)
    assert refused.status_code == 422
    assert "その理由を書いてください" in plain(refused)
    assert await db.fetch("SELECT FROM consultations_hiding WHERE decided_at IS NOT NULL") == []
    elsewhere = at.replace(str(hiding), str(uuid.uuid4()))
    missing = await moderator.post(elsewhere, data=data | {"outcome": "upheld"})
    assert missing.status_code == 404


async def test_the_moderator_who_hid_it_does_not_decide(browser_of: SignIn) -> None:
    dialogue = await make_dialogue(organisation_id=await make_organisation("hida"))
    account = await make_member(dialogue.organisation_id, "moderator")
    author = await make_participant(dialogue)
    statement = await hidden_statement(dialogue, author, await actor_of(account))
    hiding = await appealed(dialogue, statement, author)
    browser = await browser_of(account)
    at = f"/ja/office/hida/dialogues/{dialogue.slug}/moderation"
    page = await browser.get(f"{at}/appeals")
    assert "ほかの担当者が決めます" in plain(page)
    assert str(hiding) not in page.text
    data = {"outcome": "upheld", "submission": str(uuid.uuid4())}
    refused = await browser.post(f"{at}/appeals/{hiding}", data=data)
    assert refused.status_code == 409
    assert "本人は、その異議について決められません" in plain(refused)
    # Nor does "show" go around the appeal, for anybody.
    shown = await browser.post(f"{at}/statement/{statement}", data={"act": "show"})
    assert shown.status_code == 409
    with pytest.raises(AppealWaitsError):
        await decisions.accept(
            await make_moderator(dialogue), await ref_of(dialogue), (STATEMENT, statement)
        )


@pytest.mark.as_owner
async def test_the_table_refuses_a_decision_of_the_same_moderator() -> None:
    """The constraint, without the service."""
    dialogue = await make_dialogue()
    author = await make_participant(dialogue)
    hiding = await appealed(dialogue, await hidden_statement(dialogue, author), author)
    with pytest.raises(Exception, match="consultations_hiding_decided_by_another"):
        await db.execute(
            "UPDATE consultations_hiding SET decided_by = hidden_by, decided_at = $2,"
            " outcome = 'upheld' WHERE id = $1",
            hiding,
            clock.now(),
        )


async def test_only_the_author_appeals() -> None:
    dialogue = await make_dialogue()
    ref, author = await ref_of(dialogue), await make_participant(dialogue)
    statement, opinion = (
        await hidden_statement(dialogue, author),
        await make_opinion(dialogue, "文"),
    )
    for person, subject in (
        (await make_participant(dialogue), (STATEMENT, statement)),
        (author, (OPINION, statement)),
        (author, (OPINION, opinion)),
    ):
        with pytest.raises(NoAppealError):
            await appeals.appeal(ref, person, subject)
    other = await ref_of(await make_dialogue())
    with pytest.raises(NoAppealError):
        await appeals.appeal(other, author, (STATEMENT, statement))


async def test_of_two_decisions_at_once_one_counts(own_database: None) -> None:
    dialogue = await make_dialogue()
    ref, author = await ref_of(dialogue), await make_participant(dialogue)
    hiding = await appealed(dialogue, await hidden_statement(dialogue, author), author)
    deciders = [await make_moderator(dialogue) for _ in range(4)]
    done = await asyncio.gather(
        *(
            appeals.decide(each, ref, hiding, UPHELD if number % 2 else REFUSED)
            for number, each in enumerate(deciders)
        ),
        return_exceptions=True,
    )
    assert sorted(type(each).__name__ for each in done) == ["ConflictError"] * 3 + ["NoneType"]
    row = await db.fetch_one(
        "SELECT h.outcome, s.state FROM consultations_hiding h"
        " JOIN consultations_statement s ON s.id = h.statement_id"
    )
    assert row is not None
    assert row["state"] == ("accepted" if row["outcome"] == "upheld" else "hidden")


async def test_what_waits_for_over_a_week_is_shown_as_overdue(browser_of: SignIn) -> None:
    dialogue = await make_dialogue(organisation_id=await make_organisation("hida"))
    author = await make_participant(dialogue)
    await appealed(dialogue, await hidden_statement(dialogue, author), author)
    moderator = await browser_of(await make_member(dialogue.organisation_id, "moderator"))
    at = f"/ja/office/hida/dialogues/{dialogue.slug}"
    assert "7日を過ぎても" not in plain(await moderator.get(at))
    await db.execute(
        "UPDATE consultations_hiding SET appealed_at = appealed_at - interval '8 days',"
        " hidden_at = hidden_at - interval '9 days'"
    )
    page = plain(await moderator.get(at))
    assert "7日を過ぎても決まっていない通報と異議があります（1件）" in page
    assert "7日を過ぎています" in plain(await moderator.get(f"{at}/moderation/appeals"))


async def test_an_erased_moderator_leaves_no_name_and_the_appeal_can_be_decided() -> None:
    dialogue = await make_dialogue()
    author, moderator = await make_participant(dialogue), await make_moderator(dialogue)
    statement = await hidden_statement(dialogue, author, moderator)
    hiding = await appealed(dialogue, statement, author)
    with pytest.raises(OwnDecisionError):
        await appeals.decide(moderator, await ref_of(dialogue), hiding, UPHELD)
    await privacy.PERSONAL_DATA.erase(moderator.id)
    row = await db.fetch_one("SELECT hidden_by FROM consultations_hiding")
    assert row == {"hidden_by": None}
    await appeals.decide(await make_moderator(dialogue), await ref_of(dialogue), hiding, UPHELD)
    with pytest.raises(ConflictError):
        await appeals.decide(await make_moderator(dialogue), await ref_of(dialogue), hiding, UPHELD)
