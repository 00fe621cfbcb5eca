"""What each condition of the filter means, as a mask over programmes or over sessions."""

from collections.abc import Callable, Iterable
from datetime import date, datetime
from typing import get_args

import numpy as np

from enishi.programmes.finding.arrays import (
    KINDS,
    UNKNOWN_FEE,
    Integers,
    Listed,
    Mask,
    microseconds,
)
from enishi.programmes.listings.filters import (
    LARGEST_PARTY,
    Length,
    ProgrammeFilter,
    Season,
    most_yen,
)

SEASONS = ("winter", "spring", "summer", "autumn")
_MINUTE = 60_000_000
_HOUR = 60 * _MINUTE
_HALF_DAY = 4 * _HOUR
# A walk under the stars that ends after midnight is no stay.
_SHORTEST_STAY = 12 * _HOUR
_NIGHTS = {"short_stay": (1, 2), "week": (3, 6), "long": (7, None)}
_SATURDAY = 5


def of_programmes(listed: Listed, wanted: ProgrammeFilter, words: Mask | None) -> dict[str, Mask]:
    """Name of each condition on programmes that is set -> the programmes that meet it.

    `words` are those that contain the keywords, which the database finds; None without keywords.
    """
    rows = listed.programmes
    met: dict[str, Mask] = {} if words is None else {"q": words}
    for name in ("prefecture", "municipality"):
        if code := getattr(wanted, name):
            met[name] = rows[name] == int(code)
    if wanted.kind:
        met["kind"] = rows["kind"] == KINDS.index(wanted.kind.value) + 1
    if wanted.theme:
        met["theme"] = rows["theme"] == _number(listed.themes, wanted.theme)
    if wanted.cost:
        met["cost"] = costs_at_most(listed, wanted, most_yen(wanted.cost))
    if wanted.children:
        met["children"] = rows["admits_minors"]
    if wanted.child_count:
        met["child_count"] = rows["admits_minors"]
    if wanted.child_age is not None:
        met["child_age"] = admits_child(listed, wanted.child_age)
    if wanted.wheelchair:
        met["wheelchair"] = rows["wheelchair"]
    return met


def of_sessions(listed: Listed, wanted: ProgrammeFilter, now: datetime) -> dict[str, Mask]:
    """Name of each condition on sessions that is set -> the sessions that meet it."""
    met: dict[str, Mask] = {}
    if wanted.since:
        met["since"] = listed.last_day >= _days(wanted.since)
    if wanted.until:
        met["until"] = listed.first_day <= _days(wanted.until)
    if wanted.month:
        met["month"] = touches_month(listed, wanted.month)
    for name, value in (
        ("season", wanted.season),
        ("weekend", "yes" if wanted.weekend else ""),
        ("length", wanted.length),
    ):
        if value:
            met[name] = (fixed_bits(listed) >> FIXED_OPTIONS.index((name, value)) & 1) > 0
    if wanted.places:
        met["places"] = has_places(listed, sum(wanted.party), now)
    return met


def totals(listed: Listed, wanted: ProgrammeFilter) -> tuple[Integers, Mask]:
    """What the party pays, in yen, and for which programmes that is known."""
    adults, children = wanted.party
    adult = listed.programmes["fee_adult"].astype(np.int64)
    child = listed.programmes["fee_child"].astype(np.int64)
    known = (adult != UNKNOWN_FEE) & ((child != UNKNOWN_FEE) | (children == 0))
    return np.where(known, adult * adults + child * children, 0), known


def costs_at_most(listed: Listed, wanted: ProgrammeFilter, most: int) -> Mask:
    yen, known = totals(listed, wanted)
    return known & (yen <= most)


def admits_child(listed: Listed, age: int) -> Mask:
    """Whether a child of this age may come. Unknown rules admit nobody."""
    rows = listed.programmes
    fits: Mask = rows["admits_minors"] & (rows["age_min"] <= age) & (age <= rows["age_max"])
    return fits


def touches_month(listed: Listed, month: str) -> Mask:
    """Whether a day of the session is in the month: a stay from 30 January is one of February."""
    begins = np.datetime64(month, "M")
    first, after = begins.astype("M8[D]").astype(int), (begins + 1).astype("M8[D]").astype(int)
    touched: Mask = (listed.first_day < after) & (listed.last_day >= first)
    return touched


def touches_season(listed: Listed, season: str) -> Mask:
    """Whether a day of the session is in the season; winter is December to February."""
    first, last = _quarter(listed.first_day), _quarter(listed.last_day)
    ahead = (SEASONS.index(season) - first) % 4
    touched: Mask = ahead <= last - first
    return touched


def _quarter(days: Integers) -> Integers:
    """The number of the season of each day; multiples of four are winters."""
    months = days.astype("M8[D]").astype("M8[M]").astype(np.int64)
    return (months + 1) // 3


def on_weekend(listed: Listed) -> Mask:
    """Whether all its days are Saturdays and Sundays."""
    weekday = (listed.first_day + 3) % 7  # 1970 began on a Thursday
    nights = listed.last_day - listed.first_day
    one_day, two_days = nights == 0, nights == 1
    fits: Mask = (one_day & (weekday >= _SATURDAY)) | (two_days & (weekday == _SATURDAY))
    return fits


def of_length(listed: Listed, length: str) -> Mask:
    nights = listed.last_day - listed.first_day
    lasts = listed.sessions["ends"] - listed.sessions["starts"]
    is_stay: Mask = (nights > 0) & (lasts >= _SHORTEST_STAY)
    if length == "stay":
        return is_stay
    if length in _NIGHTS:
        least, most = _NIGHTS[length]
        return is_stay & (nights >= least) & (most is None or nights <= most)
    return ~is_stay & (lasts <= _HALF_DAY) if length == "half_day" else ~is_stay


def has_places(listed: Listed, persons: int, now: datetime) -> Mask:
    """Whether a party of this size can apply now for a place, not only for the waiting list."""
    rows, at = listed.sessions, microseconds(now)
    is_open = (rows["opens"] <= at) & (at < rows["closes"])
    is_free_for_all = (rows["waiting"] == 0) | (rows["first_come_from"] <= at)
    # A larger party cannot apply, and how many more places there are is not public.
    fits: Mask = is_open & is_free_for_all & (rows["capacity"] - rows["taken"] >= persons)
    return fits if persons <= LARGEST_PARTY else np.zeros_like(fits)


# The options on sessions that are the same at every request, in the order of their bits.
FIXED_OPTIONS = (
    *(("season", value) for value in get_args(Season) if value),
    *(("length", value) for value in get_args(Length) if value),
    ("weekend", "yes"),
)
_FITS: dict[str, Callable[[Listed, str], Mask]] = {
    "season": touches_season,
    "length": of_length,
    "weekend": lambda listed, _: on_weekend(listed),
}


def fixed_bits(listed: Listed) -> Integers:
    """Per session a bit for each of FIXED_OPTIONS."""

    def work() -> Integers:
        fits = (_FITS[name](listed, value) for name, value in FIXED_OPTIONS)
        return _bits(listed, fits)

    return listed.once("fixed", work)


def month_bits(listed: Listed, months: list[str]) -> Integers:
    """Per session a bit for each of the months."""

    def work() -> Integers:
        return _bits(listed, (touches_month(listed, month) for month in months))

    return listed.once(" ".join(months), work)


def _bits(listed: Listed, masks: Iterable[Mask]) -> Integers:
    bits = np.zeros(len(listed.sessions), np.int64)
    for number, mask in enumerate(masks):
        bits |= mask.astype(np.int64) << number
    return bits


def still_to_come(listed: Listed, now: datetime) -> Mask:
    """Sessions that have not begun since the arrays were loaded."""
    coming: Mask = listed.sessions["starts"] > microseconds(now)
    return coming


def every(masks: dict[str, Mask], size: int, left_out: str = "") -> Mask:
    """What meets all conditions, one left out."""
    met = np.ones(size, np.bool_)
    for name, mask in masks.items():
        if name != left_out:
            met &= mask
    return met


def _days(day: date) -> int:
    return int(np.datetime64(day, "D").astype(int))


def _number(values: tuple[str, ...], value: str) -> int:
    """As the arrays count; -1 is met by no programme."""
    return values.index(value) + 1 if value in values else -1
