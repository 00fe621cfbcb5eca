"""Votes in compressed sparse rows: one small integer per vote, grouped by participant.

code = 3 * statement + (vote + 1), vote in {-1 disagree, 0 pass, +1 agree}; statements are numbered
0..m-1 in ascending order of their ids, and participants 0..n-1. A code takes two bytes up to 21,845
statements and four above. The codes of a participant ascend, so equal votes give equal arrays for
any order of input.
"""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import numpy.typing as npt

from enishi.landscape.engine import Engine
from enishi.landscape.engines import use_engine
from enishi.landscape.errors import VotesError

DISAGREE, PASS, AGREE = -1, 0, 1
LARGEST_TWO_BYTE = 21_845  # 3 * 21,845 codes fit in 65,536

Ids = npt.NDArray[Any]
Codes = npt.NDArray[np.uint16] | npt.NDArray[np.uint32]


@dataclass(frozen=True, slots=True)
class Votes:
    """Final votes: at most one per participant and statement.

    offsets: int64 (n + 1); codes of participant i are codes[offsets[i]:offsets[i + 1]], ascending.
    participant_ids (n,), statement_ids (m,): ascending, any type that NumPy can sort.
    """

    offsets: npt.NDArray[np.int64]
    codes: Codes
    participant_ids: Ids = field(repr=False)
    statement_ids: Ids = field(repr=False)

    @classmethod
    def from_events(
        cls,
        participants: Sequence[Any] | Ids,
        statements: Sequence[Any] | Ids,
        votes: Sequence[int] | Ids,
        *,
        statement_ids: Ids | None = None,
        engine: Engine | None = None,
    ) -> "Votes":
        """Build from vote events in the order they were cast: the last one of a pair counts.

        Ids may have gaps and be numbers or text. statement_ids adds statements without votes.
        engine sorts the votes; None chooses as use_engine(). Raises VotesError for arrays of
        different lengths and for a vote that is not -1, 0 or 1.
        """
        participant_ids, participant = np.unique(np.asarray(participants), return_inverse=True)
        voted, statement = np.unique(np.asarray(statements), return_inverse=True)
        if statement_ids is not None:
            listed = np.unique(np.asarray(statement_ids))
            index = np.searchsorted(listed, voted)
            if len(voted) and (index.max() >= len(listed) or (listed[index] != voted).any()):
                raise VotesError("a vote names a statement that is not among statement_ids")
            voted, statement = listed, index[statement]
        return cls.from_indices(
            participant,
            statement,
            votes,
            participant_ids=participant_ids,
            statement_ids=voted,
            engine=engine,
        )

    @classmethod
    def from_indices(  # noqa: PLR0913 (three columns, their two id lists, the engine)
        cls,
        participants: npt.ArrayLike,
        statements: npt.ArrayLike,
        votes: npt.ArrayLike,
        *,
        participant_ids: Ids | int,
        statement_ids: Ids | int,
        engine: Engine | None = None,
    ) -> "Votes":
        """Build from events whose ids are already 0..n-1 and 0..m-1; otherwise as from_events.

        participant_ids, statement_ids: how many, or the ids in ascending order. int32, int32 and
        int8 arrays are used without a copy; other integers are converted.
        """
        row_ids, column_ids = _ids(participant_ids), _ids(statement_ids)
        participant = _checked_indices(participants, len(row_ids), "participant")
        statement = _checked_indices(statements, len(column_ids), "statement")
        vote = _checked_votes(votes)
        if not len(participant) == len(statement) == len(vote):
            raise VotesError("participants, statements and votes differ in length")
        shape = (len(row_ids), len(column_ids))
        offsets, codes = (engine or use_engine()).sort_votes(participant, statement, vote, shape)
        return cls(offsets, codes, row_ids, column_ids)

    @property
    def shape(self) -> tuple[int, int]:
        """(participants, statements)."""
        return len(self.participant_ids), len(self.statement_ids)

    @property
    def count(self) -> int:
        return int(self.offsets[-1])

    @property
    def per_participant(self) -> npt.NDArray[np.int64]:
        """The number of votes of each participant, passes included: (n,)."""
        return np.diff(self.offsets)

    def keep(self, participants: npt.NDArray[np.bool_]) -> "Votes":
        """The votes of these participants only, a mask (n,): to remove a banned account."""
        lengths = self.per_participant
        offsets = np.concatenate([[0], np.cumsum(lengths[participants])]).astype(np.int64)
        codes = self.codes[np.repeat(participants, lengths)]
        return Votes(offsets, codes, self.participant_ids[participants], self.statement_ids)

    def events(self) -> tuple[npt.NDArray[np.int32], npt.NDArray[np.int32], npt.NDArray[np.int8]]:
        """(participant index, statement index, vote): three arrays with one element per vote."""
        rows = np.repeat(np.arange(self.shape[0], dtype=np.int32), self.per_participant)
        statement, vote = np.divmod(self.codes, 3)
        return rows, statement.astype(np.int32), (vote.astype(np.int8) - 1).astype(np.int8)

    def fingerprint(self) -> str:
        """SHA-256 over ids and votes: equal for equal votes in any order of input."""
        digest = hashlib.sha256(b"enishi-landscape-votes-1")
        for ids in (self.participant_ids, self.statement_ids):
            if ids.dtype.kind in "iu":
                digest.update(b"int")
                digest.update(np.ascontiguousarray(ids, dtype="<i8").data)
            elif ids.dtype.kind == "S":
                digest.update(b"bytes" + ids.tobytes())
            else:
                digest.update(b"text")
                digest.update("\x1f".join(map(str, ids)).encode())
        digest.update(np.ascontiguousarray(self.offsets, dtype="<i8").data)
        digest.update(np.ascontiguousarray(self.codes).data)
        return digest.hexdigest()


def _ids(ids: Ids | int) -> Ids:
    return np.arange(ids, dtype=np.int64) if isinstance(ids, int) else np.asarray(ids)


def _checked_indices(values: npt.ArrayLike, limit: int, what: str) -> npt.NDArray[np.int32]:
    array = np.asarray(values)
    if array.size == 0:
        return np.zeros(0, np.int32)
    if array.dtype.kind not in "iu":
        raise VotesError(f"{what} numbers must be integers")
    if int(array.min()) < 0 or int(array.max()) >= limit:
        raise VotesError(f"a {what} number lies outside 0..{limit - 1}")
    return np.ascontiguousarray(array, dtype=np.int32)


def _checked_votes(values: npt.ArrayLike) -> npt.NDArray[np.int8]:
    array = np.asarray(values)
    if array.size == 0:
        return np.zeros(0, np.int8)
    # For integers minimum and maximum suffice, without a copy; other types are compared by value.
    is_integer = array.dtype.kind in "iu"
    if is_integer and int(array.min()) >= DISAGREE and int(array.max()) <= AGREE:
        return np.ascontiguousarray(array, dtype=np.int8)
    invalid = np.flatnonzero(~np.isin(array, (DISAGREE, PASS, AGREE)))
    if len(invalid):
        raise VotesError(f"vote {int(invalid[0])} is {array[invalid[0]]!r}, not -1, 0 or 1")
    return array.astype(np.int8)
