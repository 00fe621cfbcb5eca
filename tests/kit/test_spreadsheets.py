"""Files for spreadsheets: a number is one, and no text becomes a number, a day or a formula."""

from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.fixtures.excel import opened, typed

from enishi.kit.i18n import Language, gettext_lazy, speaking
from enishi.kit.spreadsheet_cells import as_text, is_typed, original
from enishi.kit.spreadsheets import DICTIONARY, Column, Kind, Layout, counted, dictionary_rows

NAME = gettext_lazy("人数")
LAYOUT = Layout(
    "people",
    NAME,
    NAME,
    (
        Column("code", NAME, NAME),
        *counted("people", NAME, NAME, NAME),
        Column("day", NAME, NAME, Kind.DAY),
        Column("at", NAME, NAME, Kind.INSTANT),
    ),
)
TAKEN_FOR_OTHERS = (
    *("1-9", "10-49", "3/4", "2026-11", "2026-11-30", "5-1-2026", "1/2/3", "2026年11月", "11月3日"),
    *(
        "令和8年11月",
        "R8.11.30",
        "H1/1/8",
        "May 3",
        "3 May",
        "Nov-26",
        "3-Nov-2026",
        "Sept 1, 2026",
    ),
    *("013048", "13", "１２", "1,234", "12%", "¥300", "1E5", "12e-3", "(5)", ".5", "1 1/2", " 7 "),
    *("10:30", "10:30 pm", "3 p", "10時30分", "true", "FALSE", "2026-11-30 10:00"),
    *("=1+1", "+1", "-1", "@SUM(A1)", "＝1+1", "－1", "＠x", "\t=1", "\n-1"),
)


@pytest.mark.parametrize("text", TAKEN_FOR_OTHERS)
def test_a_text_stays_a_text(text: str) -> None:
    assert typed(text) != "text"  # the reader would notice
    assert typed(as_text(text)) == "text"
    assert original(as_text(text)) == text


@pytest.mark.parametrize(
    "text",
    ["", "20人未満", "10–49人", "飛騨市", "バスは7時に来る", "A", "sample-ties", "10人", "may"],
)
def test_other_texts_are_written_as_they_are(text: str) -> None:
    assert as_text(text) == text


@given(st.text(alphabet="0123456789-/:,.%()¥年月日時eEamp JanMay令和R", max_size=12))
def test_no_text_of_numbers_and_dates_is_typed(text: str) -> None:
    assert typed(as_text(text)) in ("text", "empty")


@given(st.text(alphabet=st.characters(exclude_characters="\0"), max_size=30))
def test_any_text_is_read_back(text: str) -> None:
    written = as_text(text)
    assert written.removeprefix("'") == text.removeprefix("'")
    assert typed(written) in ("text", "empty") or not text.strip()


def test_a_long_text_is_not_a_number() -> None:
    assert not is_typed("1" * 61)


def test_a_file_has_a_mark_typed_cells_and_headers_of_its_language() -> None:
    rows = [
        ("013048", 1230, "", date(2026, 11, 30), datetime(2026, 11, 30, 3, tzinfo=UTC)),
        ("", None, "20人未満", None, None),
    ]
    header, first, last = opened(b"".join(LAYOUT.lines(rows)))
    assert header == ["人数", "人数", "人数（注記）", "人数", "人数"]
    assert first == ["'013048", "1230", "", "2026-11-30", "2026-11-30 12:00:00"]
    assert last == ["", "", "20人未満", "", ""]
    with speaking(Language.EN):
        assert LAYOUT.header() == ["code", "people", "people_note", "day", "at"]


@pytest.mark.parametrize(
    "row",
    [
        ("13", "20人未満", "", None, None),
        ("13", "1-9", "", None, None),
        ("13", None, "", "2026-11-30", None),
        ("13", None, "", None, date(2026, 11, 30)),
        ("13", None, ""),
    ],
)
def test_a_cell_of_another_kind_is_refused(row: tuple[object, ...]) -> None:
    with pytest.raises((TypeError, ValueError)):
        LAYOUT.line(row)


def test_the_dictionary_has_a_row_for_each_column() -> None:
    _, *rows = opened(b"".join(DICTIONARY.lines(dictionary_rows(LAYOUT))))
    assert [row[1] for row in rows] == ["code", "people", "people_note", "day", "at"]
    assert [row[3] for row in rows] == ["文字", "数", "文字", "日付", "日時（日本時間）"]
