"""The groups of everybody but the guests, beside those of everybody: whether guests change them.

Computed with a final run. What of it is shown, and when, is decided by `policies`.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

from enishi.consultations.landscape_runs.packed_votes import Ids, PackedVotes
from enishi.landscape import Landscape, Votes
from enishi.landscape.kmeans import Labels
from enishi.landscape.letters import match_letters


@dataclass(frozen=True, slots=True)
class WithoutGuests:
    """As it is kept, unprotected.

    guests, others: people with votes. members: of the groups of the others alone. same: share of
    the others who are in a group both times, and in the group that matches; None for nobody.
    """

    guests: int
    others: int
    members: tuple[int, ...]
    same: float | None

    @classmethod
    def of(cls, stored: dict[str, Any]) -> "WithoutGuests":
        return cls(**(stored | {"members": tuple(stored["members"])}))


def compare(
    packed: PackedVotes, labels: Labels, guests: Ids, analyse: Callable[[Votes], Landscape]
) -> WithoutGuests | None:
    """None without guests or others. labels (n,): of everybody, in the order of `packed`."""
    is_guest = np.isin(packed.participants, guests)
    rows = np.flatnonzero(~is_guest)
    if len(rows) == 0 or not is_guest.any():
        return None
    others = packed.taken(rows)
    alone, together = analyse(others.as_votes(others.participants)), labels[rows]
    count = int(together.max(initial=-1)) + 1
    matches = match_letters(alone.labels, alone.groups.count, together, np.arange(count))
    both = (alone.labels >= 0) & (together >= 0)
    same = matches[alone.labels[both]] == together[both]
    return WithoutGuests(
        guests=int(is_guest.sum()),
        others=len(rows),
        members=tuple(np.asarray(alone.groups.members).tolist()),
        same=float(same.mean()) if both.any() else None,
    )
