"""Dates and numbers as text, in the current language and in the time zone of Japan."""

from datetime import date, datetime
from typing import Protocol

from babel.dates import format_date as format_by_pattern
from babel.numbers import format_decimal
from markupsafe import Markup

from enishi.kit import clock
from enishi.kit.i18n import Language, current_language

_WEEKDAYS_JA = "月火水木金土日"
_REIWA_BEGAN = date(2019, 5, 1)


def format_date(day: date | datetime, *, era: bool = False, year: bool = True) -> str:
    """2026年11月23日（月） / Mon, 23 November 2026; with `era` 令和8年… in Japanese."""
    if isinstance(day, datetime):
        day = clock.in_tokyo(day).date()
    if current_language() is Language.EN:
        return format_by_pattern(day, "EEE, d MMMM y" if year else "EEE, d MMMM", locale="en")
    counted = f"令和{_reiwa_year(day)}" if era and day >= _REIWA_BEGAN else str(day.year)
    in_year = f"{day.month}月{day.day}日（{_WEEKDAYS_JA[day.weekday()]}）"
    return f"{counted}年{in_year}" if year else in_year


def format_month(month: str) -> str:
    """2026年11月 / November 2026, from "2026-11"."""
    first = date.fromisoformat(f"{month}-01")
    if current_language() is Language.EN:
        return format_by_pattern(first, "MMMM y", locale="en")
    return f"{first.year}年{first.month}月"


def _reiwa_year(day: date) -> str:
    year = day.year - _REIWA_BEGAN.year + 1
    return "元" if year == 1 else str(year)


def format_datetime(instant: datetime) -> str:
    """As format_date, with the time of day in Japan."""
    local = clock.in_tokyo(instant)
    if current_language() is Language.EN:
        return f"{format_date(local)}, {local:%H:%M} (JST)"
    return f"{format_date(local)}{local.hour}時{local.minute:02}分"


def format_number(number: float | int) -> str:
    if isinstance(number, int):
        return f"{number:,}"  # the same in both languages, and fifty times as fast as Babel
    return format_decimal(number, locale=current_language().value)


_LANGUAGES = {"ja": "日本語", "en": "English"}


class _HasLanguage(Protocol):
    def language_of_text(self) -> Language: ...


def language_mark(of: _HasLanguage | str) -> Markup:
    """The name of a text's language, for beside a text that is not in the reader's language.

    Empty for the reader's own language and for one that is not known.
    """
    language = of if isinstance(of, str) else of.language_of_text().value
    if language == current_language() or language not in _LANGUAGES:
        return Markup("")
    return Markup(' <span class="fine-print" lang="{0}">({1})</span>').format(
        str(language), _LANGUAGES[language]
    )
