"""Official answers in the office: drafted, approved by somebody else, published as approved."""

import re
import uuid
from datetime import datetime, timedelta

import asyncpg
import httpx
import pytest
from tests.accounts.walks import forms_of
from tests.consultations.answering import (
    ANSWER,
    Office,
    approve,
    draft,
    make_office,
    publish,
    read,
    send,
    words_of,
)
from tests.consultations.build import invalidate, is_answered, shift
from tests.consultations.desk import day
from tests.fixtures.accounts import SignIn

from enishi.consultations.core import queries as consultations
from enishi.consultations.core.kinds import PhaseKind
from enishi.kit import clock, db


@pytest.fixture
async def office(browser_of: SignIn) -> Office:
    return await make_office(browser_of)


async def test_an_answer_goes_from_draft_to_the_public_by_two_people(
    office: Office, visitor: httpx.AsyncClient
) -> None:
    empty = await read(visitor, f"{office.page}/answers")
    assert "回答はまだ公表されていません" in empty
    await draft(office)
    own = words_of(await office.one.get(office.answer_of()))
    assert "起案した人は、決裁できません" in own
    assert "この案を決裁する" not in own
    for step in (approve, publish):
        assert "夜の便を" not in await read(visitor, f"{office.page}/answers")
        assert "回答を読む" not in await read(visitor, office.page)
        assert (await step(office)).status_code == 303

    page = await read(visitor, f"{office.page}/answers")
    assert "夜のバス" in page
    assert "ご意見の一部を受けて修正しました" in page
    assert "夜の便を&lt;b&gt;一つ&lt;/b&gt;増やします" in page
    assert "交通政策課" in page
    assert "投票ではありません" in page
    assert "1 件の異なる文" in page
    assert re.search(r"<del>.*20.*</del>\s*<ins>.*21.*</ins>", page)
    assert "一人の職員" not in page
    assert f"{office.page}/answers" in await read(visitor, office.page)
    assert f"{office.page}/answers" in await read(visitor, f"{office.page}/results")
    english = await read(visitor, f"/en/dialogues/{office.dialogue.slug}/answers")
    assert "One more night bus." in english
    behind = await read(visitor, f"{office.page}/answers/1")
    assert "夜の便を増やしてください" in behind
    rows = await db.fetch(
        "SELECT action FROM audit_entry WHERE action LIKE '%.answer%' ORDER BY id"
    )
    assert [row["action"].rpartition(".")[2] for row in rows] == [
        "drafted",
        "approved",
        "published",
    ]


async def test_who_wrote_the_draft_cannot_approve_it_by_any_way(office: Office) -> None:
    await draft(office)
    shown = await office.other.get(office.answer_of())
    [(to, fields)] = [each for each in forms_of(shown).items() if each[0].endswith("/approve")]
    refused = await office.one.post(to, data=fields | {"submission": str(uuid.uuid4())})
    assert refused.status_code == 409
    assert "起案した人は、決裁できません" in words_of(refused)
    assert await db.fetch("SELECT FROM consultations_answer_approval") == []
    # Nor by a statement that claims so.
    with pytest.raises(asyncpg.CheckViolationError):
        await _insert_approval("drafted_by", "false")
    with pytest.raises(asyncpg.CheckViolationError):
        await _insert_approval("(SELECT account_id FROM other)", "true")


async def _insert_approval(approved_by: str, by_one_person: str) -> None:
    async with db.unit_of_work():
        await db.fetch(
            "WITH other AS (SELECT account_id FROM organisations_membership"  # noqa: S608 (our own)
            " WHERE account_id NOT IN (SELECT drafted_by FROM consultations_answer_draft) LIMIT 1)"
            " INSERT INTO consultations_answer_approval (id, draft_id, content_hash, drafted_by,"
            " approved_by, approved_at, by_one_person) SELECT gen_random_uuid(), id, content_hash,"
            f" drafted_by, {approved_by}, now(), {by_one_person} FROM consultations_answer_draft"
        )


async def test_only_the_approved_hash_can_be_published(office: Office) -> None:
    await draft(office)
    await approve(office)
    publication = "INSERT INTO consultations_answer_publication (id, consultation_id, number,"
    with pytest.raises(asyncpg.ForeignKeyViolationError):
        async with db.unit_of_work():
            await db.fetch(
                f"{publication} publish_at, unplaced, unanswered, published_by, recorded_at)"  # noqa: S608 (our own)
                " SELECT gen_random_uuid(), $1, 1, now(), 0, 0, drafted_by, now()"
                " FROM consultations_answer_draft",
                office.dialogue.id,
            )
            await db.fetch(
                "INSERT INTO consultations_answer_published SELECT p.id, d.id, sha256('other')"
                " FROM consultations_answer_publication p, consultations_answer_draft d"
            )
    with pytest.raises(asyncpg.InsufficientPrivilegeError):
        async with db.unit_of_work():
            await db.fetch("UPDATE consultations_answer_draft SET outcome = 'modified'")


async def test_an_edit_withdraws_the_approval(office: Office, visitor: httpx.AsyncClient) -> None:
    await draft(office)
    await approve(office)
    await draft(office, reason="夜の便を二つ増やします。")
    assert "公表を待つ回答：0件" in words_of(await office.other.get(f"{office.at}/answers"))
    invalidate()
    assert not await is_answered(office.dialogue)
    await approve(office)
    assert (await publish(office)).status_code == 303
    assert "二つ増やします" in await read(visitor, f"{office.page}/answers")


async def test_a_closed_dialogue_is_answered_by_its_first_published_answer(office: Office) -> None:
    await shift(9)
    ref = await consultations.find_by_slug(office.dialogue.slug)
    assert ref
    assert ref.phase_at(clock.now()) is PhaseKind.CLOSED
    await draft(office)
    await approve(office)
    await publish(office)
    first = await answered_at(office)
    ref = await consultations.find_by_slug(office.dialogue.slug)
    assert ref
    assert ref.phase_at(clock.now()) is PhaseKind.RESULT
    await draft(office, reason="もう一つ増やします。")
    assert await answered_at(office) == first  # what is out stays


async def test_saving_the_same_again_keeps_the_approval(office: Office) -> None:
    await draft(office)
    await approve(office)
    await draft(office)
    assert await db.fetch_value("SELECT count(*) FROM consultations_answer_draft") == 1
    assert (await publish(office)).status_code == 303


async def test_an_approval_is_of_what_was_read(office: Office) -> None:
    await draft(office)
    shown = await office.other.get(office.answer_of())
    [(to, fields)] = [each for each in forms_of(shown).items() if each[0].endswith("/approve")]
    await draft(office, reason="考え直しました。")
    refused = await office.other.post(to, data=fields)
    assert refused.status_code == 409
    assert "読んだ後に" in refused.text
    assert await db.fetch("SELECT FROM consultations_answer_approval") == []


async def rename(office: Office, title: str) -> None:
    page = f"{office.at}/arguments/{office.argument}"
    sent = await send(office.one, page, str(office.argument), **{"title.ja": title})
    assert sent.status_code == 303


async def test_a_new_title_of_the_argument_needs_a_new_approval(
    office: Office, visitor: httpx.AsyncClient
) -> None:
    await draft(office)
    await approve(office)
    await rename(office, "朝と夜のバス")
    assert "論点の文が変わった" in (await office.other.get(f"{office.at}/answers")).text
    await draft(office)
    await approve(office)
    await publish(office)
    await rename(office, "昼のバス")
    page = await read(visitor, f"{office.page}/answers")
    assert "朝と夜のバス" in page  # as approved, until another answer is
    assert "昼のバス" not in page


async def test_a_scheduled_answer_is_public_from_that_instant_on(
    office: Office, visitor: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    await draft(office)
    await approve(office)
    past = await publish(office, publish_on=str(clock.today()), publish_time="00:00")
    assert past.status_code == 422
    assert "今より後" in past.text
    assert (await publish(office, publish_on=day(3), publish_time="09:30")).status_code == 303
    assert "夜の便を" not in await read(visitor, f"{office.page}/answers")
    await shift(9)  # after the close
    assert "結果の公表は" in await read(visitor, office.page)
    at = await db.fetch_value("SELECT publish_at FROM consultations_answer_publication")
    assert await answered_at(office) == at
    assert clock.in_tokyo(at).strftime("%H:%M") == "09:30"
    monkeypatch.setattr(clock, "now", lambda: at)
    assert "夜の便を" in await read(visitor, f"{office.page}/answers")
    assert "結果公表" in await read(visitor, office.page)


async def answered_at(office: Office) -> datetime | None:
    at: datetime | None = await db.fetch_value(
        "SELECT answered_at FROM consultations_consultation WHERE id = $1", office.dialogue.id
    )
    return at


async def test_a_new_title_before_the_scheduled_instant_stops_it_too(office: Office) -> None:
    await draft(office)
    await approve(office)
    await publish(office, publish_on=day(3))
    assert await answered_at(office) is not None
    await rename(office, "昼のバス")
    assert await answered_at(office) is None


async def test_an_edit_before_the_scheduled_instant_stops_it(
    office: Office, visitor: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    await draft(office)
    await approve(office)
    await publish(office, publish_on=day(3))
    await draft(office, reason="考え直しました。")
    assert await answered_at(office) is None
    at = await db.fetch_value("SELECT publish_at FROM consultations_answer_publication")
    monkeypatch.setattr(clock, "now", lambda: at + timedelta(hours=1))
    page = await read(visitor, f"{office.page}/answers")
    assert "夜の便を" not in page
    assert "考え直しました" not in page


async def test_a_cancelled_publication_publishes_nothing_and_is_free_again(
    office: Office, visitor: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    await draft(office)
    await approve(office)
    await publish(office, publish_on=day(3))
    done = await send(office.other, f"{office.at}/answers", "/cancel")
    assert done.status_code == 303
    assert await answered_at(office) is None
    assert await db.fetch_value("SELECT answered_from FROM consultations_argument") is None
    assert await db.fetch_value("SELECT answered_at FROM consultations_consultation") is None
    later = clock.now() + timedelta(days=5)
    monkeypatch.setattr(clock, "now", lambda: later)
    assert "夜の便を" not in await read(visitor, f"{office.page}/answers")
    assert (await publish(office)).status_code == 303
    assert "夜の便を" in await read(visitor, f"{office.page}/answers")
    late = await office.other.get(f"{office.at}/answers")
    assert "/cancel" not in late.text


async def test_a_form_without_its_fields_says_what_is_missing(office: Office) -> None:
    refused = await send(office.one, office.answer_of(), "/answer", outcome="reference")
    assert refused.status_code == 422
    assert 'href="#f-reason' in refused.text
    same = ANSWER | {"passage_after": ANSWER["passage_before"]}
    refused = await send(office.one, office.answer_of(), "/answer", **same)
    assert "変更前と変更後が同じです" in refused.text
    assert "夜の便は20時までとします" in refused.text
