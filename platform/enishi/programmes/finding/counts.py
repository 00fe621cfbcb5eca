"""How many programmes there are beside each option of the filter.

As many as the list has that the option leads to: all other conditions hold. The options on sessions
are bits of one number a session, and a bit of a programme is set if one of its sessions has it, so
that all of them cost one pass over the sessions; a condition that is set costs one pass more,
because for its own options it does not hold.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import get_args

import numpy as np
import numpy.typing as npt

from enishi.programmes.finding import conditions
from enishi.programmes.finding.arrays import KINDS, NO_LIMIT, Listed, Mask
from enishi.programmes.finding.search import Search
from enishi.programmes.listings.filters import OLDEST_CHILD, Cost, most_yen

Bits = npt.NDArray[np.int64]


@dataclass(frozen=True)
class Counts:
    """Name of a condition -> value -> number of programmes. Codes without programmes are absent."""

    by_name: Mapping[str, Mapping[str, int]]

    def of(self, name: str, value: str = "yes") -> int:
        return self.by_name.get(name, {}).get(value, 0)


def counts(search: Search, months: Iterable[str]) -> Counts:
    """`months`: those that the page offers, such as 2026-11."""
    listed, rows = search.listed, search.listed.programmes
    with_session = listed.any_session(search.sessions())

    def others(name: str) -> Mask:
        return search.programmes(name) & with_session

    return Counts(
        {
            "prefecture": _prefectures(search),
            "municipality": _codes(listed, "municipality", others("municipality")),
            "kind": _named(rows["kind"][others("kind")], KINDS),
            "theme": _named(rows["theme"][others("theme")], listed.themes),
            "cost": _costs(search, others("cost")),
            "child_age": _ages(listed, others("child_age")),
            "children": {"yes": _count(others("children") & rows["admits_minors"])},
            "wheelchair": {"yes": _count(others("wheelchair") & rows["wheelchair"])},
            **_of_sessions(search, sorted(months)),
        }
    )


def count_by_municipality(search: Search) -> dict[str, int]:
    """Code -> number of the programmes that are found."""
    return _codes(search.listed, "municipality", search.found)


def _of_sessions(search: Search, months: list[str]) -> dict[str, dict[str, int]]:
    listed = search.listed
    options = [*conditions.FIXED_OPTIONS, *(("month", month) for month in months)]
    places = conditions.has_places(listed, sum(search.wanted.party), search.now)
    bits = conditions.fixed_bits(listed) | (
        conditions.month_bits(listed, months) << len(conditions.FIXED_OPTIONS)
    )
    bits |= places.astype(np.int64) << len(options)
    options.append(("places", "yes"))
    programmes = search.programmes()
    met = _bits_of(listed, bits, search.sessions(), programmes)
    made: dict[str, dict[str, int]] = {}
    own = {
        name: _bits_of(listed, bits, search.sessions(name), programmes)
        for name in search.of_sessions & {name for name, _ in options}
    }
    for number, (name, value) in enumerate(options):
        of_programmes = own.get(name, met)
        made.setdefault(name, {})[value] = _count(of_programmes >> number & 1)
    return made


def _bits_of(listed: Listed, bits: Bits, sessions: Mask, programmes: Mask) -> Bits:
    """Per programme that meets its own conditions: the options that one of these sessions has."""
    if not len(listed.first):
        return np.zeros(0, np.int64)
    found: Bits = np.bitwise_or.reduceat(np.where(sessions, bits, 0), listed.first)
    return found[programmes]


def _named(numbers: npt.NDArray[np.int16], values: tuple[str, ...]) -> dict[str, int]:
    sums = np.bincount(numbers, minlength=len(values) + 1)
    return {value: int(sums[number]) for number, value in enumerate(values, 1)}


def _prefectures(search: Search) -> dict[str, int]:
    # Another prefecture drops the municipality, so neither narrows these numbers.
    around = search.without("municipality") if search.wanted.municipality else search
    others = around.programmes("prefecture") & around.listed.any_session(around.sessions())
    return _codes(search.listed, "prefecture", others)


def _codes(listed: Listed, name: str, programmes: Mask) -> dict[str, int]:
    codes, where = listed.codes(name)
    sums = np.bincount(where[programmes], minlength=len(codes))
    return {f"{code:06}": int(count) for code, count in zip(codes, sums, strict=True) if count}


def _costs(search: Search, others: Mask) -> dict[str, int]:
    yen, known = conditions.totals(search.listed, search.wanted)
    totals = yen[known & others]
    return {cost: _count(totals <= most_yen(cost)) for cost in get_args(Cost) if cost}


def _ages(listed: Listed, others: Mask) -> dict[str, int]:
    """Those that begin at an age or earlier, without those that end before it."""
    rows = listed.programmes[others & listed.programmes["admits_minors"]]
    begun = np.cumsum(np.bincount(rows["age_min"], minlength=OLDEST_CHILD + 2))
    last = np.where(rows["age_max"] == NO_LIMIT, OLDEST_CHILD, rows["age_max"])
    ended = np.cumsum(np.bincount(last + 1, minlength=OLDEST_CHILD + 2))
    return {str(age): int(begun[age] - ended[age]) for age in range(OLDEST_CHILD + 1)}


def _count(mask: npt.NDArray[np.generic]) -> int:
    return int(np.count_nonzero(mask))
