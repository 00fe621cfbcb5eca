"""Dates of forms: Japanese years are read and shown, impossible years are refused."""

from datetime import UTC, date, datetime

import pytest
from pydantic import TypeAdapter, ValidationError

from enishi.kit import clock, dates
from enishi.kit.i18n import Language, speaking


@pytest.mark.parametrize(
    ("typed", "day"),
    [
        ("2026-04-01", date(2026, 4, 1)),
        ("２０２６/４/１", date(2026, 4, 1)),
        ("2026年4月1日", date(2026, 4, 1)),
        ("令和8年4月1日", date(2026, 4, 1)),
        ("令和 8 年 4 月 1 日", date(2026, 4, 1)),
        ("R8.4.1", date(2026, 4, 1)),
        ("令和元年5月1日", date(2019, 5, 1)),
        ("平成31年4月30日", date(2019, 4, 30)),
        ("昭和64年1月7日", date(1989, 1, 7)),
    ],
)
def test_a_day_is_read_as_people_write_it(typed: str, day: date) -> None:
    assert dates.read_day(typed) == day


@pytest.mark.parametrize(
    "typed",
    [
        "",
        "soon",
        "2026-02-29",
        "令和元年4月30日",
        "平成31年5月1日",
        "令和0年1月1日",
        "元年1月1日",
        "2026-4",
    ],
)
def test_what_is_no_day_is_not_read(typed: str) -> None:
    assert dates.read_day(typed) is None


def test_the_japanese_year_is_told_beside_the_field() -> None:
    assert dates.japanese_year("2026-04-01") == "令和8年"
    assert dates.japanese_year("2019-05-01") == "令和元年"
    assert dates.japanese_year(date(2019, 4, 30)) == "平成31年"
    assert dates.japanese_year("0008-04-01") == ""
    assert dates.japanese_year("") == ""


@pytest.mark.parametrize(
    ("typed", "message"),
    [
        ("0008-04-01", "年は西暦で入力してください。令和8年は2026年です。"),
        ("0026-11-01", "2025年から2031年までの日付を入力してください。"),
        ("2024-12-31", "2025年から2031年までの日付を入力してください。"),
        ("2032-01-01", "2025年から2031年までの日付を入力してください。"),
        ("9999-12-31", "2025年から2031年までの日付を入力してください。"),
    ],
)
def test_a_plan_is_near(typed: str, message: str) -> None:
    plan: TypeAdapter[date] = TypeAdapter(dates.PlanDay)
    with clock.frozen_at(datetime(2026, 11, 1, tzinfo=UTC)), speaking(Language.JA):
        assert plan.validate_python("2025-01-01") == date(2025, 1, 1)
        assert plan.validate_python("令和13年12月31日") == date(2031, 12, 31)
        with pytest.raises(ValidationError) as refused:
            plan.validate_python(typed)
        assert message in str(refused.value)


def test_saved_days_of_an_old_row_may_stay() -> None:
    old = date(2022, 4, 1)
    with clock.frozen_at(datetime(2026, 11, 1, tzinfo=UTC)):
        dates.require_plan({"opens_on": old, "closes_on": None}, {"opens_on": old})
        with pytest.raises(dates.UnplannedDayError) as refused:
            dates.require_plan({"opens_on": old}, {"opens_on": date(2022, 4, 2)})
    assert set(refused.value.by_field()) == {"opens_on"}
