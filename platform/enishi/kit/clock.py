"""The one clock. Instants are UTC; people see Asia/Tokyo; SQL's own now() decides nothing."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

TOKYO = ZoneInfo("Asia/Tokyo")

_frozen: ContextVar[datetime | None] = ContextVar("enishi_frozen_clock", default=None)


def now() -> datetime:
    """The current instant, in UTC. Pass it into SQL as a parameter."""
    return _frozen.get() or datetime.now(UTC)


@contextmanager
def frozen_at(instant: datetime) -> Iterator[None]:
    """Stop the clock: for tests, and for replaying history (demo, imports)."""
    if instant.tzinfo is None:
        raise ValueError("a clock is frozen at an instant, not at a wall time")
    token = _frozen.set(instant.astimezone(UTC))
    try:
        yield
    finally:
        _frozen.reset(token)


def today() -> date:
    """The calendar day in Japan."""
    return now().astimezone(TOKYO).date()


def in_tokyo(instant: datetime) -> datetime:
    return instant.astimezone(TOKYO)


def start_of_day(day: date) -> datetime:
    """00:00 of that day in Japan, as an instant."""
    return datetime.combine(day, time(), TOKYO).astimezone(UTC)


def closes_after(last_day: date) -> datetime:
    """The half-open deadline of something open up to and including `last_day`.

    The result is the first instant that is too late: the day after, 00:00 JST.
    """
    return start_of_day(last_day + timedelta(days=1))


def last_day(closes_at: datetime) -> date:
    """The day shown to people for a half-open deadline: the last one that still counts."""
    return (in_tokyo(closes_at) - timedelta(microseconds=1)).date()


def is_open(opens_at: datetime | None, closes_at: datetime | None, at: datetime) -> bool:
    """Whether `at` lies in [opens_at, closes_at); None means no limit on that side."""
    return (opens_at is None or opens_at <= at) and (closes_at is None or at < closes_at)


def fiscal_year(day: date) -> int:
    """Japan's fiscal year (年度) of a day: it begins on 1 April."""
    return day.year if day.month >= 4 else day.year - 1


def fiscal_year_bounds(year: int) -> tuple[datetime, datetime]:
    """The fiscal year as a half-open pair of instants."""
    return start_of_day(date(year, 4, 1)), start_of_day(date(year + 1, 4, 1))
