"""Periods are numbered without gaps, and only closed ones are released."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from enishi.statistics.periods import Cadence, fiscal_year, get_period, index_of, last_closed

_BEGINS = date(2026, 11, 1)


@pytest.mark.parametrize(
    ("cadence", "index", "last", "label"),
    [
        (Cadence.DAY, 28, date(2026, 11, 29), "2026-11-29"),
        (Cadence.WEEK, 4, date(2026, 11, 29), "2026-W48"),
        (Cadence.WEEK, 0, date(2026, 11, 1), "2026-W44"),
        (Cadence.MONTH, 2, date(2027, 1, 31), "2027-01"),
        (Cadence.QUARTER, 0, date(2026, 12, 31), "2026-10/2026-12"),
        (Cadence.QUARTER, 1, date(2027, 3, 31), "2027-01/2027-03"),
    ],
)
def test_periods_end_as_the_calendar_does(
    cadence: Cadence, index: int, last: date, label: str
) -> None:
    period = get_period(cadence, _BEGINS, index)
    assert (period.last, period.label) == (last, label)
    assert index_of(cadence, _BEGINS, last) == index
    assert index_of(cadence, _BEGINS, last + timedelta(days=1)) == index + 1
    assert last_closed(cadence, _BEGINS, last) == index
    assert last_closed(cadence, _BEGINS, last - timedelta(days=1)) == index - 1


@given(
    st.sampled_from(Cadence),
    st.dates(date(2000, 1, 1), date(2060, 1, 1)).map(lambda day: day.replace(day=1)),
    st.integers(0, 2000),
)
def test_each_period_follows_the_one_before(cadence: Cadence, begins: date, index: int) -> None:
    index %= 400
    period, after = (get_period(cadence, begins, i) for i in (index, index + 1))
    assert index_of(cadence, begins, period.last + timedelta(days=1)) == index + 1
    assert period.last < after.last
    assert index_of(cadence, begins, begins) == 0


def test_a_fiscal_year_begins_in_april() -> None:
    assert (fiscal_year(date(2026, 3, 31)), fiscal_year(date(2026, 4, 1))) == (2025, 2026)
