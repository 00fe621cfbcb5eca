"""CSV files for spreadsheets: RFC 4180, and no cell is run as a formula."""

import csv
import io
from collections.abc import AsyncIterator, Iterable, Iterator, Sequence
from itertools import islice

# Without it Excel reads UTF-8 as Shift_JIS. Not for open data, which programs read.
BYTE_ORDER_MARK = "\ufeff"
MEDIA_TYPE = "text/csv"  # Litestar adds the charset
# Spreadsheets run a cell that begins with one of these (half or full width) as a formula.
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")


_CHUNK = 500  # rows in one piece of a stream


def line(cells: Iterable[object]) -> str:
    """One record with its line end (CRLF). Numbers, also negative ones, are not escaped."""
    buffer = io.StringIO()
    csv.writer(buffer).writerow([_escaped(cell) for cell in cells])
    return buffer.getvalue()


def _escaped(cell: object) -> object:
    return cell if cell is None or isinstance(cell, int | float) else harmless(str(cell))


def lines(header: Sequence[str], rows: Iterable[Sequence[object]]) -> Iterator[bytes]:
    """A file for spreadsheets, in pieces of 500 rows."""
    yield (BYTE_ORDER_MARK + line(header)).encode()
    remaining = iter(rows)
    while piece := list(islice(remaining, _CHUNK)):
        yield "".join(map(line, piece)).encode()


async def streamed(header: Sequence[str], rows: Iterable[Sequence[object]]) -> AsyncIterator[bytes]:
    """As `lines`, as an asynchronous iterator for a streaming response."""
    for piece in lines(header, rows):
        yield piece


def harmless(cell: str) -> str:
    """The cell with an apostrophe in front if it would be run: spreadsheets show it as text."""
    return f"'{cell}" if cell.lstrip(" \u3000").startswith(_FORMULA) else cell


def original(cell: str) -> str:
    """The text of a cell that `harmless` wrote."""
    return cell[1:] if cell.startswith("'") and harmless(cell[1:]) == cell else cell
