"""Programmes that meet a filter, in an order."""

import uuid
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import Any

import numpy as np
import numpy.typing as npt

from enishi.kit.pagination import decode_cursor, encode_cursor
from enishi.programmes.finding import conditions
from enishi.programmes.finding.arrays import Integers, Listed, Mask
from enishi.programmes.listings.filters import ProgrammeFilter

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
    def of_sessions(self) -> set[str]:
        """The names of the conditions on sessions that are set."""
        return self._of_sessions.keys() - {"coming"}

    @property
    def narrows_sessions(self) -> bool:
        """Whether a condition leaves out sessions of programmes that are found."""
        return bool(self.of_sessions)

    def sessions(self, left_out: str = "") -> Mask:
        """The sessions that meet all conditions on sessions, one left out."""
        return conditions.every(self._of_sessions, len(self.listed.sessions), left_out)

    def programmes(self, left_out: str = "") -> Mask:
        """The programmes that meet all conditions on programmes, one left out."""
        return conditions.every(self._of_programmes, len(self.listed.first), left_out)

    @cached_property
    def found(self) -> Mask:
        """The programmes with a session that meets all conditions."""
        return self.programmes() & self.listed.any_session(self.sessions())

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


def _whole(text: str) -> int:
    number = int(text)
    if abs(number) > _LAST:
        raise ValueError("out of range of the arrays")
    return number
