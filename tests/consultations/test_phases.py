"""結果公表 is read where a result was published, and nowhere because of a day in a plan."""

from datetime import timedelta

import httpx
import pytest
from tests.consultations.build import (
    Dialogue,
    invalidate,
    is_answered,
    make_dialogue,
    publish_result,
    shift,
)
from tests.consultations.desk import AT, day, desk_of_hida, publish_dialogue
from tests.fixtures.accounts import SignIn, make_organisation

from enishi.kit import clock, db, formatting

# The planned day of the result lies 37 days after today (tests/consultations/build.py).
PLANNED = 37


async def lists(visitor: httpx.AsyncClient, dialogue: Dialogue) -> dict[str, str]:
    """Every public answer that names the phase."""
    invalidate()
    at = f"/ja/dialogues/{dialogue.slug}"
    addresses = (
        "/ja/dialogues",
        *(at + part for part in ("", "/statements", "/opinions", "/results", "/timeline")),
        *(at + part for part in ("/vote", "/list", "/mine", "/feed.xml")),
    )
    return {each: (await visitor.get(each)).text.replace("<wbr>", "") for each in addresses}


async def entry(visitor: httpx.AsyncClient, dialogue: Dialogue) -> dict[str, object]:
    answer = await visitor.get(f"/api/v1/dialogues/{dialogue.slug}")
    found: dict[str, object] = answer.json()
    return found


async def test_before_the_planned_day_the_plan_is_told(visitor: httpx.AsyncClient) -> None:
    dialogue = await make_dialogue()
    await shift(9)
    planned = formatting.format_date(clock.today() + timedelta(days=PLANNED - 9))
    for address, page in (await lists(visitor, dialogue)).items():
        assert f"結果の公表は{planned}の予定です" in page, address
        assert "結果公表<" not in page, address
    told = await entry(visitor, dialogue)
    assert (told["phase"], told["overdue_days"]) == ("closed", 0)
    assert told["result_on"] == str(clock.today() + timedelta(days=PLANNED - 9))


@pytest.mark.parametrize(("after", "overdue"), [(PLANNED, 0), (PLANNED + 1, 1), (PLANNED + 40, 40)])
async def test_after_the_planned_day_the_days_are_counted(
    visitor: httpx.AsyncClient, after: int, overdue: int
) -> None:
    dialogue = await make_dialogue()
    await shift(after)
    words = f"公表予定日を過ぎています（{overdue}日）" if overdue else "の予定です"
    for address, page in (await lists(visitor, dialogue)).items():
        assert words in page, address
        assert 'badge--neutral">結果公表' not in page, address
    told = await entry(visitor, dialogue)
    assert (told["phase"], told["overdue_days"]) == ("closed", overdue)


async def test_a_published_result_is_read_everywhere(visitor: httpx.AsyncClient) -> None:
    dialogue = await make_dialogue()
    await shift(PLANNED + 5)
    assert not await is_answered(dialogue)
    await publish_result(dialogue.slug)
    assert await is_answered(dialogue)
    for address, page in (await lists(visitor, dialogue)).items():
        assert "結果公表" in page, address
        assert "過ぎています（" not in page.replace("予定日を", ""), address
    told = await entry(visitor, dialogue)
    assert (told["phase"], told["overdue_days"]) == ("result", 0)
    news = (await visitor.get("/ja/")).text
    assert "対話の結果が公表されました" in news


async def test_the_planned_day_is_no_news(visitor: httpx.AsyncClient) -> None:
    await make_dialogue()
    await shift(PLANNED + 5)
    invalidate()
    news = (await visitor.get("/ja/")).text
    assert "対話の受付が終わりました" in news
    assert "対話の結果が公表されました" not in news


async def test_a_scheduled_answer_is_not_out_yet(visitor: httpx.AsyncClient) -> None:
    dialogue = await make_dialogue()
    await shift(9)
    await publish_result(dialogue.slug, clock.now() + timedelta(hours=1))
    assert not await is_answered(dialogue)
    assert (await entry(visitor, dialogue))["phase"] == "closed"


async def test_an_overdue_office_still_enters_paper_and_moves_its_day(browser_of: SignIn) -> None:
    desk = await publish_dialogue(browser_of)
    await shift(60)
    await desk.open(f"{AT}/bus")
    assert "公表予定日を過ぎています（30日）" in desk.page.text.replace("<wbr>", "")
    await desk.open(f"{AT}/bus/edit/rules")
    assert (await desk.send(result_on=day(-3))).status_code == 409
    assert "今日以後の日を入力してください。" in desk.page.text
    await desk.open(f"{AT}/bus/edit/rules")
    assert (await desk.send(result_on=day(20))).status_code == 303
    await desk.open(f"{AT}/bus/reopen")
    assert "いまは、この操作はできません" not in desk.page.text.replace("<wbr>", "")


async def test_the_office_reads_the_same_words(browser_of: SignIn) -> None:
    desk = await desk_of_hida(browser_of)
    [row] = await db.fetch("SELECT id FROM organisations_organisation WHERE slug = 'hida'")
    await make_dialogue(organisation_id=row["id"])
    await make_dialogue(organisation_id=await make_organisation("takayama"))
    await shift(PLANNED + 2)
    await desk.open(AT)
    assert desk.page.text.replace("<wbr>", "").count("公表予定日を過ぎています（2日）") == 1
