"""A cursor leads to the next page or to 404, whatever somebody made of it."""

import base64
import json
import uuid
from datetime import UTC, datetime
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from enishi.kit import pagination
from enishi.kit.errors import NotFoundError
from enishi.kit.pagination import Page, decode_cursor, encode_cursor, instant, whole_number

PARSERS = (instant, int, str, uuid.UUID, Decimal)
KEYS = st.tuples(
    st.datetimes(timezones=st.just(UTC)),
    st.integers(-(2**63), 2**63 - 1),
    st.text(st.characters(exclude_categories=("Cs",), exclude_characters="\0"), max_size=100),
    st.uuids(),
    st.decimals(allow_nan=False, allow_infinity=False, places=2),
)


def raw(value: object) -> str:
    return base64.urlsafe_b64encode(json.dumps(value).encode()).decode().rstrip("=")


@given(KEYS)
def test_a_key_comes_back_from_its_cursor(
    key: tuple[datetime, int, str, uuid.UUID, Decimal],
) -> None:
    cursor = encode_cursor(key)
    assert decode_cursor(cursor, *PARSERS) == key
    assert set(cursor) <= set(base64.urlsafe_b64encode(bytes(range(256))).decode()) | set(
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
    )


PARTS = st.recursive(
    st.none() | st.booleans() | st.floats() | st.integers() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner),
    max_leaves=5,
)


@given(st.text(max_size=60) | PARTS.map(raw) | st.lists(PARTS, min_size=5, max_size=5).map(raw))
def test_a_made_up_cursor_is_a_page_that_does_not_exist(cursor: str) -> None:
    try:
        key = decode_cursor(cursor, *PARSERS)
    except NotFoundError:
        return
    assert encode_cursor(key)


@pytest.mark.parametrize(
    ("part", "parser"),
    [
        ("nowhere", Decimal),
        ("2026-11-23", instant),
        ("2026-11-23T00:00:00", instant),
        ("a\0b", str),
        ("\ud800", str),
        ("0001-01-01T00:00:00+09:00", instant),
        ("9999-12-31T23:00:00-09:00", instant),
        (str(2**31), whole_number),
        ("9" * 1400, whole_number),
        ("9" * 5000, whole_number),
        (5, uuid.UUID),
        (None, str),
        (["a"], str),
    ],
)
def test_what_the_database_would_not_take_is_refused_before_it(part: object, parser: type) -> None:
    with pytest.raises(NotFoundError):
        decode_cursor(raw([part]), parser)


def test_a_key_too_long_for_an_address_is_noticed_where_it_is_made() -> None:
    with pytest.raises(ValueError, match="too long"):
        encode_cursor(("あ" * 1000,))


@given(st.integers(0, 250), st.integers(1, 60))
def test_pages_hold_every_row_once_and_in_order(count: int, size: int) -> None:
    rows = [f"{number:03}" for number in range(count)]
    seen: list[str] = []
    after = ""
    for _ in range(count + 2):
        fetched = [row for row in rows if row > after][: size + 1]
        page = Page.of(fetched, lambda row: (row,), size)
        seen += page.rows
        if page.next_cursor is None:
            break
        (after,) = decode_cursor(page.next_cursor, str)
    assert seen == rows
    assert pagination.PAGE_SIZE == 50
