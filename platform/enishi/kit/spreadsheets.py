"""CSV that a spreadsheet opens as it is: RFC 4180, no cell is run as a formula."""

import csv
import io
from collections.abc import AsyncIterator, Iterable, Iterator, Sequence
from itertools import islice

# Without it Excel reads UTF-8 as Shift_JIS. For files that people open, not for open data.
BYTE_ORDER_MARK = "\ufeff"
MEDIA_TYPE = "text/csv"  # answers of this kind say their charset, UTF-8, by themselves
# Spreadsheets run a cell that begins with one of these, in either width, as a formula.
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")


_CHUNK = 500  # rows in one piece of a stream


def line(cells: Iterable[object]) -> str:
    """One record, with its line end (CRLF). Numbers stay numbers, also negative ones."""
    written = io.StringIO()
    csv.writer(written).writerow([_written(cell) for cell in cells])
    return written.getvalue()


def _written(cell: object) -> object:
    return cell if cell is None or isinstance(cell, int | float) else harmless(str(cell))


def lines(header: Sequence[str], rows: Iterable[Sequence[object]]) -> Iterator[bytes]:
    """A whole file for people who open it in a spreadsheet, in pieces of some hundred rows."""
    yield (BYTE_ORDER_MARK + line(header)).encode()
    left = iter(rows)
    while piece := list(islice(left, _CHUNK)):
        yield "".join(map(line, piece)).encode()


async def streamed(header: Sequence[str], rows: Iterable[Sequence[object]]) -> AsyncIterator[bytes]:
    """As `lines`, for a streaming response."""
    for piece in lines(header, rows):
        yield piece


def harmless(cell: str) -> str:
    """An apostrophe before what would be run: it is shown as text, and can be read by people."""
    return f"'{cell}" if cell.lstrip(" \u3000").startswith(_FORMULA) else cell
