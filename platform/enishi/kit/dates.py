"""The date field of every form: Western and Japanese years, with bounds.

`Day` is any day that a form of the platform can mean, 1900 to ten years ahead. `PlanDay` is a day
of a plan: last year to five years ahead. A year outside is refused at the field: a date input sends
year 8 (of Reiwa) as 0008, and no deadline can be computed after 9999-12-31.
"""

import re
import unicodedata
from collections.abc import Mapping
from datetime import date
from functools import partial
from typing import Annotated

from pydantic import AfterValidator, BeforeValidator

from enishi.kit import clock
from enishi.kit.errors import InvalidError
from enishi.kit.i18n import LazyText, gettext_lazy

EARLIEST_YEAR = 1900
_YEARS_AHEAD = 10
_PLAN_YEARS_BACK, _PLAN_YEARS_AHEAD = 1, 5

# Name, initial, and first day of each era, newest first.
_ERAS = (
    ("令和", "R", date(2019, 5, 1)),
    ("平成", "H", date(1989, 1, 8)),
    ("昭和", "S", date(1926, 12, 25)),
    ("大正", "T", date(1912, 7, 30)),
    ("明治", "M", date(1868, 10, 23)),
)
_REIWA_BEFORE_FIRST = 2018
_LONGEST_ERA_YEAR = 99  # an era's year has at most two digits
_ISO = re.compile("[0-9]{4}-[0-9]{2}-[0-9]{2}")
_WRITTEN = re.compile(
    r"(?:(?P<era>令和|平成|昭和|大正|明治|[RHSTM])\s*)?(?P<year>[0-9]{1,4}|元)\s*[-./年]\s*"
    r"(?P<month>[0-9]{1,2})\s*[-./月]\s*(?P<day>[0-9]{1,2})\s*日?",
    re.IGNORECASE,
)


def read_day(text: str) -> date | None:
    """A date as people write it: 2026-04-01, 2026年4月1日, 令和8年4月1日, R8.4.1.

    None for anything else. The day must lie in the era that is named.
    """
    found = _WRITTEN.fullmatch(unicodedata.normalize("NFKC", text).strip())
    if found is None:
        return None
    year = 1 if found["year"] == "元" else int(found["year"])
    era = next((each for each in _ERAS if (found["era"] or "").upper() in each[:2]), None)
    if era is None and found["year"] == "元":
        return None
    try:
        western = year + era[2].year - 1 if era and year else year
        day = date(western, int(found["month"]), int(found["day"]))
    except ValueError:
        return None
    return day if era is None or _era_of(day) == era else None


def _era_of(day: date) -> tuple[str, str, date] | None:
    return next((each for each in _ERAS if day >= each[2]), None)


def japanese_year(text: object) -> str:
    """令和8年 for a day of 2026, to be shown beside a date field; empty without a readable day."""
    day = text if isinstance(text, date) else read_day(str(text or ""))
    era = _era_of(day) if day else None
    if day is None or era is None:
        return ""
    year = day.year - era[2].year + 1
    return f"{era[0]}{'元' if year == 1 else year}年"


def is_iso_day(text: object) -> bool:
    """Whether a date input of a browser can hold the value: 2026-04-01."""
    return bool(_ISO.fullmatch(str(text)))


def _from_text(given: object) -> object:
    """Hands on what it cannot read, for pydantic's own message."""
    return (read_day(given) or given) if isinstance(given, str) else given


def _within(day: date, *, earliest: int | None, back: int, ahead: int) -> date:
    today = clock.today()
    first, last = earliest or today.year - back, today.year + ahead
    if first <= day.year <= last:
        return day
    if day.year <= _LONGEST_ERA_YEAR and first <= day.year + _REIWA_BEFORE_FIRST <= last:
        raise ValueError(
            gettext_lazy(
                "年は西暦で入力してください。令和%(era)s年は%(western)s年です。",
                era=day.year,
                western=day.year + _REIWA_BEFORE_FIRST,
            )
        )
    raise ValueError(
        gettext_lazy(
            "%(first)s年から%(last)s年までの日付を入力してください。", first=first, last=last
        )
    )


def _within_plan(day: date) -> date:
    return _within(day, earliest=None, back=_PLAN_YEARS_BACK, ahead=_PLAN_YEARS_AHEAD)


class UnplannedDayError(InvalidError):
    """Days outside the bounds of a plan; `messages` are by field."""

    def __init__(self, messages: Mapping[str, LazyText | str]) -> None:
        super().__init__()
        self.messages = messages

    def by_field(self) -> Mapping[str, LazyText | str]:
        return self.messages


def require_plan(days: Mapping[str, date | None], saved: Mapping[str, date | None]) -> None:
    """Check the days of a form (by field) that differ from the saved ones as PlanDay does.

    For rows that live for years: their texts stay editable after their days have passed.
    Raises UnplannedDayError.
    """
    messages: dict[str, LazyText | str] = {}
    for name, day in days.items():
        if day is None or day == saved.get(name):
            continue
        try:
            _within_plan(day)
        except ValueError as error:
            messages[name] = error.args[0]
    if messages:
        raise UnplannedDayError(messages)


Day = Annotated[
    date,
    BeforeValidator(_from_text),
    AfterValidator(partial(_within, earliest=EARLIEST_YEAR, back=0, ahead=_YEARS_AHEAD)),
]
PlanDay = Annotated[date, BeforeValidator(_from_text), AfterValidator(_within_plan)]
