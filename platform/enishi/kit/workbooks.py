"""Workbooks (XLSX) of tables, for people who work with spreadsheets."""

import io
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import chain

import xlsxwriter

from enishi.kit.i18n import gettext
from enishi.kit.spreadsheets import DICTIONARY, Layout, dictionary_rows

MEDIA_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
# A text stays a text, whatever it begins with: nothing that people wrote is run as a formula.
_OPTIONS = {
    "in_memory": True,
    "strings_to_formulas": False,
    "strings_to_numbers": False,
    "strings_to_urls": False,
}
_WIDTH = 16  # of a column, in characters


@dataclass(frozen=True, slots=True)
class Sheet:
    """A table. name: at most 31 characters. rows: the first one has the names of the columns."""

    name: str
    rows: Iterable[Sequence[object]]


def table_sheet(layout: Layout, rows: Iterable[Sequence[object]]) -> Sheet:
    """The table of a file, with its header."""
    return Sheet(str(layout.title), chain([layout.header()], rows))


def dictionary_sheet(layouts: Sequence[Layout]) -> Sheet:
    """What the columns of the sheets mean."""
    rows = [(str(layout.title), *row) for layout in layouts for row in dictionary_rows(layout)]
    return Sheet(gettext("読み方"), [(gettext("シート"), *DICTIONARY.header()), *rows])


def workbook(sheets: Iterable[Sheet], made_at: datetime) -> bytes:
    """The file. Numbers are numbers, None is an empty cell, all else is text.

    It takes seconds for a hundred thousand rows: call it in a thread.
    """
    buffer = io.BytesIO()
    book = xlsxwriter.Workbook(buffer, _OPTIONS)
    book.set_properties({"created": made_at.replace(tzinfo=None)})
    heading = book.add_format({"bold": True})
    for sheet in sheets:
        page = book.add_worksheet(sheet.name)
        page.freeze_panes(1, 0)
        for number, row in enumerate(sheet.rows):
            page.set_column(0, len(row) - 1, _WIDTH)
            for column, cell in enumerate(row):
                _write(page, (number, column), cell, None if number else heading)
    book.close()
    return buffer.getvalue()


def _write(
    page: "xlsxwriter.worksheet.Worksheet",
    place: tuple[int, int],
    cell: object,
    style: "xlsxwriter.format.Format | None",
) -> None:
    if isinstance(cell, int | float):
        page.write_number(*place, cell, style)
    elif cell is not None:
        page.write_string(*place, str(cell), style)
