"""One's own place, group and differences, against the analysis and a recount."""

from dataclasses import replace

import numpy as np
import pytest
from tests.landscape.planted import plant

from enishi.landscape import Landscape, Moderation, analyse
from enishi.landscape.figures import Figures
from enishi.landscape.position import differences, nearest, nearest_group, place_of


@pytest.fixture(scope="module")
def found() -> Landscape:
    votes = plant(300, 40, votes_each=20).build()
    moderation = Moderation.none(40)
    moderation.out[3] = True
    return analyse(votes, moderation=moderation)


def votes_of(found: Landscape, participant: int) -> dict[int, int]:
    rows, columns, values = found.votes.events()
    mine = rows == participant
    return dict(zip(columns[mine].tolist(), values[mine].tolist(), strict=True))


def test_the_place_is_that_of_the_run_and_so_is_the_group(found: Landscape) -> None:
    for participant in range(0, 300, 7):
        place = place_of(votes_of(found, participant), found.components)
        assert np.allclose(place, found.places[participant], atol=1e-9)
        if found.labels[participant] >= 0:
            assert nearest_group(place, found.groups.centres) == found.labels[participant]


def test_statements_that_are_newer_than_the_run_move_nobody(found: Landscape) -> None:
    votes = votes_of(found, 0)
    place = place_of(votes, found.components)
    assert (place_of(votes | {40: 1, 900: -1}, found.components) == place).all()
    assert (place_of({40: 1}, found.components) == 0).all()
    assert differences(Figures.of(found), {900: 1}, 0) == []


def recounted(found: Landscape, group: int, statement: int) -> tuple[int, int, int]:
    rows, columns, values = found.votes.events()
    inside = (found.labels[rows] == group) & (columns == statement)
    return tuple(int((values[inside] == value).sum()) for value in (-1, 0, 1))  # type: ignore[return-value]


def majority(found: Landscape, group: int, statement: int) -> int | None:
    disagrees, passes, agrees = recounted(found, group, statement)
    seen = disagrees + passes + agrees
    if seen < 10 or found.moderation.zeroed[statement]:
        return None
    return 1 if 2 * agrees > seen else -1 if 2 * disagrees > seen else None


def test_the_share_of_equal_votes_and_the_differences_are_those_of_the_ballots(
    found: Landscape,
) -> None:
    figures = Figures.of(found)
    assert figures.may_show
    told = 0
    for participant in range(0, 300, 11):
        votes, group = votes_of(found, participant), int(found.labels[participant])
        claim = nearest(figures, votes, group)
        most = {j: majority(found, group, j) for j in votes}
        compared = [j for j in votes if most[j] is not None]
        if claim is None:
            continue
        same = sum(votes[j] == most[j] for j in compared)
        assert claim.number == int(100 * same / len(compared) + 0.5 + 1e-9)
        for difference in differences(figures, votes, group):
            j = difference.statement
            assert j is not None
            assert votes[j] == -(most[j] or 0) != 0
            disagrees, passes, agrees = recounted(found, group, j)
            part = agrees if most[j] == 1 else disagrees
            share = 100 * part / (disagrees + passes + agrees)
            assert difference.shares[0].percent == int(share + 0.5 + 1e-9)
            told += 1
    assert told > 10


def test_it_needs_seven_votes_and_groups_that_may_be_shown(found: Landscape) -> None:
    figures, votes = Figures.of(found), dict(list(votes_of(found, 0).items()))
    six = dict(list(votes.items())[:6])
    assert nearest(figures, six, 0) is None
    assert nearest(figures, votes, 0) is not None
    small = replace(figures, members=np.array([9, *figures.members[1:].tolist()]))
    assert nearest(small, votes, 0) is None
    assert differences(small, votes, 0) == []


def test_negating_all_votes_exchanges_the_sides_of_what_a_reader_is_told(found: Landscape) -> None:
    figures = Figures.of(found)
    negated = replace(figures, counts=figures.counts[:, :, ::-1])
    other: dict[str | None, str] = {"agree": "disagree", "disagree": "agree"}
    told = 0
    for participant in range(0, 300, 13):
        votes, group = votes_of(found, participant), max(int(found.labels[participant]), 0)
        opposite = {j: -vote for j, vote in votes.items()}
        assert nearest(figures, votes, group) == nearest(negated, opposite, group)
        pairs = zip(
            differences(figures, votes, group), differences(negated, opposite, group), strict=True
        )
        for one, two in pairs:
            assert (two.side, two.own) == (other[one.side], other[one.own])
            assert (two.statement, two.shares[0].percent) == (one.statement, one.shares[0].percent)
            told += 1
    assert told > 5
