"""What people take part under: confirmed before it is public, recorded afterwards."""

import asyncpg
import pytest
from tests.consultations.build import invalidate, publish_result, shift
from tests.consultations.desk import (
    AT,
    Desk,
    day,
    desk_of_hida,
    move,
    publish_dialogue,
    rules,
    topic,
    write_dialogue,
)
from tests.fixtures.accounts import SignIn

from enishi.kit import db

RECORD = "/ja/dialogues/bus/changes"


async def record_of(desk: Desk) -> str:
    invalidate()
    return (await desk.browser.get(RECORD)).text.replace("<wbr>", "")


async def test_publishing_opening_and_closing_are_asked_about_first(browser_of: SignIn) -> None:
    desk = await desk_of_hida(browser_of)
    await write_dialogue(desk)
    assert "この内容で公開する" in desk.page.text.replace("<wbr>", "")
    assert "problemの文" in desk.page.text  # the page as the public will read it
    assert "種の文" in desk.page.text
    assert (await desk.browser.get("/ja/dialogues/bus")).status_code == 404
    await desk.send("/move/publish")
    for verb, then in (("open", "投票と書き込みが始まります"), ("close", "すぐに止まります")):
        await desk.open(f"{AT}/bus/move/{verb}")
        assert then in desk.page.text
        assert (await desk.send(f"/move/{verb}")).status_code == 303
        await desk.open(f"{AT}/bus/move/{verb}")
        assert "いまは、この操作はできません" in desk.page.text.replace("<wbr>", "")


async def test_what_was_not_shown_is_not_published(browser_of: SignIn) -> None:
    desk = await desk_of_hida(browser_of)
    await write_dialogue(desk)
    shown = desk.page
    await desk.open(f"{AT}/bus/edit/topic")
    await desk.send(**{"title.ja": "橋の対話"})
    desk.page = shown
    assert (await desk.send("/move/publish")).status_code == 409
    assert "橋の対話" in desk.page.text.replace("<wbr>", "")
    assert (await desk.send("/move/publish")).status_code == 303


@pytest.mark.as_owner
async def test_the_public_reads_what_changed_after_the_publication(browser_of: SignIn) -> None:
    desk = await publish_dialogue(browser_of)
    assert "変更はありません" in await record_of(desk)
    assert RECORD not in (await desk.browser.get("/ja/dialogues/bus")).text
    await desk.open(f"{AT}/bus/edit/topic")
    await desk.send(**{"title.ja": "橋の対話"})
    await desk.open(f"{AT}/bus/edit/rules")
    await desk.send(eligibility="residents", closes_on=day(20))
    await move(desk, "open")
    record = await record_of(desk)
    for text in ("バスの対話</del>", "橋の対話", "住んでいる人", "開始日"):
        assert text in record
    assert "problemの文" not in record  # it did not change
    assert RECORD in (await desk.browser.get("/ja/dialogues/bus")).text
    with pytest.raises(asyncpg.RestrictViolationError, match="appended to, never changed"):
        await db.fetch("DELETE FROM consultations_change")


async def test_a_draft_has_no_record(browser_of: SignIn) -> None:
    desk = await desk_of_hida(browser_of)
    await write_dialogue(desk)
    await desk.open(f"{AT}/bus/edit/topic")
    await desk.send(**{"title.ja": "橋の対話"})
    assert await db.fetch("SELECT FROM consultations_change") == []


async def test_a_closed_dialogue_is_reopened_by_an_act_with_a_reason(browser_of: SignIn) -> None:
    desk = await publish_dialogue(browser_of)
    await move(desk, "open")
    await move(desk, "close")
    await desk.open(f"{AT}/bus/edit/rules")
    assert (await desk.send(closes_on=day(5))).status_code == 409
    assert "募集は終わっています。" in desk.page.text
    await desk.open(f"{AT}/bus/reopen")
    assert (await desk.send(closes_on=day(0), result_on=day(30))).status_code == 422  # no reason
    reopened = await desk.send(
        closes_on=day(0), result_on=day(30), **{"reason.ja": "大雪で集まれませんでした"}
    )
    assert reopened.status_code == 303
    assert "大雪で集まれませんでした" in await record_of(desk)
    vote = (await desk.browser.get("/ja/dialogues/bus/vote")).text
    assert "種の文" in vote
    [row] = await db.fetch(
        "SELECT data FROM audit_entry WHERE action = 'consultations.dialogue.reopened'"
    )
    assert "大雪" in row["data"]


async def test_days_that_have_passed_stay(browser_of: SignIn) -> None:
    desk = await publish_dialogue(browser_of)
    await shift(5)  # open since three days
    for changed, why in (
        ({"opens_on": day(1)}, "開始日は変えられません"),
        ({"closes_on": day(-1)}, "終了日は今日以後の日に"),
    ):
        await desk.open(f"{AT}/bus/edit/rules")
        assert (await desk.send(**changed)).status_code == 409
        assert why in desk.page.text
    await shift(50)
    await publish_result("bus")
    await desk.open(f"{AT}/bus/edit/rules")
    assert (await desk.send(result_on=day(40))).status_code == 409
    assert "結果はもう公表されています" in desk.page.text
    await desk.open(f"{AT}/bus/reopen")
    assert "いまは、この操作はできません" in desk.page.text.replace("<wbr>", "")


async def test_a_short_period_is_asked_about(browser_of: SignIn) -> None:
    desk = await desk_of_hida(browser_of)
    await desk.open(f"{AT}/new")
    await desk.send(then="next", **(await topic()))
    short = rules(opens_on=day(2), closes_on=day(3))
    assert (await desk.send(**short)).status_code == 409
    assert "募集は2日間だけです。" in desk.page.text
    assert (await desk.send(**short, short_is_meant="yes")).status_code == 303


async def test_a_draft_is_deleted_until_it_was_public(browser_of: SignIn) -> None:
    desk = await desk_of_hida(browser_of)
    await write_dialogue(desk)
    await desk.open(f"{AT}/bus")
    await desk.follow(f"{AT}/bus/move/delete")
    stale = desk.page
    await desk.open(f"{AT}/bus/move/publish")
    await desk.send("/move/publish")
    desk.page = stale
    assert (await desk.send("/move/delete")).status_code == 409
    await db.fetch("UPDATE consultations_consultation SET published_at = NULL")
    assert (await move(desk, "delete")).status_code == 303
    assert await db.fetch("SELECT FROM consultations_consultation") == []
    assert await db.fetch("SELECT FROM consultations_statement") == []


async def test_after_the_close_no_seed_is_added(browser_of: SignIn) -> None:
    desk = await publish_dialogue(browser_of)
    await move(desk, "open")
    await desk.open(f"{AT}/bus/seeds")
    form = desk.page
    await desk.open(f"{AT}/bus/seeds")
    assert (await desk.send(texts="途中で加えた文")).status_code == 303
    await move(desk, "close")
    await desk.open(f"{AT}/bus/seeds")
    assert 'name="texts"' not in desk.page.text
    desk.page = form
    assert (await desk.send(texts="遅すぎた文")).status_code == 409
    assert "遅すぎた文" not in {
        row["text"] for row in await db.fetch("SELECT text FROM consultations_statement")
    }
