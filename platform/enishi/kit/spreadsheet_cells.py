"""Cells of CSV files: what a spreadsheet would take for something else stays a text.

A spreadsheet types the cells of a CSV file by their looks: it runs a formula, makes 9 January of
"1-9", 13048 of "013048" and a truth value of "true". An apostrophe in front shows such a cell as a
text in Excel, LibreOffice and Google Sheets.
"""

import csv
import io
import re
import unicodedata
from collections.abc import Iterable

# Spreadsheets run a cell that begins with one of these (half or full width) as a formula.
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
_LONGEST_NUMBER = 60  # characters; no number, day or time is longer
_MONTHS = "jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?"
_MORE_MONTHS = "sep(?:t(?:ember)?)?|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?"
# Numbers, amounts, fractions, days (also of an era) and times consist of these parts only. It takes
# in a few more texts than any spreadsheet does, which then have an apostrophe for nothing.
_TYPED = re.compile(
    rf"(?:[\d\s.,/:+%()¥$€£年月日時分秒元~–-]|令和|平成|昭和|大正|明治|{_MONTHS}|{_MORE_MONTHS}"
    r"|[ap]m?|[erhst])+",
    re.IGNORECASE,
)
_TRUTH = ("true", "false")


def csv_line(cells: Iterable[object]) -> str:
    """One record with its line end (CRLF). Numbers, also negative ones, are written as they are."""
    buffer = io.StringIO()
    csv.writer(buffer).writerow(
        [
            cell if cell is None or isinstance(cell, int | float) else not_run(str(cell))
            for cell in cells
        ]
    )
    return buffer.getvalue()


def not_run(text: str) -> str:
    """The text with an apostrophe in front if a spreadsheet would run it."""
    return f"'{text}" if _is_formula(text) else text


def as_text(text: str) -> str:
    """The text with an apostrophe in front if a spreadsheet would take it for anything else."""
    return f"'{text}" if _is_formula(text) or is_typed(text) else text


def original(cell: str) -> str:
    """The text of a cell that `as_text` or `not_run` wrote."""
    return cell[1:] if cell.startswith("'") and as_text(cell[1:]) == cell else cell


def is_typed(text: str) -> bool:
    """Whether a spreadsheet may read the text as a number, a day, a time or a truth value."""
    plain = unicodedata.normalize("NFKC", text[: _LONGEST_NUMBER + 1]).strip()
    if len(plain) > _LONGEST_NUMBER:
        return False
    if plain.lower() in _TRUTH:
        return True
    return any(map(str.isdigit, plain)) and _TYPED.fullmatch(plain) is not None


def _is_formula(text: str) -> bool:
    return text.lstrip(" \u3000").startswith(_FORMULA)
