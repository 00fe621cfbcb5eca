"""Deadlines are half-open, days are Japan's, and the fiscal year begins on 1 April."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from enishi.kit import clock

DAYS = st.dates(date(2000, 1, 1), date(2100, 12, 31))
INSTANTS = st.datetimes(
    datetime(2000, 1, 2),  # noqa: DTZ001 (hypothesis adds the zone itself)
    datetime(2100, 12, 30),  # noqa: DTZ001
    timezones=st.just(UTC),
)
MOMENT = timedelta(microseconds=1)


@given(DAYS)
def test_a_deadline_shows_the_last_day_that_still_counts(day: date) -> None:
    assert clock.last_day(clock.closes_after(day)) == day


@given(DAYS)
def test_the_whole_last_day_in_japan_counts_and_nothing_after_it(day: date) -> None:
    closes_at = clock.closes_after(day)
    assert clock.is_open(None, closes_at, closes_at - MOMENT)
    assert not clock.is_open(None, closes_at, closes_at)
    assert clock.in_tokyo(closes_at - MOMENT).date() == day
    assert clock.in_tokyo(closes_at).time().isoformat() == "00:00:00"


@given(INSTANTS, INSTANTS, INSTANTS)
def test_an_instant_lies_in_one_of_two_periods_that_follow_each_other(
    first: datetime, second: datetime, at: datetime
) -> None:
    start, end = sorted((first, second))
    periods = [(None, start), (start, end), (end, None)]
    assert sum(clock.is_open(opens, closes, at) for opens, closes in periods) == 1


@given(DAYS)
def test_every_day_lies_in_the_bounds_of_its_fiscal_year_alone(day: date) -> None:
    year = clock.fiscal_year(day)
    noon = clock.start_of_day(day) + timedelta(hours=12)
    found = [each for each in (year - 1, year, year + 1) if clock.is_open(*_bounds(each), noon)]
    assert found == [year]


def _bounds(year: int) -> tuple[datetime, datetime]:
    return clock.fiscal_year_bounds(year)


def test_the_fiscal_year_turns_on_the_first_of_april() -> None:
    assert clock.fiscal_year(date(2026, 3, 31)) == 2025
    assert clock.fiscal_year(date(2026, 4, 1)) == 2026


def test_the_day_in_japan_begins_nine_hours_before_the_day_in_utc() -> None:
    with clock.frozen_at(datetime(2026, 11, 22, 14, 59, 59, tzinfo=UTC)):
        assert clock.today() == date(2026, 11, 22)
    with clock.frozen_at(datetime(2026, 11, 22, 15, tzinfo=UTC)):
        assert clock.today() == date(2026, 11, 23)


@given(INSTANTS)
def test_a_frozen_clock_stands_still_and_runs_on_afterwards(instant: datetime) -> None:
    with clock.frozen_at(instant.astimezone(clock.TOKYO)):
        assert clock.now() == instant
        assert clock.now().tzinfo is UTC
        with clock.frozen_at(instant + timedelta(days=1)):
            assert clock.now() == instant + timedelta(days=1)
        assert clock.now() == instant
    assert abs(clock.now() - datetime.now(UTC)) < timedelta(minutes=1)


def test_a_clock_is_not_frozen_at_a_wall_time() -> None:
    with (
        pytest.raises(ValueError, match="instant"),
        clock.frozen_at(datetime(2026, 11, 23)),  # noqa: DTZ001 (the refused thing itself)
    ):
        pass
