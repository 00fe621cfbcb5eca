"""The place of one participant in a run, for that participant's own fragment and nothing else."""

import uuid
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from enishi.consultations.landscape_runs.kinds import NotPlaced
from enishi.consultations.landscape_runs.schemas import LandscapeView, NoPlace, OwnPlace
from enishi.consultations.landscape_runs.stored_parts import read_places
from enishi.consultations.landscape_runs.stored_result import RunResult
from enishi.landscape.position import LEAST_VOTES, nearest_group, place_of


@dataclass(frozen=True, slots=True)
class Known:
    """The group that a final run put a participant in: its number in the run, None for none."""

    group: int | None


def of_votes(
    view: LandscapeView, result: RunResult, votes: Mapping[int, int], known: Known | None = None
) -> OwnPlace | NoPlace:
    """The place by the votes (number of the statement -> -1, 0, 1) on the run's components.

    The group is the one with the nearest centre, or the known one.
    """
    if view.figures is None:
        return NoPlace(NotPlaced.NO_RUN)
    shown = {each.statement.number: index for index, each in enumerate(view.statements)}
    counted = {shown[number]: vote for number, vote in votes.items() if number in shown}
    if len(counted) < LEAST_VOTES:
        return NoPlace(NotPlaced.TOO_FEW_VOTES, LEAST_VOTES - len(counted))
    column = {number: index for index, number in enumerate(result.numbers.tolist())}
    place = place_of(
        {column[number]: vote for number, vote in votes.items() if number in column},
        result.components,
    )
    group = known.group if known is not None else nearest_group(place, result.centres)
    order = np.argsort(result.letters, kind="stable").tolist()
    return OwnPlace(
        view=view,
        votes=counted,
        group=None if group is None else order.index(group),
        x=float(place[0]),
        y=float(place[1]),
    )


def stored_group(participant_id: uuid.UUID, participants: bytes, places: bytes) -> int | None:
    """The group of a participant in a stored part; None if they are in none."""
    ids = np.frombuffer(participants, "S16")
    row = int(np.searchsorted(ids, np.frombuffer(participant_id.bytes, "S16")[0]))
    if participants[16 * row : 16 * row + 16] != participant_id.bytes:
        return None
    label = int(read_places(places).labels[row])
    return label if label >= 0 else None
