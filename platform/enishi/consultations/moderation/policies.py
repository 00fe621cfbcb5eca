"""Rules without a database: finished quarters, and how figures of moderation are printed."""

from datetime import date

from enishi.landscape.figures import tens_of

FEWEST = 20  # a smaller number is not printed
QUARTERS_SHOWN = 8


def in_tens(number: int) -> int | None:
    """The number to the nearest ten; None below FEWEST."""
    return tens_of(number) if number >= FEWEST else None


def finished_quarters(today: date, count: int = QUARTERS_SHOWN) -> list[date]:
    """The first days of the last `count` quarters that are over, the latest first."""
    first = _previous(date(today.year, (today.month - 1) // 3 * 3 + 1, 1))
    quarters = []
    for _ in range(count):
        quarters.append(first)
        first = _previous(first)
    return quarters


def _previous(first: date) -> date:
    return date(first.year - 1, 10, 1) if first.month == 1 else first.replace(month=first.month - 3)
