"""CSV that a spreadsheet opens as it is: RFC 4180, no cell is run as a formula."""

import csv
import io
from collections.abc import Iterable

# Without it Excel reads UTF-8 as Shift_JIS. For files that people open, not for open data.
BYTE_ORDER_MARK = "\ufeff"
MEDIA_TYPE = "text/csv"  # answers of this kind say their charset, UTF-8, by themselves
# Spreadsheets run a cell that begins with one of these, in either width, as a formula.
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")


def line(cells: Iterable[object]) -> str:
    """One record, with its line end (CRLF)."""
    written = io.StringIO()
    csv.writer(written).writerow([harmless(str(cell)) for cell in cells])
    return written.getvalue()


def harmless(cell: str) -> str:
    """An apostrophe before what would be run: it is shown as text, and can be read by people."""
    return f"'{cell}" if cell.lstrip(" \u3000").startswith(_FORMULA) else cell
