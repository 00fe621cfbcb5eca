"""What a run is computed from, and what comes out: passed between two processes."""

import uuid
from dataclasses import dataclass, field
from typing import Any, Literal

import numpy as np
import numpy.typing as npt

from enishi.consultations.landscape_runs.kinds import RunKind
from enishi.consultations.landscape_runs.packed_votes import Ids, Merged
from enishi.consultations.landscape_runs.stored_parts import BallotPart, Part
from enishi.landscape.smoothing import SteadyCount


@dataclass(frozen=True, slots=True)
class Changes:
    """Votes in columns: 16 bytes of the participant, number of the statement, vote or WITHDRAWN."""

    participants: Ids
    numbers: npt.NDArray[np.int32]
    votes: npt.NDArray[np.int8]


@dataclass(frozen=True, slots=True)
class AllVotes:
    """All votes in columns: index of `participants` (ascending), number, vote, day (see export)."""

    participants: Ids
    rows: npt.NDArray[np.int32]
    numbers: npt.NDArray[np.int32]
    votes: npt.NDArray[np.int8]
    days: npt.NDArray[np.int32] | None = None


@dataclass(frozen=True, slots=True)
class EarlierRun:
    """The newest run: its stored result, the smoother of its number of groups, its parts."""

    result_version: int
    result: bytes
    steady: SteadyCount
    parts: tuple[Part, ...]


@dataclass(frozen=True, slots=True)
class RunInput:
    """What a run is computed from: all votes, or the parts of the earlier run and what changed.

    out: numbers of the statements that are not public, or about the dialogue itself. merged: who is
    one person with another when it is counted whose votes differ from the earlier run;
    needs_further_people: whether there is no run if they are few. For a final
    run: seed, what its order of participants is drawn from; authors, (number of a statement, any
    number for its author); guests, the ids of those who take part without an account.
    """

    kind: RunKind
    out: tuple[int, ...]
    everything: AllVotes | None = None
    changes: Changes | None = None
    earlier: EarlierRun | None = None
    merged: Merged = field(default_factory=Merged.none)
    needs_further_people: bool = True
    seed: bytes = b""
    authors: tuple[tuple[int, int], ...] = ()
    guests: Ids = field(default_factory=lambda: np.zeros(0, "S16"))
    engine: Literal["auto", "compiled", "reference"] = "auto"


@dataclass(frozen=True, slots=True)
class RunOutput:
    """A computed run: the columns of its row, its result, its parts and ballots."""

    input_hash: str
    engine: str
    version: str
    parameters: dict[str, Any]
    people: int
    votes: int
    statements: int
    steady: SteadyCount
    stability: dict[str, Any]
    result_version: int
    result: bytes
    seconds: float
    parts: list[Part] = field(repr=False)
    ballots: list[BallotPart] = field(repr=False)


@dataclass(frozen=True, slots=True)
class TooFew:
    """There is no run: the votes of only these people differ from those of the earlier run."""

    people: tuple[uuid.UUID, ...]
