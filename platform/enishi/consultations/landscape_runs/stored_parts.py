"""Packed votes and places as rows of the database: some hundred participants in each.

Numbers are little-endian. A row of `consultations_landscape_part` holds, for its participants in
ascending order, their ids (16 bytes), votes of each (u4), codes (u2, or u4 where there are four
bytes for each), and places (PLACE). A ballot part holds lengths, codes and days (u2) in the order
of the export, without participants.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from enishi.consultations.landscape_runs.packed_votes import Ids, PackedVotes
from enishi.landscape.engine import Codes
from enishi.landscape.kmeans import Labels
from enishi.landscape.results import Mask

PEOPLE_OF_A_PART = 512
BALLOTS_OF_A_PART = 8192
PLACE = np.dtype([("x", "<f4"), ("y", "<f4"), ("group", "i1"), ("flags", "u1")])
_INCLUDED, _INCLUDED_BEFORE, _OUTLIER = 1, 2, 4


@dataclass(frozen=True, slots=True)
class Part:
    """The columns of a row of consultations_landscape_part."""

    first_participant: bytes
    participants: bytes
    lengths: bytes
    codes: bytes
    places: bytes


@dataclass(frozen=True, slots=True)
class BallotPart:
    """The columns of a row of consultations_landscape_ballot."""

    lengths: bytes
    codes: bytes
    days: bytes


@dataclass(frozen=True, slots=True)
class Places:
    """What a run found of each participant, all (n, …).

    places (n, 2). labels: the group in the run's own numbering, -1 for none. included: enough votes
    to be in a group. included_before: they were so in the run before. outliers: far from all.
    """

    places: npt.NDArray[Any]
    labels: Labels
    included: Mask
    included_before: Mask
    outliers: Mask

    @classmethod
    def unknown(cls, people: int) -> "Places":
        nobody = np.zeros(people, bool)
        return cls(np.zeros((people, 2)), np.full(people, -1, np.int32), nobody, nobody, nobody)

    def taken(self, rows: npt.NDArray[np.int64]) -> "Places":
        """In the order of these indices; -1 stands for a participant without a place."""
        blank = Places.unknown(1)
        own = [self.places, self.labels, self.included, self.included_before, self.outliers]
        none = [blank.places, blank.labels, blank.included, blank.included_before, blank.outliers]
        # The blank one comes last, so that -1 is its index.
        return Places(*(np.concatenate(pair)[rows] for pair in zip(own, none, strict=True)))


def pack_parts(packed: PackedVotes, places: Places) -> list[Part]:
    """The rows of a run."""
    records = np.zeros(len(packed.participants), PLACE)
    records["x"], records["y"] = places.places[:, 0], places.places[:, 1]
    records["group"] = places.labels
    records["flags"] = (
        places.included * _INCLUDED
        + places.included_before * _INCLUDED_BEFORE
        + places.outliers * _OUTLIER
    )
    offsets = np.concatenate([[0], np.cumsum(packed.lengths)])
    parts = []
    for first in range(0, len(records), PEOPLE_OF_A_PART):
        people = slice(first, first + PEOPLE_OF_A_PART)
        last = min(people.stop, len(records))
        ids = packed.participants[people].tobytes()
        parts.append(
            Part(
                first_participant=ids[:16],
                participants=ids,
                lengths=packed.lengths[people].astype("<u4").tobytes(),
                codes=_little(packed.codes[offsets[first] : offsets[last]]),
                places=records[people].tobytes(),
            )
        )
    return parts


def unpack_parts(parts: Sequence[Part]) -> tuple[PackedVotes, Places]:
    """The votes and places of rows in ascending order of their first participants."""
    if not parts:
        return PackedVotes.none(), Places.unknown(0)
    lengths = [np.frombuffer(part.lengths, "<u4") for part in parts]
    codes = [_codes(part.codes, int(each.sum())) for part, each in zip(parts, lengths, strict=True)]
    participants = np.frombuffer(b"".join(part.participants for part in parts), "S16")
    packed = PackedVotes(
        participants, np.concatenate(lengths).astype(np.int64), np.concatenate(codes)
    )
    return packed, read_places(b"".join(part.places for part in parts))


def read_places(stored: bytes) -> Places:
    records = np.frombuffer(stored, PLACE)
    flags = records["flags"]
    return Places(
        places=np.column_stack([records["x"], records["y"]]).astype(np.float64),
        labels=records["group"].astype(np.int32),
        included=(flags & _INCLUDED) > 0,
        included_before=(flags & _INCLUDED_BEFORE) > 0,
        outliers=(flags & _OUTLIER) > 0,
    )


def aligned(places: Places, known: Ids, wanted: Ids) -> Places:
    """The places of `known` (ascending ids) for `wanted`; who is new has none."""
    rows = np.searchsorted(known, wanted)
    found = np.append(known, b"")[rows] == wanted
    return places.taken(np.where(found, rows, -1))


def ballot_parts(packed: PackedVotes, days: npt.NDArray[Any]) -> list[BallotPart]:
    """The rows of the final votes, in the order of `packed`. days: of each vote."""
    offsets = np.concatenate([[0], np.cumsum(packed.lengths)])
    parts = []
    for first in range(0, len(packed.lengths), BALLOTS_OF_A_PART):
        last = min(first + BALLOTS_OF_A_PART, len(packed.lengths))
        votes = slice(int(offsets[first]), int(offsets[last]))
        parts.append(
            BallotPart(
                lengths=packed.lengths[first:last].astype("<u4").tobytes(),
                codes=_little(packed.codes[votes]),
                days=days[votes].astype("<u2").tobytes(),
            )
        )
    return parts


def unpack_ballots(parts: Sequence[BallotPart]) -> tuple[PackedVotes, npt.NDArray[np.uint16]]:
    """The final votes in the order of the export (its ids are 0, 1, 2 …), and the day of each."""
    if not parts:
        return PackedVotes.none(), np.zeros(0, np.uint16)
    lengths = [np.frombuffer(part.lengths, "<u4") for part in parts]
    codes = [_codes(part.codes, int(each.sum())) for part, each in zip(parts, lengths, strict=True)]
    people = np.zeros(sum(map(len, lengths)), "S16")
    packed = PackedVotes(people, np.concatenate(lengths).astype(np.int64), np.concatenate(codes))
    return packed, np.concatenate([np.frombuffer(part.days, "<u2") for part in parts])


def _little(codes: Codes) -> bytes:
    return codes.astype(codes.dtype.newbyteorder("<"), copy=False).tobytes()


def _codes(stored: bytes, votes: int) -> Codes:
    kind: Any = "<u2" if len(stored) == 2 * votes else "<u4"
    found: Codes = np.frombuffer(stored, kind).astype(np.uint16 if kind == "<u2" else np.uint32)
    return found
