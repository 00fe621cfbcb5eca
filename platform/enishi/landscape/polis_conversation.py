"""A Polis conversation as its files describe it."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any, Literal

import numpy as np
import numpy.typing as npt

from enishi.kit.i18n import LazyText

Sign = Literal[1, -1]


@dataclass(frozen=True, slots=True)
class Statement:
    """A statement of comments.csv.

    moderated: -1 out, 0 not looked at, 1 accepted. agrees, disagrees: as the file counts them, all
    acts of voting and not only the last of each person. line: of the file.
    """

    id: int
    text: str = ""
    author: int | None = None
    moderated: int = 0
    meta: bool = False
    agrees: int | None = None
    disagrees: int | None = None
    created_at: datetime | None = None
    language: str = ""
    line: int = 0

    @property
    def moderated_out(self) -> bool:
        return self.moderated == -1


@dataclass(frozen=True, slots=True)
class VoteColumns:
    """Votes in the order they were cast, as arrays of one length.

    participants, statements: ids (int64). values: -1, 0, 1. lines: of the file. times: milliseconds
    since 1970, None where the file has none.
    """

    file: Path
    participants: npt.NDArray[np.int64]
    statements: npt.NDArray[np.int64]
    values: npt.NDArray[np.int8]
    lines: npt.NDArray[np.int64]
    times: npt.NDArray[np.int64] | None

    @classmethod
    def of(
        cls, file: Path, rows: Sequence[tuple[int, int, int, int]], times: list[int] | None
    ) -> "VoteColumns":
        """rows: (participant, statement, value, line), in the order of the file.

        Equal times keep that order: exports list a pair's votes from the first to the last.
        """
        table = np.array(rows, dtype=np.int64).reshape(-1, 4)
        columns = cls(
            file, table[:, 0], table[:, 1], table[:, 2].astype(np.int8), table[:, 3], None
        )
        if times is None:
            return columns
        instants = np.array(times, dtype=np.int64)
        order = np.argsort(instants, kind="stable")
        return columns.taken(order, instants[order])

    @classmethod
    def none(cls, file: Path) -> "VoteColumns":
        return cls.of(file, [], None)

    def taken(
        self, order: npt.NDArray[np.intp], times: npt.NDArray[np.int64] | None
    ) -> "VoteColumns":
        return VoteColumns(
            self.file,
            self.participants[order],
            self.statements[order],
            self.values[order],
            self.lines[order],
            times,
        )

    def with_sign(self, sign: Sign) -> "VoteColumns":
        """The same votes with +1 for agree, if `sign` means agree now."""
        if sign == 1:
            return self
        return VoteColumns(
            self.file, self.participants, self.statements, -self.values, self.lines, self.times
        )

    def last(self) -> npt.NDArray[np.intp]:
        """The indices of the votes that count: the last of each pair, in ascending order."""
        order = np.lexsort((np.arange(len(self.values)), self.statements, self.participants))
        people, statements = self.participants[order], self.statements[order]
        ends = np.ones(len(order), dtype=bool)
        ends[:-1] = (people[1:] != people[:-1]) | (statements[1:] != statements[:-1])
        return np.sort(order[ends])


@dataclass(frozen=True, slots=True)
class PolisConversation:
    """All that the files of one folder say.

    statements: by id; empty without comments.csv. votes: +1 is agree; of several votes of a pair
    the last counts. groups: participant -> recorded group, -1 for none. notes: remarks for the
    reader of the result.
    """

    name: str
    title: str
    description: str
    statements: dict[int, Statement]
    votes: VoteColumns
    groups: dict[int, int]
    notes: list[LazyText] = field(default_factory=list)

    @property
    def people(self) -> list[int]:
        """Ids of all people in the files: voters, rows of the wide file and authors."""
        authors = {s.author for s in self.statements.values() if s.author is not None}
        voters: list[Any] = np.unique(self.votes.participants).tolist()
        return sorted(authors.union(voters, self.groups))
