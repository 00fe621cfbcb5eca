"""Calendar periods of releases: days, weeks, months and quarters, in Japan's calendar days.

A release covers everything up to the end of a period that is over. Periods of one kind are numbered
in the order of time; a cube counts its own from the first one that was released.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum


class Every(StrEnum):
    """How often a cube is released."""

    DAY = "day"
    WEEK = "week"  # Monday to Sunday (ISO 8601)
    MONTH = "month"
    QUARTER = "quarter"  # from January, April, July and October: the fiscal year has four of them

    @property
    def in_ten_years(self) -> int:
        """The number of releases that a cube's exposure is paid for."""
        return _IN_TEN_YEARS[self]


_IN_TEN_YEARS = {Every.DAY: 3650, Every.WEEK: 520, Every.MONTH: 120, Every.QUARTER: 40}


@dataclass(frozen=True, order=True)
class Period:
    """One period. `index` numbers all periods of a kind, from the first one of the year 1."""

    every: Every
    index: int

    @classmethod
    def of(cls, every: Every, day: date) -> "Period":
        """The period in which the day lies."""
        if every is Every.DAY:
            return cls(every, day.toordinal())
        if every is Every.WEEK:
            return cls(every, (day.toordinal() - 1) // 7)  # 0001-01-01 was a Monday
        months = day.year * 12 + day.month - 1
        return cls(every, months if every is Every.MONTH else months // 3)

    @classmethod
    def last_closed(cls, every: Every, day: date) -> "Period":
        """The last period that is over at the end of that day."""
        return cls(every, cls.of(every, day + timedelta(days=1)).index - 1)

    @property
    def first_day(self) -> date:
        if self.every is Every.DAY:
            return date.fromordinal(self.index)
        if self.every is Every.WEEK:
            return date.fromordinal(self.index * 7 + 1)
        months = self.index if self.every is Every.MONTH else self.index * 3
        return date(months // 12, months % 12 + 1, 1)

    @property
    def last_day(self) -> date:
        return Period(self.every, self.index + 1).first_day - timedelta(days=1)

    @property
    def label(self) -> str:
        """2026-11-29, 2026-W48, 2026-11, 2026-Q4: in ASCII, and in the order of time."""
        first = self.first_day
        if self.every is Every.DAY:
            return first.isoformat()
        if self.every is Every.WEEK:
            year, week, _ = first.isocalendar()
            return f"{year}-W{week:02}"
        if self.every is Every.MONTH:
            return f"{first.year}-{first.month:02}"
        return f"{first.year}-Q{(first.month + 2) // 3}"

    def until(self, last: "Period") -> Iterator["Period"]:
        """This period and the ones after it, up to and including `last`."""
        for index in range(self.index, last.index + 1):
            yield Period(self.every, index)


def fiscal_year(day: date) -> int:
    """The year in which the fiscal year of that day began: on 1 April."""
    return day.year if day.month > 3 else day.year - 1
