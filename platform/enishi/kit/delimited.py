"""Tables as files that offices open in a spreadsheet: CSV in UTF-8, with the mark Excel needs."""

import csv
import io
from collections.abc import AsyncIterator, Iterable, Iterator, Sequence

_MARK = "\ufeff"
# A spreadsheet would calculate with what begins so. Text only: numbers may be negative.
_FORMULA = ("=", "+", "-", "@", "\t", "\r")
_CHUNK = 500

Cell = str | int | float | None


def lines(header: Sequence[str], rows: Iterable[Sequence[Cell]]) -> Iterator[bytes]:
    """The file in pieces of some hundred rows."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    out.write(_MARK)
    writer.writerow([_harmless(cell) for cell in header])
    for number, row in enumerate(rows, start=1):
        writer.writerow([_harmless(cell) for cell in row])
        if number % _CHUNK == 0:
            yield _taken(out)
    yield _taken(out)


async def streamed(header: Sequence[str], rows: Iterable[Sequence[Cell]]) -> AsyncIterator[bytes]:
    """As `lines`, for a streaming response."""
    for piece in lines(header, rows):
        yield piece


def _harmless(cell: Cell) -> Cell:
    return f"'{cell}" if isinstance(cell, str) and cell.startswith(_FORMULA) else cell


def _taken(out: io.StringIO) -> bytes:
    written = out.getvalue().encode()
    out.seek(0)
    out.truncate()
    return written
