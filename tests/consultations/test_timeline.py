"""The steps from the call to the verification, and the promises of an organisation."""

import asyncio
from datetime import date, timedelta

import asyncpg
import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.consultations.build import invalidate, make_dialogue, publish_result, shift, text
from tests.consultations.desk import AT, Desk, day, desk_of_hida, publish_dialogue, write_dialogue
from tests.fixtures.accounts import SignIn, actor_of, make_member, make_organisation

from enishi.consultations.core import queries as consultations
from enishi.consultations.core.kinds import StepKind
from enishi.consultations.core.schemas import ConsultationRef
from enishi.consultations.timeline import policies, queries, service
from enishi.consultations.timeline.schemas import PlanForm
from enishi.kit import clock, db, formatting
from enishi.kit.seen import ChangedMeanwhileError

ALL = ("募集", "整理", "回答", "決定", "実施", "検証")
PLAN = {"sorting": 20, "decision": 60, "implementation": 120, "verification": 400}


def shown(after: int) -> str:
    return formatting.format_date(clock.today() + timedelta(days=after))


def planned() -> dict[str, str]:
    return {name: day(after) for name, after in PLAN.items()}


async def page_of(desk: Desk, address: str = "/ja/dialogues/bus") -> str:
    invalidate()
    answer = await desk.browser.get(address)
    assert answer.status_code == 200, answer.text
    return answer.text.replace("<wbr>", "")


async def test_each_dialogue_shows_its_steps_from_day_one(browser_of: SignIn) -> None:
    desk = await publish_dialogue(browser_of)
    page = await page_of(desk)
    where = [page.index(f'class="task__title">{name}</h3>') for name in ALL]
    assert where == sorted(where)
    assert page.count("予定日は未定") == 4
    assert f"予定日：{shown(30)}" in page  # of the answer, from the days of the dialogue
    await desk.open(f"{AT}/bus/timeline")
    assert (await desk.send("/timeline", **planned())).status_code == 303
    page = await page_of(desk)
    assert "予定日は未定" not in page
    for after in PLAN.values():
        assert f"予定日：{shown(after)}" in page


async def test_a_step_is_done_by_an_act_that_is_recorded(browser_of: SignIn) -> None:
    desk = await publish_dialogue(browser_of)
    await desk.open(f"{AT}/bus/timeline")
    await desk.send("/timeline", **planned())
    assert f'href="{AT}/bus/timeline/sorting"' not in desk.page.text  # the call is not over
    await shift(40)
    await db.fetch("UPDATE consultations_step SET planned_on = planned_on - 40")
    page = await page_of(desk)
    assert "予定日を20日過ぎています" in page  # sorting
    await desk.open(f"{AT}/bus/timeline/sorting")
    assert (await desk.send("/timeline/sorting", done_on=day(1))).status_code == 422
    assert (await desk.send("/timeline/sorting", done_on=day(-35))).status_code == 422
    done = {"done_on": day(-2), "note.ja": "意見を12の論点に分けました"}
    assert (await desk.send("/timeline/sorting", **done)).status_code == 303
    page = await page_of(desk)
    assert f"終わった日：{shown(-2)}（予定より18日遅れ）" in page
    assert "意見を12の論点に分けました" in page
    [row] = await db.fetch(
        "SELECT data FROM audit_entry WHERE action = 'consultations.timeline.recorded'"
    )
    assert "sorting" in row["data"]
    await desk.open(f"{AT}/bus/timeline/sorting")
    assert (await desk.send("/timeline/sorting", done_on="")).status_code == 303
    record = await page_of(desk, "/ja/dialogues/bus/timeline")
    assert f"{shown(-2)} を取消（" in record
    assert "意見を12の論点に分けました" not in record


@pytest.mark.parametrize("step", ["call", "answer", "anything"])
async def test_call_and_answer_are_not_done_by_hand(browser_of: SignIn, step: str) -> None:
    desk = await publish_dialogue(browser_of)
    await shift(40)
    address = f"{AT}/bus/timeline/{step}"
    assert (await desk.browser.get(address)).status_code == 404
    assert (await desk.browser.post(address, data={"done_on": day(0)})).status_code == 404


@pytest.mark.as_owner
async def test_a_public_promise_moves_and_does_not_vanish(browser_of: SignIn) -> None:
    desk = await desk_of_hida(browser_of)
    await write_dialogue(desk)
    await desk.open(f"{AT}/bus/timeline")
    await desk.send("/timeline", **planned())
    assert await db.fetch("SELECT FROM consultations_step_act") == []  # a draft has no record
    await desk.open(f"{AT}/bus/move/publish")
    await desk.send("/move/publish")
    await desk.open(f"{AT}/bus/timeline")
    refused = await desk.send("/timeline", decision="")
    assert refused.status_code == 422
    assert "公開した後は、予定日を消せません。" in refused.text
    refused = await desk.send("/timeline", decision=day(10))
    assert refused.status_code == 422
    assert 'id="e-decision"' in refused.text
    await desk.open(f"{AT}/bus/timeline")
    assert (await desk.send("/timeline", decision=day(70))).status_code == 303
    record = await page_of(desk, "/ja/dialogues/bus/timeline")
    assert f"{shown(60)} から {shown(70)} へ" in record
    ledger = await page_of(desk, "/ja/organisations/hida")
    assert "（期日の変更 1回）" in ledger
    with pytest.raises(asyncpg.RestrictViolationError, match="appended to, never changed"):
        await db.fetch("DELETE FROM consultations_step_act")


async def test_the_ledger_counts_what_is_kept_and_what_is_overdue(
    visitor: httpx.AsyncClient,
) -> None:
    hida, other = await make_organisation("hida"), await make_organisation("takayama")
    late = await make_dialogue(organisation_id=hida, slug="late", title=text("遅れた対話"))
    kept = await make_dialogue(organisation_id=hida, slug="kept", title=text("守った対話"))
    await make_dialogue(organisation_id=hida, slug="draft", published_at=None, title=text("下書き"))
    await make_dialogue(
        organisation_id=hida,
        slug="gone",
        title=text("取り下げ"),
        withdrawn_at=clock.now(),
        withdrawn_reason=text("誤り"),
    )
    await make_dialogue(organisation_id=other, slug="other", title=text("ほかの団体"))
    await shift(47)  # the results were planned for ten days ago
    await publish_result(kept.slug, clock.now() - timedelta(days=10))
    page = (await visitor.get("/ja/organisations/hida")).text.replace("<wbr>", "")
    assert "遅れた対話" in page
    assert "10日過ぎています" in page
    for hidden in ("守った対話", "下書き", "取り下げ", "ほかの団体"):
        assert hidden not in page
    done = (await visitor.get("/ja/organisations/hida?show=done")).text.replace("<wbr>", "")
    assert "守った対話" in done
    assert "期日までに終わりました" in done
    counts = await queries.count_promises(hida)
    assert (counts.waiting, counts.overdue, counts.kept, counts.kept_late) == (0, 1, 1, 0)
    assert (await visitor.get("/ja/organisations/nobody")).status_code == 404
    assert f'href="/ja/dialogues/{late.slug}/timeline"' in page


async def test_every_promise_is_on_some_page() -> None:
    hida = await make_organisation("hida")
    for number in range(5):
        await make_dialogue(organisation_id=hida, slug=f"talk-{number}")
    found: list[str] = []
    cursor: str | None = None
    for _ in range(3):
        page = await queries.list_promises(hida, cursor, size=2)
        found += [each.slug for each in page.rows]
        cursor = page.next_cursor
    assert found == [f"talk-{number}" for number in range(5)]
    assert cursor is None


async def test_of_two_plans_at_once_one_is_refused(own_database: None) -> None:
    hida = await make_organisation("hida")
    actor = await actor_of(await make_member(hida, "editor"))
    made = await make_dialogue(organisation_id=hida)
    view = await consultations.get_for_office(hida, made.slug)
    saved = {kind: step.planned_on for kind, step in (await queries.stored_steps(view.id)).items()}
    opened_with = policies.fingerprint(saved)
    forms = [
        PlanForm(decision=clock.today() + timedelta(days=after)) for after in (70, 80, 90, 100)
    ]
    results = await asyncio.gather(
        *(service.plan(actor, view, form, opened_with) for form in forms), return_exceptions=True
    )
    assert sum(result is None for result in results) == 1
    assert [type(each) for each in results if each is not None] == [ChangedMeanwhileError] * 3
    rows = await db.fetch("SELECT number FROM consultations_step_act ORDER BY number")
    assert [row["number"] for row in rows] == [1]


async def test_the_steps_exist_in_plain_japanese(browser_of: SignIn) -> None:
    desk = await publish_dialogue(browser_of)
    page = await page_of(desk)
    assert 'href="/ja/dialogues/bus?words=easy"' in page
    easy = await page_of(desk, "/ja/dialogues/bus?words=easy")
    for words in ("意見を集める", "返事をする", "まだ始まっていません", "ふつうの日本語で読む"):
        assert words in easy
        assert words not in page
    for address in ("/ja/dialogues/bus/timeline?words=easy", "/ja/organisations/hida?words=easy"):
        assert "ふつうの日本語で読む" in await page_of(desk, address)
    assert "words=easy" not in await page_of(desk, "/en/dialogues/bus")


DAYS = st.none() | st.dates(date(2027, 1, 1), date(2027, 3, 1))


@given(st.lists(DAYS, min_size=4, max_size=4), DAYS, DAYS)
def test_what_is_accepted_is_in_order(
    chosen: list[date | None], closes_on: date | None, result_on: date | None
) -> None:
    """Of a draft without a plan: nothing is refused that is in order, nothing else is accepted."""

    class Own(ConsultationRef):
        @property
        def days(self) -> dict[str, date | None]:
            return {"opens_on": None, "closes_on": closes_on, "result_on": result_on}

    kinds = [kind for kind in StepKind if kind.is_recorded]
    days = dict(zip(kinds, chosen, strict=True))
    saved: dict[StepKind, date | None] = dict.fromkeys(kinds)
    refused = policies.refused_days(Own.model_construct(published_at=None), days, saved)
    plan = {StepKind.CALL: closes_on, StepKind.ANSWER: result_on} | days
    in_order = [day for kind in StepKind if (day := plan[kind]) is not None]
    own_days = [day for day in (closes_on, result_on) if day]
    if own_days == sorted(own_days):
        assert (not refused) == (in_order == sorted(in_order))
