"""CSV files: public statements with exact sums, opinions for the office, no formulas."""

import csv
import io
from itertools import pairwise

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.consultations.build import (
    invalidate,
    make_dialogue,
    make_opinion,
    make_participant,
    make_statement,
    publish_sums,
    put_vote,
)
from tests.fixtures.accounts import SignIn, make_member, make_organisation
from tests.fixtures.excel import opened

from enishi.kit import clock, db
from enishi.kit.spreadsheet_cells import csv_line

FORMULAS = ("=1+1", "+1", "-1", "@SUM(A1)", "＝1+1", "－1", "＠x")


def rows_of(answer: httpx.Response) -> list[list[str]]:
    assert answer.headers["content-type"] == "text/csv; charset=utf-8"
    return opened(answer.content)


async def test_public_statements_come_with_their_exact_sums(visitor: httpx.AsyncClient) -> None:
    invalidate()
    dialogue = await make_dialogue()
    people = [await make_participant(dialogue) for _ in range(4)]
    texts = ['引用符"と,カンマ', "二行に\nわたる文", *FORMULAS]
    made = [await make_statement(dialogue, text) for text in texts]
    await make_statement(dialogue, "隠されたことば", state="hidden")
    for person, value in zip(people, (1, 1, -1, 0), strict=True):
        await put_vote(person, made[0], value)
    await publish_sums(dialogue)
    answer = await visitor.get(f"/ja/dialogues/{dialogue.slug}/statements.csv")
    header, *rows = rows_of(answer)
    assert header[3:6] == ["賛成", "反対", "パス"]
    assert rows[0][1:6] == [texts[0], "ja", "2", "1", "1"]
    assert rows[1][1] == texts[1]
    assert [row[1] for row in rows[2:]] == [f"'{formula}" for formula in FORMULAS]
    assert "隠された" not in answer.text
    assert answer.content.count(b"\r\n") == len(rows) + 1


async def test_more_statements_than_a_page_come_all_once(visitor: httpx.AsyncClient) -> None:
    invalidate()
    dialogue = await make_dialogue()
    for number in range(101):
        await make_statement(dialogue, f"カード{number}")
    rows = rows_of(await visitor.get(f"/ja/dialogues/{dialogue.slug}/statements.csv"))
    assert [row[1] for row in rows[1:]] == [f"カード{number}" for number in range(101)]


@pytest.mark.parametrize("language", ["ja", "en"])
async def test_an_office_gets_its_opinions_for_a_spreadsheet(
    browser_of: SignIn, language: str
) -> None:
    organisation = await make_organisation("hida")
    dialogue = await make_dialogue(organisation_id=organisation)
    await make_opinion(dialogue, "=HYPERLINK(1)", nickname="@花")
    await make_opinion(dialogue, "隠したご意見", state="hidden")
    at = f"/{language}/office/hida/dialogues/{dialogue.slug}/opinions.csv"
    editor_id = await make_member(organisation, "editor")
    editor = await browser_of(editor_id)
    answer = await editor.get(at)
    assert answer.headers["cache-control"] == "private, no-store"
    header, *rows = rows_of(answer)
    assert [row[0] for row in rows] == ["1", "2"]  # an id holds the instant
    assert header[-1] == {"ja": "ご意見", "en": "opinion"}[language]
    assert [(row[5], row[-1]) for row in rows] == [("'@花", "'=HYPERLINK(1)"), ("", "隠したご意見")]
    stranger = await browser_of(await make_member(await make_organisation("kaga"), "owner"))
    other = await stranger.get(f"/ja/office/hida/dialogues/{dialogue.slug}/opinions.csv")
    assert other.status_code == 404
    taken = await db.fetch(
        "SELECT actor_id, organisation_id, subject_id FROM audit_entry"
        " WHERE action = 'consultations.opinions.exported'"
    )
    assert [tuple(entry.values()) for entry in taken] == [
        (editor_id, organisation, str(dialogue.id))
    ]


async def test_an_analyst_gets_months_in_an_order_that_tells_nothing(browser_of: SignIn) -> None:
    organisation = await make_organisation("hida")
    dialogue = await make_dialogue(organisation_id=organisation)
    written = [f"ご意見{number}" for number in range(300)]
    for text in written:
        await make_opinion(dialogue, text)
    await make_opinion(dialogue, "隠したご意見", nickname="花", state="hidden")
    at = f"/ja/office/hida/dialogues/{dialogue.slug}/opinions.csv"
    files = {}
    for role in ("analyst", "moderator"):
        browser = await browser_of(await make_member(organisation, role))
        answer = await browser.get(at)
        assert "隠したご意見" in answer.text or role == "analyst"
        files[role] = rows_of(answer)
    header, *rows = files["analyst"]
    assert "受付日" not in header
    assert {tuple(row[1:3]) for row in rows} == {
        (str(clock.today().year), str(clock.today().month))
    }
    read = [row[-1] for row in rows if row[-1]]
    assert sorted(read) == sorted(written)
    assert read != written
    # Neighbours in the file are no neighbours in time: of 299 pairs about two would be by chance.
    order = [written.index(text) for text in read]
    assert sum(abs(a - b) == 1 for a, b in pairwise(order)) < 15
    assert [row[1:] for row in rows if "非表示" in row] == [[*rows[0][1:3], "非表示", "", "", ""]]
    again = await browser_of(await make_member(organisation, "analyst"))
    assert rows_of(await again.get(at)) == files["analyst"]
    # The file of a moderator has the order of entry.
    assert [row[-1] for row in files["moderator"][1:]] == [*written, "隠したご意見"]


@given(st.lists(st.text(alphabet=st.characters(exclude_characters="\0"), max_size=20), min_size=2))
def test_a_line_reads_back_as_it_was_and_no_cell_is_a_formula(cells: list[str]) -> None:
    [read] = csv.reader(io.StringIO(csv_line(cells), newline=""), strict=True)
    assert [cell.removeprefix("'") for cell in read] == [cell.removeprefix("'") for cell in cells]
    assert not [cell for cell in read if cell.lstrip(" 　").startswith(("=", "+", "-", "@", "＝"))]
