"""Official answers as the public reads them: pages, gaps, receipts and differences."""

import re
import uuid

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.consultations.answering import (
    Office,
    approve,
    draft,
    make_office,
    publish,
    read,
    send,
    words_of,
)
from tests.consultations.build import invalidate, is_answered, make_opinion, make_statement
from tests.consultations.gathering import make_argument, put_under
from tests.fixtures.accounts import SignIn, make_member

from enishi.consultations.answers import queries
from enishi.consultations.answers.differences import differences
from enishi.consultations.opinions import receipts
from enishi.kit import db


@pytest.fixture
async def office(browser_of: SignIn) -> Office:
    return await make_office(browser_of)


async def test_gaps_are_counted_and_need_a_reason(
    office: Office, visitor: httpx.AsyncClient
) -> None:
    await make_opinion(office.dialogue, "論点のない意見")
    await make_opinion(office.dialogue, "見えない意見", state="hidden")
    await make_argument(office.dialogue.id, "まだ答えのない論点")
    await draft(office)
    await approve(office)
    refused = await publish(office)
    assert refused.status_code == 409
    assert "論点に入っていないご意見が1件、回答のない論点が1件" in refused.text
    assert not await is_answered(office.dialogue)
    reason = {"gap_reason.ja": "残りは来月に回答します。"}
    assert (await publish(office, **reason)).status_code == 303
    page = await read(visitor, f"{office.page}/answers")
    assert re.search(r"論点に入っていないご意見</dt>\s*<dd>1 件", page)
    assert re.search(r"回答を公表していない論点</dt>\s*<dd>1 件", page)
    assert "残りは来月に回答します" in page
    assert "まだ答えのない論点" not in page  # nobody has approved its title


async def test_one_person_may_where_the_organisation_says_so_and_the_page_tells(
    browser_of: SignIn, visitor: httpx.AsyncClient, office: Office
) -> None:
    owner = await browser_of(await make_member(office.dialogue.organisation_id, "owner"))
    saved = await send(owner, "/ja/office/hida/profile", "/profile", one_person_answers="yes")
    assert saved.status_code == 303
    await draft(office)
    done = await send(office.one, office.answer_of(), "/approve")
    assert done.status_code == 303
    await publish(office)
    assert "一人の職員が起案し、決裁しました" in await read(visitor, f"{office.page}/answers")


async def test_hidden_texts_and_withdrawn_dialogues_show_nothing(
    office: Office, visitor: httpx.AsyncClient
) -> None:
    card = await make_statement(office.dialogue, "夜もバスを")
    await put_under(office.argument, card)
    await draft(office)
    await approve(office)
    await publish(office)
    await db.fetch("UPDATE consultations_opinion SET state = 'hidden', hidden_reason = 'insult'")
    behind = await read(visitor, f"{office.page}/answers/1")
    assert "夜の便を増やしてください" not in behind
    assert "夜もバスを" in behind
    assert "1 件の異なる文" in behind
    await db.fetch(
        "UPDATE consultations_consultation SET withdrawn_at = now(),"
        """ withdrawn_reason = '{"ja": "誤り", "en": "", "easy_ja": ""}'"""
    )
    invalidate()
    for part in ("/answers", "/answers/1"):
        assert (await visitor.get(f"{office.page}{part}")).status_code == 410


@pytest.mark.parametrize("number", ["0", "2", "501", "9999999999999", "x"])
async def test_an_argument_without_a_public_answer_has_no_page(
    office: Office, visitor: httpx.AsyncClient, number: str
) -> None:
    assert (await visitor.get(f"{office.page}/answers/{number}")).status_code == 404


async def test_pinned_arguments_stand_first_and_all_are_on_some_page(office: Office) -> None:
    made = [office.argument]
    made += [
        await make_argument(office.dialogue.id, f"論点{number}", is_pinned=number == 3)
        for number in range(2, 5)
    ]
    for argument in made:
        await draft(office, argument)
        await approve(office, argument)
    await publish(office)
    found: list[int] = []
    cursor = None
    while True:
        page = await queries.list_public(office.dialogue.id, cursor, 2)
        found += [each.number for each in page.rows]
        cursor = page.next_cursor
        if cursor is None:
            break
    assert found == [3, 1, 2, 4]


async def test_the_receipt_tells_what_became_of_an_opinion(
    office: Office, visitor: httpx.AsyncClient
) -> None:
    number, digest = receipts.new()
    await db.fetch("UPDATE consultations_opinion SET receipt_hash = $1", digest)

    async def look_up() -> str:
        data = {"receipt": number, "submission": str(uuid.uuid4())}
        page = await visitor.post(f"{office.page}/receipt", data=data)
        assert page.status_code == 200
        return words_of(page)

    await db.fetch("DELETE FROM consultations_argument_member")
    assert "まだ論点に整理されていません" in await look_up()
    await put_under(office.argument, office.opinion)
    await draft(office)
    waits = await look_up()
    assert "まだ公表されていない回答があります" in waits
    assert "夜のバス" not in waits
    await approve(office)
    await publish(office)
    told = await look_up()
    assert "夜のバス" in told
    assert "ご意見の一部を受けて修正しました" in told
    assert f'href="{office.page}/answers/1"' in told
    await db.fetch("UPDATE consultations_opinion SET state = 'hidden', hidden_reason = 'insult'")
    assert "夜のバス" not in await look_up()


@given(st.text(alphabet="夜の便はABab12。 \n", max_size=40), st.text(max_size=40))
def test_a_difference_holds_both_passages_whole(before: str, after: str) -> None:
    runs = differences(before, after)
    assert "".join(run.text for run in runs if run.kind != "added") == before
    assert "".join(run.text for run in runs if run.kind != "removed") == after
    assert all(run.text for run in runs)
