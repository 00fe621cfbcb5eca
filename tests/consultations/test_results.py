"""The page of results: what it says, when it says nothing, and what it costs."""

import re
import uuid
from dataclasses import replace

import httpx
import pytest
from tests.consultations.build import Dialogue, close, invalidate, make_dialogue
from tests.consultations.landscape_build import publish, vote_as
from tests.landscape.reading import read
from tests.landscape.recount import problems

from enishi.consultations.core import queries as consultations
from enishi.consultations.landscape_runs import queries
from enishi.consultations.landscape_runs.kinds import RunKind
from enishi.consultations.landscape_runs.stored_result import encode
from enishi.consultations.participation import guest_cookie
from enishi.kit import db, page_cache


@pytest.fixture
async def dialogue() -> Dialogue:
    invalidate()
    return await make_dialogue()


def text_of(page: str) -> str:
    return re.sub(r"<[^>]+>", "", page.replace("<wbr>", "").replace("&#39;", "'"))


def sentences_of(page: str) -> list[str]:
    found = re.findall(r'<p class="findings__sentence">([^<]*)</p>', page)
    return [each.replace("<wbr>", "") for each in found]


async def test_every_printed_sentence_is_true_of_the_ballots(
    visitor: httpx.AsyncClient, dialogue: Dialogue
) -> None:
    published = await publish(dialogue)
    ballots = published.ballots
    for address, tongue in (
        (f"/ja/dialogues/{dialogue.slug}/results", "ja"),
        (f"/en/dialogues/{dialogue.slug}/results", "en"),
        (f"/ja/dialogues/{dialogue.slug}/results?words=easy", "easy_ja"),
    ):
        page = (await visitor.get(address)).text
        said = [read(sentence, tongue) for sentence in sentences_of(page)]
        assert {each.kind for each in said} >= {"marks", "divides", "card"}
        assert [problem for each in said for problem in problems(each, ballots)] == []


async def test_while_open_no_number_of_people_or_votes_of_a_group_is_shown(
    visitor: httpx.AsyncClient, dialogue: Dialogue
) -> None:
    published = await publish(dialogue)
    page = text_of((await visitor.get(f"/ja/dialogues/{dialogue.slug}/results")).text)
    assert "5分の" in page
    assert f"およそ {published.output.people // 10 * 10} 人" in page
    for members in published.result.members.tolist():
        assert f"{members}人" not in page
    assert not re.search(r"グループ[A-Z][^。]*\d+ ?票", page)


async def test_after_the_close_sizes_are_percent_and_tens(
    visitor: httpx.AsyncClient, dialogue: Dialogue
) -> None:
    published = await publish(dialogue, kind=RunKind.FINAL)
    await close(dialogue)
    invalidate()
    page = text_of((await visitor.get(f"/ja/dialogues/{dialogue.slug}/results")).text)
    members = int(published.result.members[0])
    assert f"（およそ{(members + 5) // 10 * 10}人）" in page
    assert "最後の結果" in page


async def test_a_group_of_nine_hides_all_groups_and_no_number_says_so(
    visitor: httpx.AsyncClient, dialogue: Dialogue
) -> None:
    published = await publish(dialogue)
    members = published.result.members.copy()
    members[-1] = 9
    stored = encode(replace(published.result, members=members))
    await db.fetch("UPDATE consultations_landscape_run SET result = $1", stored)
    answer = await visitor.get(f"/ja/dialogues/{dialogue.slug}/results")
    main = text_of(answer.text.partition("<main")[2].partition("</main>")[0])
    assert "意見の地図は、まだありません" in main
    assert "グループA" not in main
    assert "%" not in main
    assert not re.search(r"\d+ ?人", main)


async def test_before_the_first_run_the_page_says_that_it_is_early(
    visitor: httpx.AsyncClient, dialogue: Dialogue
) -> None:
    page = await visitor.get(f"/en/dialogues/{dialogue.slug}/results")
    assert page.status_code == 200
    assert "There is no opinion map yet" in page.text


async def test_the_page_is_kept_and_costs_two_statements(
    visitor: httpx.AsyncClient, dialogue: Dialogue, statements: list[str]
) -> None:
    await publish(dialogue)
    address = f"/ja/dialogues/{dialogue.slug}/results"
    await visitor.get(address.replace("/ja/", "/en/"))
    page_cache._pages.invalidate()
    statements.clear()
    first = await visitor.get(address)
    assert len(statements) == 2
    statements.clear()
    assert (await visitor.get(address)).text == first.text
    assert statements == []
    assert first.headers["cache-control"].startswith("public")


async def test_the_map_has_outlines_and_the_same_in_words_and_in_a_table(
    visitor: httpx.AsyncClient, dialogue: Dialogue
) -> None:
    published = await publish(dialogue)
    page = (await visitor.get(f"/ja/dialogues/{dialogue.slug}/results")).text
    drawing = page.partition('class="landscape-map__drawing"')[2].partition("</svg>")[0]
    letters = re.findall(r'class="landscape-map__letter"[^>]*>([A-Z])<', drawing)
    assert letters == list("ABCDEF"[: len(published.result.members)])
    assert "<circle" not in drawing
    words = dict(re.findall(r"グループ([A-Z])は、地図の(\w+)にいます", text_of(page)))
    assert list(words) == letters
    table = r"<th[^>]*>([A-Z])</th>\s*<td[^>]*>[^<]*</td>\s*<td[^>]*>(\w+)</td>"
    rows = dict(re.findall(table, page))
    assert rows == words


async def test_a_group_without_five_people_together_is_named_as_not_on_the_map(
    visitor: httpx.AsyncClient, dialogue: Dialogue
) -> None:
    published = await publish(dialogue)
    cells = published.result.cells
    stored = encode(replace(published.result, cells=cells[cells[:, 0] > 0]))
    await db.fetch("UPDATE consultations_landscape_run SET result = $1", stored)
    page = (await visitor.get(f"/en/dialogues/{dialogue.slug}/results")).text
    missing = "ABCDEF"[int(published.result.letters[0])]
    assert f"Group {missing} is not on the map" in page
    assert f'landscape-map__letter">{missing}<' not in page
    row = rf"<th[^>]*>{missing}</th>\s*<td[^>]*>[^<]*</td>\s*<td[^>]*>not on the map"
    assert re.search(row, page)


def as_guest(visitor: httpx.AsyncClient, dialogue: Dialogue, person: uuid.UUID) -> None:
    name = guest_cookie.cookie_name(dialogue.slug)
    visitor.cookies.set(name, guest_cookie.token_for(dialogue.id, person))


async def test_after_seven_votes_a_reader_sees_where_they_stand_and_others_do_not(
    visitor: httpx.AsyncClient, dialogue: Dialogue
) -> None:
    published = await publish(dialogue)
    person, votes = await vote_as(dialogue, published, 5, votes=20)
    as_guest(visitor, dialogue, person)
    answer = await visitor.get(f"/ja/dialogues/{dialogue.slug}/position")
    assert answer.headers["cache-control"] == "private, no-store"
    page = answer.text
    [line] = re.findall(r'own-position__nearest">([^<]*)<', page)
    said = read(line, "ja")
    [(group, _side, _percent)] = said.shares
    ballots = published.ballots
    same, compared = 0, 0
    for number, vote in votes.items():
        seen = ballots.seen(group, number)
        sides = [s for s in ("agree", "disagree") if 2 * ballots.cast(group, number, s) > seen]
        if seen >= 10 and sides:
            compared += 1
            same += vote == {"agree": 1, "disagree": -1}[sides[0]]
    assert said.number == int(100 * same / compared + 0.5)
    differs = [read(each, "ja") for each in sentences_of(page)]
    for each in differs:
        assert each.statement is not None
        assert votes[each.statement] == {"agree": 1, "disagree": -1}[each.own or ""]
        assert each.own != each.side
    assert page.count("<circle") == 1
    public = await visitor.get(f"/ja/dialogues/{dialogue.slug}/results")
    assert "<circle" not in public.text
    assert line not in public.text


async def test_with_fewer_votes_it_says_how_many_are_missing_and_the_line_is_empty(
    visitor: httpx.AsyncClient, dialogue: Dialogue
) -> None:
    published = await publish(dialogue)
    person, _ = await vote_as(dialogue, published, 5, votes=5)
    as_guest(visitor, dialogue, person)
    address = f"/ja/dialogues/{dialogue.slug}/position"
    assert "あと2枚に投票すると" in (await visitor.get(address, params={"words": "line"})).text
    visitor.headers["hx-request"] = "true"
    assert (await visitor.get(address, params={"words": "line"})).status_code == 204


@pytest.mark.parametrize(("votes", "links"), [(6, 0), (7, 1)])
async def test_under_the_card_is_a_link_after_seven_votes_and_with_scripts_the_line(
    visitor: httpx.AsyncClient, dialogue: Dialogue, votes: int, links: int
) -> None:
    published = await publish(dialogue)
    person, _ = await vote_as(dialogue, published, 5, votes=votes)
    as_guest(visitor, dialogue, person)
    page = (await visitor.get(f"/ja/dialogues/{dialogue.slug}/vote")).text
    below = page.partition('id="nearest"')[2].partition("</p>")[0]
    assert below.count("あなたの位置を見る") == below.count(" data-part=") == links
    visitor.headers["hx-request"] = "true"
    address = f"/ja/dialogues/{dialogue.slug}/position"
    line = await visitor.get(address, params={"words": "line"})
    assert line.status_code == (200 if links else 204)
    assert ("あなたに近い人たち：グループ" in line.text) == bool(links)


async def test_ones_own_place_costs_two_statements(
    visitor: httpx.AsyncClient, dialogue: Dialogue, statements: list[str]
) -> None:
    published = await publish(dialogue)
    person, _ = await vote_as(dialogue, published, 5, votes=20)
    as_guest(visitor, dialogue, person)
    address = f"/ja/dialogues/{dialogue.slug}/position"
    await visitor.get(address)
    statements.clear()
    await visitor.get(address)
    assert len(statements) <= 2


async def test_every_statement_has_the_shares_of_every_group_on_pages_of_fifty(
    visitor: httpx.AsyncClient, dialogue: Dialogue
) -> None:
    published = await publish(dialogue, statements=60)
    view = await queries.find_view(await consultations.get_public(dialogue.slug))
    assert view is not None
    assert (
        f'href="/ja/dialogues/{dialogue.slug}/results/by-group"'
        in (await visitor.get(f"/ja/dialogues/{dialogue.slug}/results")).text
    )
    address = f"/ja/dialogues/{dialogue.slug}/results/by-group"
    first = (await visitor.get(address)).text
    following = re.search(r'rel="next" href="([^"]+)"', first)
    assert following is not None
    second = (await visitor.get(address + following[1])).text
    assert 'rel="next"' not in second
    words = [_words_of(page) for page in (first, second)]
    assert [len(each) for each in words] == [50, 10]
    by_number = words[0] | words[1]
    assert sorted(by_number) == sorted(published.numbers)
    tables = _rows_of(first) + _rows_of(second)
    for each in view.statements:
        said = by_number[each.statement.number]
        for group, share in zip(view.groups, each.shares, strict=True):
            row = [str(each.statement.number), group.letter]
            if share is None:
                assert f"グループ{group.letter}：示しません" in said
                assert [*row, "―", "―", "―"] in tables
                continue
            figures = [f"{part}%" for part in (share.agree, share.passed, share.disagree)]
            told = "グループ{}：賛成 {}、パス {}、反対 {}".format(group.letter, *figures)
            assert told in said
            assert [*row, *figures] in tables


def _words_of(page: str) -> dict[int, str]:
    """What stands at each statement."""
    rows = re.findall(r'<li class="results__row" id="s(\d+)">(.*?)</ul>', page, re.DOTALL)
    return {int(number): text_of(row) for number, row in rows}


def _rows_of(page: str) -> list[list[str]]:
    """The cells of the rows of the table."""
    return [re.findall(r"<t[hd][^>]*>([^<]*)<", row) for row in page.split("<tr>")]


async def test_without_groups_there_is_no_share_by_group(
    visitor: httpx.AsyncClient, dialogue: Dialogue
) -> None:
    address = f"/ja/dialogues/{dialogue.slug}/results/by-group"
    assert "グループごとの割合は、まだありません" in text_of((await visitor.get(address)).text)
    published = await publish(dialogue)
    members = published.result.members.copy()
    members[-1] = 9
    stored = encode(replace(published.result, members=members))
    await db.fetch("UPDATE consultations_landscape_run SET result = $1", stored)
    invalidate()
    page_cache._pages.invalidate()
    main = text_of((await visitor.get(address)).text.partition("<main")[2].partition("</main>")[0])
    assert "グループごとの割合は、まだありません" in main
    assert "%" not in main
    assert "グループA" not in main


async def test_the_page_by_group_costs_two_statements(
    visitor: httpx.AsyncClient, dialogue: Dialogue, statements: list[str]
) -> None:
    await publish(dialogue)
    address = f"/ja/dialogues/{dialogue.slug}/results/by-group"
    await visitor.get(address.replace("/ja/", "/en/"))
    statements.clear()
    assert (await visitor.get(address)).status_code == 200
    assert len(statements) <= 2
    assert (await visitor.get(address + "?after=x")).status_code == 404
