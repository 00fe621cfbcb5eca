"""The first dialogue of an office: in parts, prefilled, and all errors at once."""

import pytest
from tests.consultations.build import invalidate
from tests.consultations.desk import AT, day, desk_of_hida, rules, topic, write_dialogue
from tests.fixtures.accounts import SignIn

from enishi.kit import db

SEEDS = (
    "朝の便を1本増やしてほしい",
    "夜9時台の便は、なくてもかまわない",
    "停留所に屋根とベンチがいる",
    "運賃は300円までなら払える",
    "電話で呼ぶ乗り合いの車に替える",
    "学校の行き帰りを一番に考える",
    "病院への直通を週3回にする",
    "観光の人にも使いやすくする",
    "運転手の給料を上げるべきだ",
    "市の負担は今より増やさない",
)


async def test_from_an_empty_office_to_ten_seed_cards_in_public(browser_of: SignIn) -> None:
    desk = await desk_of_hida(browser_of)
    await db.fetch("UPDATE organisations_organisation SET contact = '企画課 0577-00-0000'")
    await desk.open(AT)
    await desk.follow(f"{AT}/new")
    await desk.send(then="next", **(await topic()))
    await desk.send(then="next", **rules())
    await desk.send(then="next", texts="\n".join(SEEDS))
    assert "企画課 0577-00-0000" in desk.page.text  # from the profile of the office
    assert 'value="hidaの役所"' in desk.page.text
    await desk.send(then="next")
    assert all(seed in desk.page.text for seed in SEEDS)
    published = await desk.send("/move/publish")
    assert published.headers["location"].startswith(f"{AT}/bus?")

    assert desk.controls <= 25
    assert desk.pages <= 6
    invalidate()
    public = await desk.browser.get("/ja/dialogues/bus")
    assert public.status_code == 200
    assert "企画課 0577-00-0000" in public.text
    [row] = await db.fetch("SELECT count(*) FROM consultations_statement WHERE state = 'accepted'")
    assert row["count"] == len(SEEDS)


async def test_the_checklist_names_what_each_part_lacks(browser_of: SignIn) -> None:
    desk = await desk_of_hida(browser_of)
    await desk.open(f"{AT}/new")
    await desk.send(then="back", **{"title.ja": "バスの対話"})
    page = desk.page.text.replace("<wbr>", "")
    for reason in (
        "何が課題なのか",
        "テーマ",
        "投票を公開するか",
        "最初の意見カード",
        "開始日と終了日",
    ):
        assert reason in page
    assert "あと11項目" in page
    [row] = await db.fetch("SELECT slug FROM consultations_consultation")
    assert f"{AT}/{row['slug']}/edit/topic#f-problem.ja" in page
    await desk.open(f"{AT}/{row['slug']}/move/publish")
    assert (await desk.send("/move/publish")).status_code == 409
    assert desk.page.text.count("書かれていません") >= 5


async def test_all_errors_of_a_part_are_shown_at_once(browser_of: SignIn) -> None:
    desk = await desk_of_hida(browser_of)
    await desk.open(f"{AT}/new")
    await desk.send(then="next", **(await topic()))
    wrong = rules(opens_on=day(9), closes_on=day(2), result_on="0008-04-01")
    assert (await desk.send(**wrong)).status_code == 422
    page = desk.page.text.replace("<wbr>", "")
    assert "終了日は、開始日以後の日にしてください。" in page
    assert "令和8年は2026年です" in page
    assert "2 か所の入力をご確認ください" in page


async def test_the_second_dialogue_takes_the_settings_of_the_first(browser_of: SignIn) -> None:
    desk = await desk_of_hida(browser_of)
    await write_dialogue(desk)
    await desk.open(f"{AT}/bus/edit/rules")
    await desk.send(moderation="before", eligibility="residents")
    await desk.open(f"{AT}/new")
    await desk.send(then="next", **(await topic(**{"title.en": "Bridge"})))
    saved = await db.fetch(
        "SELECT moderation, eligibility, contact FROM consultations_consultation ORDER BY id DESC"
    )
    assert dict(saved[0]) == dict(saved[1])
    assert saved[0]["moderation"] == "before"


async def test_seed_cards_are_checked_line_by_line(browser_of: SignIn) -> None:
    desk = await desk_of_hida(browser_of)
    await write_dialogue(desk)
    await desk.open(f"{AT}/bus/seeds")
    refused = await desk.send(texts="\n".join(["短い文です", "字" * 141, "あ"]))
    assert refused.status_code == 422
    assert "2行目：140文字以内で入力してください（いま141文字です）。" in refused.text
    assert "3行目：2文字以上" in refused.text
    eleven = await desk.send(texts="\n".join(f"文の番号{number}" for number in range(11)))
    assert "10枚までです（いま11枚です）" in eleven.text


async def test_a_seed_that_looks_like_another_is_asked_about(browser_of: SignIn) -> None:
    desk = await desk_of_hida(browser_of)
    await write_dialogue(desk)
    await desk.open(f"{AT}/bus/seeds")
    lines = f"{SEEDS[0]}\n{SEEDS[0]}。\n種の文"
    asked = await desk.send(texts=lines)
    assert asked.status_code == 409
    assert "とよく似ています" in asked.text
    assert SEEDS[0] in asked.text
    assert (await desk.send(texts=lines, anyway="yes")).status_code == 303
    [row] = await db.fetch("SELECT count(*) FROM consultations_statement")
    assert row["count"] == 4


async def test_a_seed_of_a_draft_is_edited_and_removed(browser_of: SignIn) -> None:
    desk = await desk_of_hida(browser_of)
    await write_dialogue(desk)
    [row] = await db.fetch("SELECT id FROM consultations_statement")
    await desk.open(f"{AT}/bus/seeds")
    await desk.follow(f"{AT}/bus/seeds/{row['id']}")
    stale = desk.page
    await desk.send(f"/seeds/{row['id']}", text="直した文")
    assert "直した文" in desk.page.text
    desk.page = stale
    assert (await desk.send("/remove")).status_code == 409
    assert "直した文" in desk.page.text
    assert (await desk.send("/remove")).status_code == 303
    assert await db.fetch("SELECT FROM consultations_statement") == []


@pytest.mark.parametrize("slug", ["new", "edit"])
async def test_an_address_that_a_page_needs_is_refused(browser_of: SignIn, slug: str) -> None:
    desk = await desk_of_hida(browser_of)
    await write_dialogue(desk)
    await desk.open(f"{AT}/bus/edit/contact")
    assert (await desk.send(slug=slug)).status_code == 422
    assert "ほかのページが使うことば" in desk.page.text


async def test_a_title_that_reads_new_in_english_gets_another_address(browser_of: SignIn) -> None:
    desk = await desk_of_hida(browser_of)
    await desk.open(f"{AT}/new")
    await desk.send(then="back", **{"title.ja": "新しい庁舎", "title.en": "New"})
    [row] = await db.fetch("SELECT slug FROM consultations_consultation")
    assert row["slug"].startswith("hida-")
    assert str(desk.page.url).endswith(f"{AT}/{row['slug']}?done=drafted")
