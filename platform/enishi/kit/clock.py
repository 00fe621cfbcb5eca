"""The one clock. Instants are UTC; pages show Asia/Tokyo; SQL gets the time as a parameter."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

TOKYO = ZoneInfo("Asia/Tokyo")

_frozen: ContextVar[datetime | None] = ContextVar("enishi_frozen_clock", default=None)


def now() -> datetime:
    """The current instant, in UTC; a parameter for SQL, which must not ask its own clock."""
    return _frozen.get() or datetime.now(UTC)


@contextmanager
def frozen_at(instant: datetime) -> Iterator[None]:
    """Stop the clock inside the block: for tests and for imports of past acts."""
    if instant.tzinfo is None:
        raise ValueError("the instant has no time zone")
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
    """The half-open deadline of a last day: 00:00 JST of the day after it."""
    return start_of_day(last_day + timedelta(days=1))


def last_day(closes_at: datetime) -> date:
    """The day that pages show for a half-open deadline: the last day before it."""
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
