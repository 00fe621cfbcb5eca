"""Public comment: by the Act of the state's bodies, by ordinance of local governments."""

from datetime import date, timedelta

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.consultations.build import invalidate, shift
from tests.consultations.desk import AT, Desk, day, desk_of_hida, move, rules, topic
from tests.fixtures.accounts import SignIn

from enishi.consultations.core import notice_period
from enishi.consultations.core.kinds import Kind, NameRule
from enishi.consultations.core.schemas import CommentRules, ConsultationView
from enishi.kit import clock, db, formatting
from enishi.kit.localised import LocalisedText

RULES = {"basis.ja": "見本市パブリックコメント条例", "name_rule": "on_paper", "min_days": "20"}


async def ministry(browser_of: SignIn) -> Desk:
    desk = await desk_of_hida(browser_of)
    await db.fetch("UPDATE organisations_organisation SET kind = 'ministry', lg_code = NULL")
    return desk


def comment_rules(**more: str) -> dict[str, str]:
    """The days and the ways to take part of a public comment: 30 days from tomorrow."""
    filled = rules(opens_on=day(1), closes_on=day(30), result_on=day(60)) | more
    filled.pop("votes_published")
    return filled


async def draft(desk: Desk, kind: str = "public_comment_act", **notice: str) -> None:
    """The desk is at the page of days and ways, after topic and notice."""
    await desk.open(f"{AT}/new")
    await desk.send(then="next", kind=kind, **await topic())
    filled = {"notice_on": day(1), "legal_basis.ja": "見本法第5条"} | notice
    answer = await desk.send(then="next", **filled)
    assert answer.status_code == 303, answer.text


async def publish(desk: Desk) -> httpx.Response:
    await desk.send(then="next", contact="voice@hida.example")
    return await desk.send("/move/publish")


async def public_page(desk: Desk) -> str:
    invalidate()
    answer = await desk.browser.get("/ja/dialogues/bus")
    assert answer.status_code == 200
    return answer.text.replace("<wbr>", "")


def shown(after: int) -> str:
    return formatting.format_date(clock.today() + timedelta(days=after))


async def test_29_days_are_refused_with_the_earliest_day(browser_of: SignIn) -> None:
    desk = await ministry(browser_of)
    await draft(desk)
    refused = await desk.send(then="next", **comment_rules(closes_on=day(29)))
    assert refused.status_code == 422
    page = refused.text.replace("<wbr>", "")
    assert f"30日目の{shown(30)}です" in page
    assert f'value="{day(29)}"' in page  # what was typed is kept
    assert 'id="e-closes_on"' in page
    assert (await desk.send(then="next", **comment_rules())).status_code == 303
    assert (await publish(desk)).status_code == 303
    page = await public_page(desk)
    for part in (
        "パブリックコメント（行政手続法）",
        "見本法第5条",
        shown(1),
        f"{shown(30)} 23時59分まで（公示の日から数えて30日間）",
    ):
        assert part in page
    assert "期間を短くする理由" not in page
    told = (await desk.browser.get("/api/v1/dialogues/bus")).json()
    assert (told["kind"], told["notice_on"]) == ("public_comment_act", day(1))
    assert told["legal_basis"]["ja"] == "見本法第5条"


async def test_a_shorter_period_needs_a_reason_that_stays(browser_of: SignIn) -> None:
    desk = await ministry(browser_of)
    await draft(desk, **{"short_period_reason.ja": "災害の後の急ぎの命令です"})
    assert (await desk.send(then="next", **comment_rules(closes_on=day(12)))).status_code == 303
    assert (await publish(desk)).status_code == 303
    page = await public_page(desk)
    assert "期間を短くする理由（行政手続法第40条）" in page
    assert "災害の後の急ぎの命令です" in page
    assert "決まりは30日以上です" in page
    await desk.open(f"{AT}/bus/edit/notice")
    refused = await desk.send(**{"short_period_reason.ja": ""})
    assert refused.status_code == 422
    assert 'id="e-short_period_reason.ja"' in refused.text
    await desk.open(f"{AT}/bus/edit/notice")
    assert (await desk.send(notice_on=day(3))).status_code == 409
    await desk.open(f"{AT}/bus/edit/notice")
    changed = await desk.send(**{"short_period_reason.ja": "大雨の後の急ぎの命令です"})
    assert changed.status_code == 303
    invalidate()
    record = (await desk.browser.get("/ja/dialogues/bus/changes")).text
    assert "災害の後の急ぎの命令です</del>" in record.replace("<wbr>", "")


async def test_what_a_notice_lacks_is_said_before_publishing(browser_of: SignIn) -> None:
    desk = await ministry(browser_of)
    await draft(desk, notice_on="", **{"legal_basis.ja": ""})
    assert (await desk.send(then="next", **comment_rules())).status_code == 303
    refused = await publish(desk)
    assert refused.status_code == 409
    page = refused.text.replace("<wbr>", "")
    assert "公示の日が決まっていません。" in page
    assert "根拠となる法令が書かれていません。" in page
    assert "最初の意見カード" not in page


async def test_a_notice_is_not_dated_back(browser_of: SignIn) -> None:
    desk = await ministry(browser_of)
    await draft(desk, notice_on=day(-5))
    assert (await desk.send(then="next", **comment_rules())).status_code == 303
    refused = await publish(desk)
    assert refused.status_code == 409
    assert "公示の日が過ぎています。" in refused.text.replace("<wbr>", "")


async def test_the_call_does_not_end_before_its_days_are_over(browser_of: SignIn) -> None:
    desk = await ministry(browser_of)
    await draft(desk)
    await desk.send(then="next", **comment_rules(closes_on=day(40)))
    assert (await publish(desk)).status_code == 303
    await desk.open(f"{AT}/bus/move/open")
    assert "いまは、この操作はできません" in desk.page.text.replace("<wbr>", "")
    await shift(5)
    await db.fetch("UPDATE consultations_consultation SET notice_on = notice_on - 5")
    await desk.open(f"{AT}/bus/move/close")
    assert "いまは、この操作はできません" in desk.page.text.replace("<wbr>", "")
    await desk.open(f"{AT}/bus/edit/rules")
    assert (await desk.send(closes_on=day(20))).status_code == 422
    await shift(28)
    await db.fetch("UPDATE consultations_consultation SET notice_on = notice_on - 28")
    assert (await move(desk, "close")).status_code == 303


@pytest.mark.parametrize("kind", ["public_comment_act", "anything"])
async def test_a_city_does_not_follow_the_act(browser_of: SignIn, kind: str) -> None:
    desk = await desk_of_hida(browser_of)
    await desk.open(f"{AT}/new")
    assert 'value="public_comment_act"' not in desk.page.text
    refused = await desk.send(then="next", kind=kind, **await topic())
    assert refused.status_code == 422
    assert 'id="e-kind"' in refused.text
    assert 'value="バスの対話"' in refused.text
    assert await db.fetch("SELECT FROM consultations_consultation") == []


async def test_a_city_asks_by_its_ordinance(browser_of: SignIn) -> None:
    desk = await desk_of_hida(browser_of)
    await draft(desk, "public_comment_ordinance", **{"legal_basis.ja": ""})
    await desk.send(then="next", **comment_rules(closes_on=day(20)))
    refused = await publish(desk)
    assert "決まりが、まだ登録されていません" in refused.text.replace("<wbr>", "")
    await desk.open("/ja/office/hida/comment-rules")
    saved = await desk.send(channels=["post", "fax"], **RULES)
    assert saved.status_code == 303
    await desk.open(f"{AT}/bus/edit/rules")
    refused = await desk.send(closes_on=day(19))
    assert refused.status_code == 422
    assert f"20日目の{shown(20)}です" in refused.text.replace("<wbr>", "")
    await desk.open(f"{AT}/bus/move/publish")
    assert (await desk.send("/move/publish")).status_code == 303
    page = await public_page(desk)
    for part in ("見本市パブリックコメント条例", "このサイト、郵送、ファクス", "名前が必要です"):
        assert part in page
    # The next rules are for the next public comments.
    await desk.open("/ja/office/hida/comment-rules")
    await desk.send(**RULES | {"basis.ja": "新しい条例", "min_days": "30"})
    assert "見本市パブリックコメント条例" in await public_page(desk)


async def test_two_first_forms_of_the_rules_do_not_overwrite(browser_of: SignIn) -> None:
    desk = await desk_of_hida(browser_of)
    first = await desk.open("/ja/office/hida/comment-rules")
    await desk.open("/ja/office/hida/comment-rules")
    await desk.send(**RULES)
    desk.page = first
    refused = await desk.send(**RULES | {"min_days": "25"})
    assert refused.status_code == 409
    assert await db.fetch_value("SELECT min_days FROM consultations_comment_rules") == 20


async def test_a_host_has_no_ordinance(browser_of: SignIn) -> None:
    desk = await desk_of_hida(browser_of)
    await db.fetch("UPDATE organisations_organisation SET kind = 'host', lg_code = NULL")
    assert (await desk.browser.get("/ja/office/hida/comment-rules")).status_code == 404
    await desk.open(AT)
    assert "comment-rules" not in desk.page.text


async def test_a_public_comment_has_opinions_and_no_votes(browser_of: SignIn) -> None:
    desk = await ministry(browser_of)
    await draft(desk)
    await desk.send(then="next", **comment_rules())
    await publish(desk)
    await shift(3)
    page = await public_page(desk)
    assert "カードで投票" not in page
    assert "投票ではありません" in page
    assert 'href="/ja/dialogues/bus/opinions/new"' in page
    for part in ("vote", "list", "statements", "statements/new", "results", "statements.csv"):
        assert (await desk.browser.get(f"/ja/dialogues/bus/{part}")).status_code == 404, part
    for part in ("edit/notice", "edit/rules"):
        assert (await desk.browser.get(f"{AT}/bus/{part}")).status_code == 200
    assert (await desk.browser.get(f"{AT}/bus/seeds")).status_code == 404
    await desk.open("/ja/dialogues/bus/opinions/new")
    assert (await desk.send(text="この案に賛成できません。")).status_code in (200, 303)
    assert await db.fetch_value("SELECT count(*) FROM consultations_opinion") == 1
    listed = (await desk.browser.get("/ja/dialogues")).text
    assert "パブリックコメント（行政手続法）" in listed


async def test_a_call_for_ideas_starts_without_cards(browser_of: SignIn) -> None:
    desk = await desk_of_hida(browser_of)
    await desk.open(f"{AT}/new")
    await desk.send(then="next", kind="idea_call", **await topic())
    assert (await desk.browser.get(f"{AT}/bus/edit/notice")).status_code == 404
    await desk.send(then="next", **rules())
    await desk.open(f"{AT}/bus/edit/contact")
    assert (await publish(desk)).status_code == 303
    assert "アイデア募集" in await public_page(desk)


def _noticed(kind: Kind, notice_on: date, days: int) -> ConsultationView:
    rules = CommentRules(
        basis=LocalisedText(ja="条例"),
        min_days=days,
        channels=(),
        name_rule=NameRule.NOT_NEEDED,
    )
    return ConsultationView.model_construct(
        kind=kind, notice_on=notice_on, comment_rules=rules, short_period_reason=None
    )


@given(st.dates(date(2020, 1, 1), date(2100, 1, 1)), st.integers(1, 120))
def test_the_days_of_the_notice_and_of_the_close_both_count(notice_on: date, days: int) -> None:
    for kind, whole_days in (
        (Kind.PUBLIC_COMMENT_ACT, 30),
        (Kind.PUBLIC_COMMENT_ORDINANCE, days),
    ):
        view = _noticed(kind, notice_on, days)
        last_day = notice_period.earliest_close(view)
        assert last_day is not None
        length = clock.closes_after(last_day) - clock.start_of_day(notice_on)
        assert length == timedelta(days=whole_days)
        assert notice_period.too_early(view, last_day) is None
        assert notice_period.too_early(view, last_day - timedelta(days=1)) is not None


def test_a_notice_of_1_december_allows_the_close_of_30_december() -> None:
    view = _noticed(Kind.PUBLIC_COMMENT_ACT, date(2026, 12, 1), 1)
    assert notice_period.earliest_close(view) == date(2026, 12, 30)
