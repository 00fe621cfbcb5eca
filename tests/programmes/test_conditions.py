"""What each condition of the list of programmes finds."""

from datetime import date, datetime, timedelta
from typing import Any

import httpx
import pytest
from tests.programmes.listed import make_date, make_programme, text
from tests.programmes.test_finding import listed

from enishi.kit import clock, db
from enishi.programmes.finding import arrays, queries
from enishi.programmes.finding.search import Search
from enishi.programmes.listings.filters import ProgrammeFilter

# The days that follow are of 2028, when every season and a Saturday are still to come.
_FIRST = date(2028, 1, 1)  # a Saturday


def at(day: date, hour: int = 9) -> datetime:
    return clock.start_of_day(day) + timedelta(hours=hour)


async def on(
    first: date, last: date | None = None, hours: tuple[int, int] = (9, 12), **c: Any
) -> str:
    """A programme from one day to another, at these hours."""
    begins, ends = at(first, hours[0]), at(last or first, hours[1])
    return await listed(date={"starts_at": begins, "ends_at": ends, "closes_at": begins}, **c)


async def slugs(**conditions: Any) -> set[str]:
    arrays.invalidate()
    wanted = ProgrammeFilter.model_validate(conditions)
    return {row.slug for row in (await queries.list_public(wanted, size=100)).rows}


async def test_a_stay_that_touches_a_month_is_found_in_it() -> None:
    stay = await on(date(2028, 1, 30), date(2028, 2, 2))
    before = await on(date(2028, 1, 31))
    assert await slugs(month="2028-02") == {stay}
    assert await slugs(month="2028-01") == {stay, before}
    assert await slugs(month="2028-03") == set()


async def test_a_day_that_ends_at_midnight_is_not_of_the_next_month() -> None:
    await on(date(2028, 1, 31), hours=(20, 24))
    assert await slugs(month="2028-02") == set()


async def test_days_are_a_range_that_a_session_touches() -> None:
    stay = await on(date(2028, 5, 3), date(2028, 5, 5))
    for since, until, fits in (
        ("2028-05-05", "", True),
        ("2028-05-06", "", False),
        ("", "2028-05-03", True),
        ("", "2028-05-02", False),
        ("2028-05-04", "2028-05-04", True),
        ("令和10年5月5日", "", True),
    ):
        conditions = {"since": since or None, "until": until or None}
        assert (await slugs(**conditions) == {stay}) is fits, (since, until)


@pytest.mark.parametrize(
    ("first", "last", "seasons"),
    [
        (date(2028, 2, 28), None, {"winter"}),
        (date(2028, 3, 1), None, {"spring"}),
        (date(2027, 12, 1), None, {"winter"}),
        (date(2028, 11, 30), date(2028, 12, 1), {"autumn", "winter"}),
        (date(2028, 2, 1), date(2028, 6, 1), {"winter", "spring", "summer"}),
        (date(2028, 2, 1), date(2028, 11, 1), {"winter", "spring", "summer", "autumn"}),
    ],
)
async def test_a_season_is_found_by_each_that_it_touches(
    first: date, last: date | None, seasons: set[str]
) -> None:
    await on(first, last)
    touched = {
        each for each in ("spring", "summer", "autumn", "winter") if await slugs(season=each)
    }
    assert touched == seasons


@pytest.mark.parametrize(
    ("days", "nights", "fits"),
    [(0, 0, True), (1, 0, True), (0, 1, True), (1, 1, False), (6, 0, False), (6, 2, False)],
)
async def test_a_weekend_has_only_saturdays_and_sundays(
    days: int, nights: int, *, fits: bool
) -> None:
    first = _FIRST + timedelta(days=days)
    slug = await on(first, first + timedelta(days=nights))
    assert (await slugs(weekend=True) == {slug}) is fits


@pytest.mark.parametrize(
    ("nights", "hours", "lengths"),
    [
        (0, (9, 13), {"day", "half_day"}),
        (0, (9, 14), {"day"}),
        (1, (22, 1), {"day", "half_day"}),  # stars after midnight
        (1, (9, 12), {"stay", "short_stay"}),
        (2, (9, 12), {"stay", "short_stay"}),
        (3, (9, 12), {"stay", "week"}),
        (6, (9, 12), {"stay", "week"}),
        (7, (9, 12), {"stay", "long"}),
    ],
)
async def test_a_length_is_a_day_or_a_number_of_nights(
    nights: int, hours: tuple[int, int], lengths: set[str]
) -> None:
    await on(_FIRST, _FIRST + timedelta(days=nights), hours)
    every = ("day", "half_day", "stay", "short_stay", "week", "long")
    assert {each for each in every if await slugs(length=each)} == lengths


async def test_the_cost_is_that_of_the_party() -> None:
    cheap = await listed(fee_adult=3000, fee_child=500)
    same = await listed(fee_adult=3000, fee_child=None)  # a child pays as an adult
    await listed(fee_adult=None, fee_child=None)
    assert await slugs(cost="3000") == {cheap, same}
    assert await slugs(cost="3000", adults=2) == set()
    assert await slugs(cost="10000", adults=2, child_count=2) == {cheap}
    assert await slugs(cost="10000", adults=3, child_count=2) == {cheap}
    assert await slugs(cost="10000", adults=3, child_count=3) == set()


async def test_a_child_of_an_age_may_come_by_the_rules_of_age_and_of_minors() -> None:
    fits = await listed(minors="accompanied", age_min=6, age_max=None)
    await listed(minors="not_admitted", age_min=None)
    await listed(minors="", age_min=None)  # not said: admits nobody
    await listed(minors="accompanied", age_min=8)
    await listed(minors="accompanied", age_min=6, age_max=6)
    assert await slugs(child_age=7) == {fits}
    assert await slugs(child_age=5) == set()


async def test_places_are_for_the_whole_party_in_one_session() -> None:
    programme = await make_programme()
    for days in (10, 20):
        await make_date(programme, days, capacity=4, taken=1)
    queue = await make_programme()
    await make_date(queue, 10, capacity=4, taken=1, waiting=1, tickets=1)
    assert await slugs(places=True, adults=3) == {programme.slug}
    assert await slugs(places=True, adults=3, child_count=1) == set()
    big = await make_programme()
    await make_date(big, 10, capacity=100)
    assert await slugs(places=True, adults=10) == {big.slug}
    # Nobody can apply for more, and how many more places there are is not public.
    assert await slugs(places=True, adults=10, child_count=1) == set()


async def test_conditions_on_sessions_hold_for_one_and_the_same_session() -> None:
    programme = await make_programme()
    for first, last in ((date(2028, 1, 8), None), (date(2028, 2, 7), date(2028, 2, 9))):
        begins, ends = at(first), at(last or first, 12)
        await make_date(programme, starts_at=begins, ends_at=ends, closes_at=begins)
    assert await slugs(month="2028-01", length="day") == {programme.slug}
    assert await slugs(month="2028-02", length="day") == set()
    wanted = ProgrammeFilter(month="2028-02")
    [row] = (await queries.list_public(wanted)).rows
    assert (row.sessions, row.next_start) == (1, at(date(2028, 2, 7)))


@pytest.mark.parametrize(
    "typed", ["たうえ", "ﾀｳｴ", "タウエ", "PLANTING", "ｐｌａｎｔｉｎｇ", "タウエ　planting"]
)
async def test_keywords_differ_in_neither_width_nor_case_nor_kana(typed: str) -> None:
    fits = await listed(title=text("たうえの一日", "Planting rice"))
    await listed(title=text("稲刈り", "Harvest"), summary=text("稲を刈る"))
    assert await slugs(q=typed) == {fits}


async def test_keywords_must_all_be_found_in_texts_host_or_municipality() -> None:
    fits = await listed(title=text("稲刈り"), host_name="谷の会")
    other = await listed(title=text("稲刈り"), host_name="山の会")
    assert await slugs(q="稲刈り 谷の会") == {fits}
    assert await slugs(q="飛騨 山の会") == {other}
    assert await slugs(q="100%") == set()  # no pattern of LIKE
    assert await slugs(q="' OR 1=1 --") == set()


async def test_orders_are_by_start_publication_and_price() -> None:
    now = clock.now()
    early = await listed(10, fee_adult=5000, published_at=now - timedelta(days=3))
    late = await listed(30, fee_adult=0, fee_child=0, published_at=now - timedelta(days=2))
    unknown = await listed(20, fee_adult=None, published_at=now - timedelta(days=1))
    for sort, expected in (
        ("", [early, unknown, late]),
        ("new", [unknown, late, early]),
        ("price", [late, early, unknown]),
    ):
        wanted = ProgrammeFilter.model_validate({"sort": sort})
        cursor, seen = None, []
        for _ in expected:
            page = await queries.list_public(wanted, cursor, 1)
            seen += [row.slug for row in page.rows]
            cursor = page.next_cursor
        assert (seen, cursor) == (expected, None), sort


@pytest.mark.parametrize(
    "query", ["since=soon", "adults=0", "adults=11", "length=x", "sort=x", "child_age=18"]
)
async def test_what_no_filter_can_mean_is_refused_by_page_and_api(
    visitor: httpx.AsyncClient, query: str
) -> None:
    assert (await visitor.get(f"/ja/programmes?{query}")).status_code >= 400
    assert (await visitor.get(f"/api/v1/programmes?{query}")).status_code == 400


async def test_the_arrays_are_of_this_instant_not_of_when_they_were_loaded() -> None:
    await listed(1)
    kept = await arrays.listed()
    later = clock.now() + timedelta(days=2)
    assert Search(kept, ProgrammeFilter(), later, None).total == 0


async def test_a_programme_closed_meanwhile_is_not_shown() -> None:
    """The arrays are up to ten seconds old; rows are read anew."""
    slug = await listed()
    await queries.list_public(ProgrammeFilter())
    await db.execute("UPDATE programmes_programme SET state = 'closed' WHERE slug = $1", slug)
    assert (await queries.list_public(ProgrammeFilter())).rows == []
