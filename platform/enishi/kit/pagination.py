"""Keyset pagination: pages that cost the same at row 50 and at row 5,000,000.

A cursor is the sort key of the last row shown. It is readable on purpose and carries no
secret: every query applies its visibility predicate again.
"""

import base64
import json
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Generic, TypeVar

from enishi.kit.errors import NotFoundError

T = TypeVar("T")
PAGE_SIZE = 50
_LONGEST_CURSOR = 2000
_LARGEST_INTEGER = 2**31 - 1  # of PostgreSQL's integer columns


@dataclass(frozen=True)
class Page(Generic[T]):
    """At most `size` rows and the cursor of the next page, if there is one."""

    rows: Sequence[T]
    next_cursor: str | None

    @classmethod
    def of(
        cls, rows: Sequence[T], key: Callable[[T], tuple[Any, ...]], size: int = PAGE_SIZE
    ) -> "Page[T]":
        """Cut a page from `size + 1` fetched rows: the extra one only tells that more follow."""
        if len(rows) <= size:
            return cls(rows, None)
        return cls(rows[:size], encode_cursor(key(rows[size - 1])))


async def each_page(
    load: Callable[[str | None], Awaitable[Page[T]]],
) -> AsyncIterator[Sequence[T]]:
    """The rows of every page from the first to the last, one page in memory at a time."""
    page = await load(None)
    yield page.rows
    while page.next_cursor is not None:
        page = await load(page.next_cursor)
        yield page.rows


def encode_cursor(key: tuple[Any, ...]) -> str:
    """A cursor of a key whose parts read back from their text. Raises ValueError for a huge one."""
    text = json.dumps([str(part) for part in key], ensure_ascii=False, separators=(",", ":"))
    cursor = base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")
    if len(cursor) > _LONGEST_CURSOR:
        raise ValueError("a sort key is too long for an address")
    return cursor


def decode_cursor(cursor: str, *parsers: Callable[[str], Any]) -> tuple[Any, ...]:
    """The key in a cursor, each part read by its parser. Raises NotFoundError for a bad one.

    A parser refuses with ValueError or ArithmeticError what the database would refuse: see
    `instant` and `whole_number`.
    """
    if len(cursor) > _LONGEST_CURSOR:
        raise NotFoundError
    try:
        padded = cursor + "=" * (-len(cursor) % 4)
        parts = [_text(part) for part in json.loads(base64.urlsafe_b64decode(padded.encode()))]
        return tuple(parse(part) for parse, part in zip(parsers, parts, strict=True))
    except (ValueError, TypeError, ArithmeticError) as error:  # bad base64, UTF-8 and JSON too
        raise NotFoundError from error


def instant(text: str) -> datetime:
    """The parser of a key part that is a point in time."""
    found = datetime.fromisoformat(text)
    if found.tzinfo is None:
        raise ValueError("no instant without a time zone")
    return found.astimezone(UTC)  # one that UTC cannot say, in the year 1 or 9999, ends here


def whole_number(text: str) -> int:
    """The parser of a key part that is an integer column."""
    number = int(text)
    if abs(number) > _LARGEST_INTEGER:
        raise ValueError("no integer of the database")
    return number


def _text(part: object) -> str:
    if not isinstance(part, str) or "\0" in part:
        raise ValueError("not a text that PostgreSQL takes")
    part.encode()  # a lone surrogate, which JSON can hold, is refused here
    return part
