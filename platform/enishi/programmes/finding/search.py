"""Programmes that meet a filter, in an order, and how many there are beside each option."""

import uuid
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import Any, get_args

import numpy as np
import numpy.typing as npt

from enishi.kit.pagination import decode_cursor, encode_cursor
from enishi.programmes.finding import conditions
from enishi.programmes.finding.arrays import KINDS, Integers, Listed, Mask
from enishi.programmes.listings.filters import (
    OLDEST_CHILD,
    Cost,
    Length,
    ProgrammeFilter,
    Season,
    most_yen,
)

Numbers = npt.NDArray[np.intp]
_LAST = np.iinfo(np.int64).max
_HIGHEST_PRICE = 10**12


@dataclass(frozen=True)
class Search:
    """The conditions of a filter over the arrays at an instant; see `of`."""

    listed: Listed
    wanted: ProgrammeFilter
    now: datetime
    words: Mask | None

    @cached_property
    def _of_programmes(self) -> dict[str, Mask]:
        return conditions.of_programmes(self.listed, self.wanted, self.words)

    @cached_property
    def _of_sessions(self) -> dict[str, Mask]:
        coming = {"coming": conditions.still_to_come(self.listed, self.now)}
        return coming | conditions.of_sessions(self.listed, self.wanted, self.now)

    @property
    def narrows_sessions(self) -> bool:
        """Whether a condition leaves out sessions of programmes that are found."""
        return len(self._of_sessions) > 1

    def sessions(self, left_out: str = "") -> Mask:
        """The sessions that meet all conditions on sessions, one left out."""
        return conditions.every(self._of_sessions, len(self.listed.sessions), left_out)

    def _programmes(self, left_out: str = "") -> Mask:
        return conditions.every(self._of_programmes, len(self.listed.first), left_out)

    @cached_property
    def found(self) -> Mask:
        """The programmes with a session that meets all conditions."""
        return self._programmes() & self.listed.any_session(self.sessions())

    @property
    def total(self) -> int:
        return int(np.count_nonzero(self.found))

    @cached_property
    def next_start(self) -> Integers:
        """Per programme the first start of a session that meets the conditions."""
        if not len(self.listed.first):
            return np.zeros(0, np.int64)
        starts = np.where(self.sessions(), self.listed.sessions["starts"], _LAST)
        least: Integers = np.minimum.reduceat(starts, self.listed.first)
        return least

    def without(self, name: str) -> "Search":
        """The search that one condition less makes."""
        words = None if name == "q" else self.words
        return Search(self.listed, self.wanted.without(name), self.now, words)

    def page(self, cursor: str | None, size: int) -> tuple[Numbers, str | None]:
        """The numbers of at most `size` programmes in order, and the cursor of the next page.

        Raises NotFoundError for a cursor that is none.
        """
        first, second = self._keys()
        found = np.flatnonzero(self.found)
        if cursor is not None:
            after = decode_cursor(cursor, _whole, _whole, uuid.UUID)
            found = found[self._is_after(found, first[found], second[found], after)]
        ordered = found[np.lexsort((found, second[found], first[found]))]
        page = ordered[:size]
        if len(ordered) <= size:
            return page, None
        last = page[-1]
        [last_id] = self.listed.ids(page[-1:])
        key = (int(first[last]), int(second[last]), uuid.UUID(bytes=last_id))
        return page, encode_cursor(key)

    def _keys(self) -> tuple[Integers, Integers]:
        """The keys of the order; equal ones are ordered by id, which is the order of the arrays."""
        if self.wanted.sort == "new":
            published = -self.listed.programmes["published"].astype(np.int64)
            return published, np.zeros_like(published)
        if self.wanted.sort == "price":
            yen, known = conditions.totals(self.listed, self.wanted)
            return np.where(known, yen, _HIGHEST_PRICE), self.next_start
        return self.next_start, np.zeros_like(self.next_start)

    def _is_after(
        self, numbers: Numbers, first: Integers, second: Integers, after: tuple[Any, ...]
    ) -> Mask:
        key, then, last_id = after
        is_equal = (first == key) & (second == then)
        later: Mask = (first > key) | ((first == key) & (second > then))
        ids = self.listed.ids(numbers[is_equal])
        later[is_equal] = [each > last_id.bytes for each in ids]
        return later

    def counts(self, months: Iterable[str]) -> "Counts":
        """Programmes beside each option: as many as the list has that the option leads to."""
        return Counts(
            {
                "prefecture": self._codes("prefecture"),
                "municipality": self._codes("municipality"),
                "kind": self._named("kind", KINDS),
                "theme": self._named("theme", self.listed.themes),
                "cost": self._each(
                    "cost",
                    _options(Cost),
                    lambda cost: conditions.costs_at_most(self.listed, self.wanted, most_yen(cost)),
                    of_sessions=False,
                ),
                "child_age": self._each(
                    "child_age",
                    [str(age) for age in range(OLDEST_CHILD + 1)],
                    lambda age: conditions.admits_child(self.listed, int(age)),
                    of_sessions=False,
                ),
                "children": self._switch("children", "admits_minors"),
                "wheelchair": self._switch("wheelchair", "wheelchair"),
                **self._counts_of_sessions(months),
            }
        )

    def _counts_of_sessions(self, months: Iterable[str]) -> dict[str, dict[str, int]]:
        def by(
            name: str, values: Iterable[str], fits: Callable[[Listed, str], Mask]
        ) -> dict[str, int]:
            return self._each(
                name, values, lambda value: fits(self.listed, value), of_sessions=True
            )

        persons = sum(self.wanted.party)
        return {
            "month": by("month", months, conditions.touches_month),
            "season": by("season", _options(Season), conditions.touches_season),
            "length": by("length", _options(Length), conditions.of_length),
            "weekend": by("weekend", ["yes"], lambda listed, _: conditions.on_weekend(listed)),
            "places": by(
                "places",
                ["yes"],
                lambda listed, _: conditions.has_places(listed, persons, self.now),
            ),
        }

    def _each(
        self,
        name: str,
        values: Iterable[str],
        fits: Callable[[str], Mask],
        *,
        of_sessions: bool,
    ) -> dict[str, int]:
        """Value -> programmes that meet it and all other conditions."""
        if of_sessions:
            sessions, programmes = self.sessions(name), self._programmes()
            return {
                value: _count(self.listed.any_session(sessions & fits(value)) & programmes)
                for value in values
            }
        others = self._others(name)
        return {value: _count(others & fits(value)) for value in values}

    def _others(self, name: str) -> Mask:
        """The programmes that meet all conditions except one on programmes."""
        return self._programmes(name) & self.listed.any_session(self.sessions())

    def _switch(self, name: str, column: str) -> dict[str, int]:
        return {"yes": _count(self._others(name) & self.listed.programmes[column])}

    def _named(self, name: str, values: tuple[str, ...]) -> dict[str, int]:
        numbers = self.listed.programmes[name][self._others(name)]
        sums = np.bincount(numbers, minlength=len(values) + 1)
        return {value: int(sums[number]) for number, value in enumerate(values, 1)}

    def _codes(self, name: str) -> dict[str, int]:
        # Another prefecture drops the municipality, so neither narrows the counts of prefectures.
        others = self._others(name)
        if name == "prefecture" and self.wanted.municipality:
            others = self.without("municipality")._others(name)  # noqa: SLF001 (of the same class)
        codes, sums = np.unique(self.listed.programmes[name][others], return_counts=True)
        return {f"{code:06}": int(count) for code, count in zip(codes, sums, strict=True)}


@dataclass(frozen=True)
class Counts:
    """Name of a condition -> value -> number of programmes. Codes without programmes are absent."""

    by_name: Mapping[str, Mapping[str, int]]

    def of(self, name: str, value: str = "yes") -> int:
        return self.by_name.get(name, {}).get(value, 0)


def _options(kind: object) -> list[str]:
    return [value for value in get_args(kind) if value]


def _count(mask: Mask) -> int:
    return int(np.count_nonzero(mask))


def _whole(text: str) -> int:
    number = int(text)
    if abs(number) > _LAST:
        raise ValueError("out of range of the arrays")
    return number
