"""Keyset pagination: a page costs the same at row 50 and at row 5,000,000.

A cursor is the sort key of the last row shown, encoded but not signed: it holds no secret, and
each query applies its visibility predicate again.
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
        """Cut a page from `size + 1` fetched rows; the extra row shows that a next page exists."""
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
    """A cursor of a key, whose parts are encoded as text. Raises ValueError for a too long key."""
    text = json.dumps([str(part) for part in key], ensure_ascii=False, separators=(",", ":"))
    cursor = base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")
    if len(cursor) > _LONGEST_CURSOR:
        raise ValueError("a sort key is too long for an address")
    return cursor


def decode_cursor(cursor: str, *parsers: Callable[[str], Any]) -> tuple[Any, ...]:
    """The key in a cursor, each part read by its parser. Raises NotFoundError for a bad one.

    A parser raises ValueError or ArithmeticError for values that the database would refuse: see
    `instant` and `whole_number`.
    """
    if len(cursor) > _LONGEST_CURSOR:
        raise NotFoundError
    try:
        padded = cursor + "=" * (-len(cursor) % 4)
        parts = [_text(part) for part in json.loads(base64.urlsafe_b64decode(padded.encode()))]
        return tuple(parse(part) for parse, part in zip(parsers, parts, strict=True))
    except (
        ValueError,
        TypeError,
        ArithmeticError,
    ) as error:  # ValueError covers base64, UTF-8 and JSON
        raise NotFoundError from error


def instant(text: str) -> datetime:
    """The parser of a key part that is an instant."""
    found = datetime.fromisoformat(text)
    if found.tzinfo is None:
        raise ValueError("an instant needs a time zone")
    return found.astimezone(UTC)  # raises OverflowError in the years 1 and 9999


def whole_number(text: str) -> int:
    """The parser of a key part that is an integer column."""
    number = int(text)
    if abs(number) > _LARGEST_INTEGER:
        raise ValueError("out of range of the column")
    return number


def _text(part: object) -> str:
    if not isinstance(part, str) or "\0" in part:
        raise ValueError("not a text that PostgreSQL takes")
    part.encode()  # raises for a lone surrogate, which JSON can hold
    return part
