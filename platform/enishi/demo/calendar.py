"""The days of the sample, counted from the day of loading."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from enishi.demo.content import SessionPattern
from enishi.demo.randomness import DAY, microseconds
from enishi.kit import clock

YEARS_BACK, YEARS_AHEAD = 2, 1
_WEEKDAYS = {"thursday": 3, "saturday": 5}


@dataclass(frozen=True)
class Calendar:
    """`today` in Japan. Every past act of the sample is before its first minute."""

    today: date

    @property
    def now(self) -> int:
        """The first instant of today, in microseconds since 1970."""
        return microseconds(clock.start_of_day(self.today))

    @property
    def since(self) -> int:
        return self.now - YEARS_BACK * 365 * DAY

    def at(self, days: int) -> int:
        """The first instant of a day, counted from today, in microseconds since 1970."""
        return microseconds(clock.start_of_day(self.today + timedelta(days=days)))

    def starts(self, pattern: SessionPattern) -> Iterator[tuple[datetime, datetime]]:
        """Start and end of each session in order, from two years ago to a year ahead."""
        first = self.today - timedelta(days=YEARS_BACK * 365)
        last = self.today + timedelta(days=YEARS_AHEAD * 365)
        found = (
            _nth(_WEEKDAYS[pattern.weekday], nth, year, month)
            for year in range(first.year, last.year + 1)
            for month in pattern.months
            for nth in pattern.nth
        )
        for day in sorted(day for day in found if first <= day <= last):
            ends_on = day + timedelta(days=pattern.days)
            yield _at(day, pattern.since), _at(ends_on, pattern.until)


def _nth(weekday: int, nth: int, year: int, month: int) -> date:
    first = date(year, month, 1)
    return first + timedelta(days=(weekday - first.weekday()) % 7 + 7 * (nth - 1))


def _at(day: date, written: str) -> datetime:
    return datetime.combine(day, time.fromisoformat(written), clock.TOKYO)
