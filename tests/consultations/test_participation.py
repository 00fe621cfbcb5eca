"""Participation besides voting: joining, merging a guest, writing statements and opinions."""

import asyncio
import re
import uuid
from datetime import date, timedelta
from typing import Any

import httpx
import pytest
from tests.consultations.build import (
    Dialogue,
    invalidate,
    make_dialogue,
    make_participant,
    make_statement,
    put_vote,
)
from tests.fixtures.accounts import SignIn, actor_of, make_account

from enishi.accounts.dimensions import age_band
from enishi.consultations import privacy
from enishi.consultations.core import queries as consultations
from enishi.consultations.participation import queries
from enishi.consultations.participation import service as participation
from enishi.consultations.voting import queries as statements
from enishi.consultations.voting import results
from enishi.kit import clock, db


async def ref_of(dialogue: Dialogue) -> Any:
    return await consultations.find_by_slug(dialogue.slug)


async def test_concurrent_requests_of_an_account_join_a_dialogue_once(
    own_database: None,
) -> None:
    dialogue = await ref_of(await make_dialogue())
    actor = await actor_of(await make_account())
    joined = await asyncio.gather(*(participation.join(actor, dialogue) for _ in range(8)))
    assert len(set(joined)) == 1
    assert len(await db.fetch("SELECT 1 FROM consultations_participant")) == 1


async def test_claiming_merges_votes_and_the_accounts_own_vote_wins() -> None:
    made = await make_dialogue()
    dialogue = await ref_of(made)
    both, only_guest, only_account = [await make_statement(made) for _ in range(3)]
    guest = await make_participant(made)
    actor = await actor_of(await make_account())
    account = await participation.join(actor, dialogue)
    for person, statement, value in (
        (guest, both, 1),
        (guest, only_guest, -1),
        (account, both, 0),
        (account, only_account, 1),
    ):
        await put_vote(person, statement, value)
    for _ in range(2):  # a second time changes nothing
        assert await participation.claim(actor, dialogue, guest) == account
        own = await statements.votes_of(account)
        assert own == {both: 0, only_guest: -1, only_account: 1}
        assert await statements.votes_of(guest) == {}
        assert await results.drift() == []


async def test_only_guests_are_merged_and_no_account_import_or_paper() -> None:
    made = await make_dialogue()
    dialogue = await ref_of(made)
    statement = await make_statement(made)
    actor = await actor_of(await make_account())
    for channel in ("account", "import", "paper"):
        other = await make_participant(made, channel)
        await put_vote(other, statement, 1)
        await participation.claim(actor, dialogue, other)
        assert await statements.votes_of(other) == {statement: 1}


@pytest.mark.parametrize(
    ("year", "band"),
    [
        (None, None),
        (2015, "0-14"),
        (2011, "15-19"),
        (1990, "30-39"),
        (1966, "60-64"),
        (1961, "65-74"),
        (1951, "75-84"),
        (1941, "85-"),
        (1900, "85-"),
        (2027, "0-14"),
    ],
)
def test_ages_are_kept_as_bands(year: int | None, band: str | None) -> None:
    with clock.frozen_at(clock.start_of_day(date(2026, 7, 1))):
        assert age_band(year) == band


@pytest.mark.parametrize(
    ("typed", "is_fine"),
    [
        ("あ" * 140, True),
        ("あ" * 141, False),
        ("👨‍👩‍👧" * 110, True),
        ("👨‍👩‍👧" * 140, False),  # more than four code points for each character of the limit
        ("か\u3099" * 140, True),
        ("あ", False),
    ],
)
async def test_the_limit_of_a_statement_counts_graphemes(
    visitor: httpx.AsyncClient,
    typed: str,
    is_fine: bool,  # noqa: FBT001
) -> None:
    invalidate()
    dialogue = await make_dialogue()
    answer = await visitor.post(
        f"/ja/dialogues/{dialogue.slug}/statements/new",
        data={"text": typed, "submission": str(uuid.uuid4())},
    )
    assert answer.status_code == (303 if is_fine else 422)
    assert is_fine or typed in answer.text


async def test_similar_statements_are_listed_and_the_new_one_may_be_sent_anyway(
    visitor: httpx.AsyncClient,
) -> None:
    invalidate()
    dialogue = await make_dialogue()
    await make_statement(dialogue, "駅前のバスの便数を増やしてほしい。")
    sent = {"text": "駅前のﾊﾞｽの便数をふやして欲しい", "submission": str(uuid.uuid4())}
    at = f"/ja/dialogues/{dialogue.slug}/statements/new"
    offered = await visitor.post(at, data=sent)
    assert offered.status_code == 409
    assert '<q lang="ja">駅前のバスの便数を増やしてほしい。</q>' in offered.text
    assert sent["text"] in offered.text
    done = await visitor.post(at, data=sent | {"anyway": "true"})
    assert done.status_code == 303
    repeated = await visitor.post(at, data=sent | {"anyway": "true"})
    assert repeated.status_code == 303
    assert len(await db.fetch("SELECT 1 FROM consultations_statement")) == 2


async def test_before_moderation_a_statement_waits_and_its_author_sees_that(
    visitor: httpx.AsyncClient,
) -> None:
    invalidate()
    dialogue = await make_dialogue(moderation="before")
    await visitor.post(
        f"/ja/dialogues/{dialogue.slug}/statements/new",
        data={"text": "夜も走ってほしい", "submission": str(uuid.uuid4())},
    )
    assert "確認待ち" in (await visitor.get(f"/ja/dialogues/{dialogue.slug}/mine")).text
    public = (await visitor.get(f"/ja/dialogues/{dialogue.slug}/statements")).text
    assert "夜も走ってほしい" not in public


async def test_an_opinion_is_submitted_changed_and_withdrawn(visitor: httpx.AsyncClient) -> None:
    invalidate()
    dialogue = await make_dialogue()
    at = f"/ja/dialogues/{dialogue.slug}"
    sent = {"text": "**夜**の便を", "nickname": "花", "name_shown": "nickname"}
    page = await visitor.post(f"{at}/opinions/new", data=sent | {"submission": str(uuid.uuid4())})
    [receipt] = re.findall(r"[0-9A-Z]{4}(?:-[0-9A-Z]{4}){3}", page.text)
    assert "<strong>夜</strong>" in (await visitor.get(f"{at}/opinions")).text
    [edit] = re.findall(r'href="(/ja/[^"]+/edit)"', (await visitor.get(f"{at}/mine")).text)
    changed = sent | {"text": "朝の便を", "submission": str(uuid.uuid4())}
    assert (await visitor.post(edit, data=changed)).status_code == 303
    versions = await db.fetch("SELECT text FROM consultations_opinion_version ORDER BY number")
    assert [version["text"] for version in versions] == ["**夜**の便を", "朝の便を"]
    found = await visitor.post(f"{at}/receipt", data={"receipt": receipt.lower()})
    assert "朝の便を" in found.text
    withdraw = edit.replace("/edit", "/withdraw")
    await visitor.post(withdraw, data={"submission": str(uuid.uuid4())})
    assert set(map(str, await db.fetch("SELECT text FROM consultations_opinion_version"))) == {
        "{'text': ''}"
    }
    gone = await visitor.post(f"{at}/receipt", data={"receipt": receipt})
    assert "取下げ済み" in gone.text
    assert "朝の便を" not in gone.text


async def test_a_preview_shows_the_opinion_and_writes_nothing(visitor: httpx.AsyncClient) -> None:
    invalidate()
    at = f"/ja/dialogues/{(await make_dialogue()).slug}/opinions/new"
    empty = (await visitor.get(at)).text.replace("<wbr>", "")
    assert "すぐにこのサイトで公開します" in empty
    assert 'value="send"' not in empty
    sent = {"text": "**夜**の便を", "nickname": "花", "name_shown": "nickname"}
    sent |= {"submission": str(uuid.uuid4())}
    shown = await visitor.post(at, data=sent | {"step": "preview"})
    assert shown.status_code == 200
    assert "<strong>夜</strong>" in shown.text
    assert 'value="send"' in shown.text
    assert await db.fetch("SELECT 1 FROM consultations_participant") == []
    assert await db.fetch("SELECT 1 FROM consultations_opinion") == []
    [key] = re.findall(r'name="submission" value="([^"]+)"', shown.text)
    done = await visitor.post(at, data=sent | {"submission": key, "step": "send"})
    assert re.findall(r"[0-9A-Z]{4}(?:-[0-9A-Z]{4}){3}", done.text)
    assert len(await db.fetch("SELECT 1 FROM consultations_opinion")) == 1
    assert (await visitor.post(at, data=sent | {"step": "other"})).status_code == 422


async def test_where_texts_are_looked_at_first_the_form_says_so(visitor: httpx.AsyncClient) -> None:
    invalidate()
    at = f"/ja/dialogues/{(await make_dialogue(moderation='before')).slug}/opinions/new"
    page = (await visitor.get(at)).text.replace("<wbr>", "")
    assert "主催者が内容を確かめてから公開します" in page
    assert "すぐにこのサイトで公開します" not in page


async def test_after_the_close_an_opinion_stays_as_it_is(visitor: httpx.AsyncClient) -> None:
    invalidate()
    dialogue = await make_dialogue()
    at = f"/ja/dialogues/{dialogue.slug}"
    sent = {"text": "夜の便を", "submission": str(uuid.uuid4())}
    await visitor.post(f"{at}/opinions/new", data=sent)
    [edit] = re.findall(r'href="(/ja/[^"]+/edit)"', (await visitor.get(f"{at}/mine")).text)
    with clock.frozen_at(dialogue.closes_at):
        late = await visitor.post(edit, data=sent | {"submission": str(uuid.uuid4())})
        gone = await visitor.post(
            edit.replace("/edit", "/withdraw"), data={"submission": str(uuid.uuid4())}
        )
    assert (late.status_code, gone.status_code) == (409, 409)


async def test_unknown_receipts_and_opinions_of_others_are_refused(
    visitor: httpx.AsyncClient, browser_of: SignIn
) -> None:
    invalidate()
    dialogue = await make_dialogue()
    at = f"/ja/dialogues/{dialogue.slug}"
    sent = {"text": "夜の便を", "submission": str(uuid.uuid4())}
    await visitor.post(f"{at}/opinions/new", data=sent)
    [edit] = re.findall(r'href="(/ja/[^"]+/edit)"', (await visitor.get(f"{at}/mine")).text)
    stranger = await browser_of(await make_account())
    assert (await stranger.get(edit)).status_code == 404
    unknown = await stranger.post(f"{at}/receipt", data={"receipt": "2345-6789-ABCD-EFGH"})
    assert unknown.status_code == 422


async def test_under_16_without_a_guardians_consent_no_statement_is_written(
    browser_of: SignIn,
) -> None:
    invalidate()
    dialogue = await make_dialogue()
    minor = await browser_of(await make_account(minor_until=clock.today() + timedelta(days=99)))
    answer = await minor.post(
        f"/ja/dialogues/{dialogue.slug}/statements/new",
        data={"text": "夜の便を", "submission": str(uuid.uuid4())},
    )
    assert answer.status_code == 403
    assert await db.fetch("SELECT 1 FROM consultations_statement") == []


@pytest.mark.parametrize("form", ["statements", "opinions"])
async def test_guests_are_told_the_rule_for_people_under_16(
    visitor: httpx.AsyncClient, browser_of: SignIn, form: str
) -> None:
    """Their age is not known: signing out would go round the guardian."""
    invalidate()
    address = f"/ja/dialogues/{(await make_dialogue()).slug}/{form}/new"
    assert "16歳未満の方は、アカウントを作り" in (await visitor.get(address)).text
    grown_up = await browser_of(await make_account())
    assert "16歳未満の方は" not in (await grown_up.get(address)).text


async def test_an_erasure_deletes_the_link_to_the_account_and_keeps_the_sums() -> None:
    made = await make_dialogue()
    statement = await make_statement(made)
    account_id = await make_account()
    person = await participation.join(await actor_of(account_id), await ref_of(made))
    await put_vote(person, statement, 1)
    exported = [row async for row in privacy.PERSONAL_DATA.export(account_id)]
    assert exported == [
        ("votes", {"dialogue": str(made.id), "statement": str(statement), "vote": 1})
    ]
    await privacy.PERSONAL_DATA.erase(account_id)
    await privacy.PERSONAL_DATA.erase(account_id)
    assert await queries.list_of_account(account_id) == []
    assert len(await db.fetch("SELECT 1 FROM consultations_vote")) == 1
    assert await results.drift() == []
