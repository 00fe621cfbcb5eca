"""Keyset pagination: pages that cost the same at row 50 and at row 5,000,000.

A cursor is the sort key of the last row shown. It is readable on purpose and carries no
secret: every query applies its visibility predicate again.
"""

import base64
import binascii
import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from enishi.kit.errors import NotFoundError

T = TypeVar("T")
PAGE_SIZE = 50
_LONGEST_CURSOR = 400


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


def encode_cursor(key: tuple[Any, ...]) -> str:
    text = json.dumps([str(part) for part in key], ensure_ascii=False, separators=(",", ":"))
    return base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")


def decode_cursor(cursor: str, *parsers: Callable[[str], Any]) -> tuple[Any, ...]:
    """The key in a cursor, each part read by its parser. Raises NotFoundError for a bad one."""
    if len(cursor) > _LONGEST_CURSOR:
        raise NotFoundError
    try:
        padded = cursor + "=" * (-len(cursor) % 4)
        parts = json.loads(base64.urlsafe_b64decode(padded.encode()))
        if not isinstance(parts, list) or len(parts) != len(parsers):
            raise NotFoundError
        return tuple(parse(part) for parse, part in zip(parsers, parts, strict=True))
    except (binascii.Error, UnicodeError, ValueError, TypeError) as error:
        raise NotFoundError from error
