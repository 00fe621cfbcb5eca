"""Periods in which people are published: numbered from a stored first month, closed ones only."""

from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

_YEAR = 12
_QUARTER = 3
_FIRST_MONTH = 4  # of a fiscal year


class Cadence(StrEnum):
    """How often a cube is released."""

    DAY = "day"
    WEEK = "week"  # from Monday
    MONTH = "month"
    QUARTER = "quarter"  # from January, April, July and October


@dataclass(frozen=True)
class Period:
    """The period `index` of a cadence. `last` is its last day: what is counted ends there."""

    cadence: Cadence
    index: int
    last: date

    @property
    def label(self) -> str:
        """2026-11-29, 2026-W48, 2026-11, or 2026-10/2026-12 for a quarter."""
        match self.cadence:
            case Cadence.DAY:
                return self.last.isoformat()
            case Cadence.WEEK:
                year, week, _ = self.last.isocalendar()
                return f"{year}-W{week:02}"
            case Cadence.MONTH:
                return f"{self.last:%Y-%m}"
            case Cadence.QUARTER:
                return f"{self.last.year}-{self.last.month - 2:02}/{self.last:%Y-%m}"


def index_of(cadence: Cadence, begins: date, day: date) -> int:
    """The number of the period that a day lies in; `begins` lies in period 0."""
    match cadence:
        case Cadence.DAY:
            return (day - begins).days
        case Cadence.WEEK:
            return (_monday(day) - _monday(begins)).days // 7
        case Cadence.MONTH:
            return _months(day) - _months(begins)
        case Cadence.QUARTER:
            return _months(day) // _QUARTER - _months(begins) // _QUARTER


def get_period(cadence: Cadence, begins: date, index: int) -> Period:
    return Period(cadence, index, _first_day(cadence, begins, index + 1) - timedelta(days=1))


def last_closed(cadence: Cadence, begins: date, settled: date) -> int:
    """The number of the last period that is over at the end of the day `settled`; -1 for none."""
    return index_of(cadence, begins, settled + timedelta(days=1)) - 1


def numbered_on(first: date, last: date, weeks: int, most: int) -> tuple[int, date]:
    """(m, day): the releases up to `last` of what is released by the week and later by the month.

    The first `weeks` weeks from that of `first` are numbered 1, 2, ..., the months that end after
    them follow on up to `most`; `day` is the last day that release m counts.
    """
    passed = last_closed(Cadence.WEEK, first, last) + 1
    if passed <= weeks:
        return passed, get_period(Cadence.WEEK, first, passed - 1).last
    week_end = get_period(Cadence.WEEK, first, weeks - 1).last
    before = last_closed(Cadence.MONTH, week_end, week_end) + 1  # 1 if it is the last of a month
    months = last_closed(Cadence.MONTH, week_end, last) + 1 - before
    months = min(months, most - weeks)
    if months == 0:
        return weeks, week_end
    return weeks + months, get_period(Cadence.MONTH, week_end, before + months - 1).last


def fiscal_year(day: date) -> int:
    """The Japanese fiscal year, named after the calendar year in which it begins."""
    return day.year - (day.month < _FIRST_MONTH)


def _first_day(cadence: Cadence, begins: date, index: int) -> date:
    match cadence:
        case Cadence.DAY:
            return begins + timedelta(days=index)
        case Cadence.WEEK:
            return _monday(begins) + timedelta(weeks=index)
        case Cadence.MONTH:
            return _month(_months(begins) + index)
        case Cadence.QUARTER:
            return _month((_months(begins) // _QUARTER + index) * _QUARTER)


def _monday(day: date) -> date:
    return day - timedelta(days=day.weekday())


def _months(day: date) -> int:
    return day.year * _YEAR + day.month - 1


def _month(months: int) -> date:
    return date(months // _YEAR, months % _YEAR + 1, 1)
