"""Dates and numbers as people read them, in both languages and in Japan's time."""

from datetime import UTC, date, datetime

from enishi.kit import formatting, i18n
from enishi.kit.i18n import Language


def test_a_day_is_written_with_its_weekday() -> None:
    day = date(2026, 11, 23)
    assert formatting.format_date(day) == "2026年11月23日（月）"
    with i18n.speaking(Language.EN):
        assert formatting.format_date(day) == "Mon, 23 November 2026"


def test_the_era_begins_with_its_first_year_and_is_not_used_before() -> None:
    assert formatting.format_date(date(2019, 4, 30), era=True) == "2019年4月30日（火）"
    assert formatting.format_date(date(2019, 5, 1), era=True) == "令和元年5月1日（水）"
    assert formatting.format_date(date(2026, 11, 23), era=True) == "令和8年11月23日（月）"


def test_an_instant_is_shown_in_japan() -> None:
    instant = datetime(2026, 11, 22, 15, 5, tzinfo=UTC)
    assert formatting.format_date(instant) == "2026年11月23日（月）"
    assert formatting.format_datetime(instant) == "2026年11月23日（月）0時05分"
    with i18n.speaking(Language.EN):
        assert formatting.format_datetime(instant) == "Mon, 23 November 2026, 00:05 (JST)"


def test_numbers_are_grouped() -> None:
    assert formatting.format_number(1234567) == "1,234,567"
    with i18n.speaking(Language.EN):
        assert formatting.format_number(-1234.5) == "-1,234.5"
