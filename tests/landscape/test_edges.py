"""Very small and degenerate inputs: no failure, and no NaN where a number is expected."""

import json

import numpy as np
import pytest

from enishi.landscape import Moderation, Parameters, Votes, analyse, report_on
from enishi.landscape.document import document
from enishi.landscape.engine import Engine
from enishi.landscape.polis_export import Statement
from enishi.landscape.summary import summary

EMPTY = ([], [], [])
MODES = ["direct", "polis"]

CASES: dict[str, tuple[list[int], list[int], list[int]]] = {
    "nothing": EMPTY,
    "one vote": ([4], [9], [1]),
    "one participant": ([1] * 4, [1, 2, 3, 4], [1, 0, -1, 1]),
    "one statement": ([1, 2, 3, 4], [1] * 4, [1, 0, -1, 1]),
    "two participants": ([1, 1, 2, 2], [1, 2, 1, 2], [1, -1, -1, 1]),
    "two alike": ([1, 1, 2, 2], [1, 2, 1, 2], [1, -1, 1, -1]),
    "all pass": (list(range(30)), [1] * 30, [0] * 30),
    "a column of passes": ([*range(30), *range(30)], [1] * 30 + [2] * 30, [0] * 30 + [1, -1] * 15),
    "constant votes": ([i for i in range(30) for _ in range(8)], list(range(8)) * 30, [1] * 240),
    "ids with gaps": ([10**12, 5, 5], [-7, 10**15, -7], [1, 1, -1]),
}


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("name", CASES)
def test_a_small_conversation_has_a_complete_result(name: str, mode: str, engine: Engine) -> None:
    votes = Votes.from_events(*CASES[name])
    found = analyse(votes, Parameters(mode=mode), engine=engine)  # type: ignore[arg-type]
    people, statements = votes.shape
    assert found.places.shape == (people, 2)
    assert np.isfinite(found.places).all()
    assert np.isfinite(found.components.loadings).all()
    assert found.report.priorities.shape == (statements,)
    assert (found.report.priorities > 0).all()
    assert found.labels.shape == (people,)
    assert (found.labels < found.groups.count).all()
    # Few people: everybody is in, if they are enough for a group.
    assert (found.labels == (0 if people >= 3 else -1)).all() or found.groups.count > 1
    text = json.dumps(document(found), allow_nan=False)
    assert json.loads(text)["input"]["votes"] == votes.count
    assert summary(found, name, [Statement(j) for j in range(statements)])


def test_no_participants_but_statements_and_the_other_way_round(engine: Engine) -> None:
    for people, statements in ((0, 5), (5, 0), (3, 4)):
        votes = Votes.from_indices([], [], [], participant_ids=people, statement_ids=statements)
        found = analyse(votes, engine=engine)
        assert found.places.shape == (people, 2)
        assert found.groups.count == 0
        assert len(found.report.representative) == 0


def test_people_with_the_same_votes_are_one_group(engine: Engine) -> None:
    found = analyse(Votes.from_events(*CASES["constant votes"]), engine=engine)
    assert found.groups.count == 1
    assert (found.labels == 0).all()
    assert (found.components.eigenvalues == 0).all()
    assert (found.extremity == 0).all()


def test_one_direction_only_leaves_the_second_component_empty(engine: Engine) -> None:
    people = np.repeat(np.arange(20), 10)
    votes = np.where(people % 2, 1, -1)
    found = analyse(Votes.from_events(people, np.tile(np.arange(10), 20), votes), engine=engine)
    assert np.allclose(np.abs(found.components.loadings[0]), 1 / np.sqrt(10))
    assert (found.components.loadings[1] == 0).all()
    assert found.groups.count == 2
    assert np.bincount(found.labels).tolist() == [10, 10]


def test_everything_moderated_out_still_has_counts(engine: Engine) -> None:
    votes = Votes.from_events(*CASES["two participants"])
    everything = Moderation(np.ones(2, bool), np.zeros(2, bool))
    found = analyse(votes, moderation=everything, engine=engine)
    assert found.counts.sum() == 4
    assert all(entries == [] for entries in found.report.representative)
    assert found.report.majority == {"agree": [], "disagree": []}
    assert found.bridging is not None
    assert np.isnan(found.bridging.scores).all()


def test_more_groups_than_distinct_people_gives_as_many_as_there_are(engine: Engine) -> None:
    votes = Votes.from_events(*CASES["two participants"])
    for mode in MODES:
        parameters = Parameters(mode=mode, groups=5, least_group=1)  # type: ignore[arg-type]
        assert analyse(votes, parameters, engine=engine).groups.count == 2


def test_beyond_21845_statements_the_answer_is_the_same_as_for_the_used_ones() -> None:
    rng = np.random.default_rng(3)
    rows, columns = np.nonzero(rng.random((60, 40)) < 0.6)
    votes = np.sign(rng.normal(np.where(rows % 2, 1, -1) * (columns % 3 - 1), 1)).astype(int)
    far = columns * 1_000
    wide = Votes.from_indices(rows, far, votes, participant_ids=60, statement_ids=40_000)
    used = Votes.from_events(rows, far, votes)
    one, two = analyse(wide), analyse(used)
    assert wide.codes.dtype == np.uint32
    assert (one.labels == two.labels).all()
    scale = np.sqrt(40_000 / 40)  # m is in the scale
    assert np.allclose(one.places, scale * two.places, atol=1e-6 * scale)


def test_labels_of_another_length_are_refused() -> None:
    votes = Votes.from_events(*CASES["two participants"])
    with pytest.raises(ValueError, match="not one for each of 2 participants"):
        report_on(votes, np.zeros(3, int))


def test_unknown_modes_and_group_numbers_are_refused() -> None:
    with pytest.raises(ValueError, match="not direct or polis"):
        Parameters(mode="other")  # type: ignore[arg-type]
    with pytest.raises(ValueError, match="1 or more"):
        Parameters(groups=0)
    with pytest.raises(ValueError, match="1 or more"):
        Parameters(least_group=0)
