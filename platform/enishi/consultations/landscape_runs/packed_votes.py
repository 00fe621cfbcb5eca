"""All votes of a consultation as packed arrays, and the changes that bring them up to date.

code = 3 * number of the statement + vote + 1. Numbers are never given twice, so the code of a vote
stays the same when statements are added. Participants ascend by id, codes ascend within a
participant: the same votes give the same bits, whether they were loaded at once or bit by bit.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from enishi.landscape.engine import Codes
from enishi.landscape.votes import LARGEST_TWO_BYTE, Votes

Ids = npt.NDArray[np.bytes_]  # the 16 bytes of each id
WITHDRAWN = 2  # in place of a vote: there is none any more


@dataclass(frozen=True, slots=True)
class Merged:
    """Guests that an account claimed, and the account's participant of each: both (n,)."""

    guests: Ids
    accounts: Ids

    @classmethod
    def none(cls) -> "Merged":
        return cls(np.zeros(0, "S16"), np.zeros(0, "S16"))


@dataclass(frozen=True, slots=True)
class PackedVotes:
    """participants (n,): with at least one vote. lengths (n,): votes of each. codes: of all.

    A code takes two bytes as long as all numbers of statements are below LARGEST_TWO_BYTE.
    """

    participants: Ids
    lengths: npt.NDArray[np.int64]
    codes: Codes

    @classmethod
    def none(cls) -> "PackedVotes":
        return cls(np.zeros(0, "S16"), np.zeros(0, np.int64), np.zeros(0, np.uint16))

    @classmethod
    def of(
        cls, ids: Ids, rows: npt.NDArray[Any], numbers: npt.NDArray[Any], votes: npt.NDArray[Any]
    ) -> "PackedVotes":
        """From one vote for each pair of a participant (index of ids, ascending) and statement."""
        columns = int(numbers.max(initial=0)) + 1
        sorted_ = Votes.from_indices(
            rows, numbers, votes, participant_ids=len(ids), statement_ids=columns
        )
        lengths = sorted_.per_participant
        voted = lengths > 0
        return cls(ids[voted], lengths[voted], sorted_.codes)

    def changed(
        self, ids: Ids, numbers: npt.NDArray[Any], votes: npt.NDArray[Any]
    ) -> "PackedVotes":
        """With changes: one for each pair of ids and numbers, its vote now or WITHDRAWN.

        Only the rows of those who changed something are sorted again.
        """
        if len(ids) == 0:
            return self
        people = np.union1d(self.participants, ids)
        before = np.zeros(len(people), np.int64)
        old_rows = np.searchsorted(people, self.participants)
        before[old_rows] = self.lengths
        is_changed = np.zeros(len(people), bool)
        is_changed[np.searchsorted(people, ids)] = True
        kept = np.repeat(~is_changed[old_rows], self.lengths)
        rows, codes = self._merged(people, is_changed, (ids, numbers, votes))
        lengths = np.where(is_changed, np.bincount(rows, minlength=len(people)), before)
        merged = np.empty(int(lengths.sum()), np.promote_types(self.codes.dtype, codes.dtype))
        from_changed = np.repeat(is_changed, lengths)
        merged[~from_changed] = self.codes[kept]
        merged[from_changed] = codes
        voted = lengths > 0
        return PackedVotes(people[voted], lengths[voted], merged)

    def _merged(
        self,
        people: Ids,
        is_changed: npt.NDArray[np.bool_],
        changes: tuple[Ids, npt.NDArray[Any], npt.NDArray[Any]],
    ) -> tuple[npt.NDArray[np.int64], Codes]:
        """Rows and codes of the changed participants, in order, without what was withdrawn."""
        ids, numbers, votes = changes
        old_rows = np.searchsorted(people, self.participants)
        mine = np.repeat(is_changed[old_rows], self.lengths)
        old_codes = self.codes[mine].astype(np.int64)
        rows = np.concatenate(
            [np.repeat(old_rows, self.lengths)[mine], np.searchsorted(people, ids)]
        )
        number = np.concatenate([old_codes // 3, numbers.astype(np.int64)])
        vote = np.concatenate([old_codes % 3 - 1, votes.astype(np.int64)])
        order = np.lexsort((number, rows))  # stable: what is new comes after what was there
        rows, number, vote = rows[order], number[order], vote[order]
        last = np.ones(len(rows), bool)
        last[:-1] = (rows[1:] != rows[:-1]) | (number[1:] != number[:-1])
        last &= vote != WITHDRAWN
        kind = _kind_for(int(number.max(initial=0)) + 1)
        return rows[last], (3 * number + vote + 1)[last].astype(kind)

    def differing(self, earlier: "PackedVotes") -> Ids:
        """The participants whose votes are not the same as earlier, also those who have none."""
        people: Ids = np.union1d(self.participants, earlier.participants)
        own_rows = np.searchsorted(people, self.participants)
        rows = np.searchsorted(people, earlier.participants)
        lengths = np.zeros((2, len(people)), np.int64)
        lengths[0, own_rows], lengths[1, rows] = self.lengths, earlier.lengths
        differs = lengths[0] != lengths[1]
        # Those with as many votes as before have them in the same places of both arrays.
        as_many = ~differs
        own = self.codes[np.repeat(as_many[own_rows], self.lengths)]
        others = earlier.codes[np.repeat(as_many[rows], earlier.lengths)]
        person = np.repeat(np.flatnonzero(as_many), lengths[0][as_many])
        differs[person[own != others]] = True
        found: Ids = people[differs]
        return found

    def differing_people(self, earlier: "PackedVotes", merged: "Merged") -> Ids:
        """As `differing`, where a guest and the account that claimed it are one person.

        A person whose votes only moved to the account does not differ.
        """
        found = self.differing(earlier)
        has_moved = np.isin(merged.guests, found)
        guests, accounts = merged.guests[has_moved], merged.accounts[has_moved]
        people = np.unique(accounts)
        is_other = np.zeros(len(people), bool)
        ends, ends_before = np.cumsum(self.lengths), np.cumsum(earlier.lengths)
        person = np.searchsorted(people, accounts)
        order = np.argsort(person, kind="stable")
        begins = np.searchsorted(person[order], np.arange(len(people) + 1))
        for index, account in enumerate(people):
            ids = [account, *guests[order[begins[index] : begins[index + 1]]]]
            now, before = _codes_of(self, ends, ids), _codes_of(earlier, ends_before, ids)
            is_other[index] = not np.array_equal(now, before)
        alone = np.setdiff1d(found, np.concatenate([guests, people]))
        together: Ids = np.union1d(alone, people[is_other])
        return together

    def taken(self, order: npt.NDArray[np.int64]) -> "PackedVotes":
        """The same participants in another order."""
        codes = self.codes[self.code_order(order)]
        return PackedVotes(self.participants[order], self.lengths[order], codes)

    def code_order(self, order: npt.NDArray[np.int64]) -> npt.NDArray[np.int64]:
        """Where the codes of the participants in another order are, or what belongs to them."""
        starts, lengths = np.cumsum(self.lengths) - self.lengths, self.lengths[order]
        first = np.repeat(starts[order] - (np.cumsum(lengths) - lengths), lengths)
        return np.asarray(first + np.arange(len(first)))

    def as_votes(self, participant_ids: npt.NDArray[Any]) -> Votes:
        """The statements that have votes, by number, as the columns of the analysis."""
        offsets = np.concatenate([[0], np.cumsum(self.lengths)]).astype(np.int64)
        numbers = np.flatnonzero(np.bincount(self.codes).reshape(-1))
        numbers = np.unique(numbers // 3)
        column = np.zeros(int(numbers.max(initial=0)) + 1, np.int64)
        column[numbers] = np.arange(len(numbers))
        table = (3 * column[:, None] + np.arange(3)).reshape(-1).astype(_kind_for(len(numbers)))
        codes: Codes = table[self.codes]
        return Votes(offsets, codes, participant_ids, numbers)


def _codes_of(votes: PackedVotes, ends: npt.NDArray[np.int64], ids: list[Any]) -> Codes:
    """All codes of these participants, ascending. ends (n,): of the codes of each participant."""
    rows = np.searchsorted(votes.participants, np.array(ids, "S16"))
    found = [
        votes.codes[ends[row] - votes.lengths[row] : ends[row]]
        for row, each in zip(rows.tolist(), ids, strict=True)
        if row < len(ends) and votes.participants[row] == each
    ]
    return np.sort(np.concatenate(found)) if found else votes.codes[:0]


def _kind_for(statements: int) -> type[np.uint16] | type[np.uint32]:
    return np.uint16 if statements <= LARGEST_TWO_BYTE else np.uint32
