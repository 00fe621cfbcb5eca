"""Least sizes: a group has at least three members, and ten where it is described."""

import json
from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.landscape import oracle
from tests.landscape.planted import plant

from enishi.cli import main
from enishi.kit.i18n import Language, speaking
from enishi.landscape import Earlier, Landscape, Parameters, Votes, analyse
from enishi.landscape.document import document
from enishi.landscape.engines import use_engine
from enishi.landscape.partition import partition
from enishi.landscape.polis_export import Statement
from enishi.landscape.summary import summary

Ballot = list[int | None]


def landscape(ballots: list[Ballot], **parameters: object) -> Landscape:
    """An analysis of ballots: the vote of each participant on each statement, None for none."""
    events = [
        (i, j, v) for i, row in enumerate(ballots) for j, v in enumerate(row) if v is not None
    ]
    return analyse(Votes.from_events(*zip(*events, strict=True)), Parameters(**parameters))  # type: ignore[arg-type]


def page(found: Landscape) -> str:
    with speaking(Language.EN):
        texts = [Statement(j, f"statement {j}.") for j in range(found.votes.shape[1])]
        return summary(found, "small", texts)


TWO_CAMPS: list[Ballot] = [[1] * 10 + [1] * 10] * 20 + [[1] * 10 + [-1] * 10] * 20


def with_one_apart() -> list[Ballot]:
    """Two camps whose members differ a little, and somebody who is against what all share."""
    rng = np.random.default_rng(4)
    shared, split = np.ones((40, 20)), np.repeat([1.0, -1.0], 20)[:, None] * np.ones((40, 20))
    votes = np.hstack([shared, split]) * np.where(rng.random((40, 40)) < 0.08, -1, 1)
    return [*votes.astype(int).tolist(), [-1] * 20 + [0] * 20]


def test_somebody_who_votes_unlike_all_others_is_an_outlier_and_no_group() -> None:
    found = landscape(with_one_apart())
    assert found.groups.members.tolist() == [20, 20]
    assert found.outliers.nonzero()[0].tolist() == [40]
    assert found.labels[40] == found.base_labels[40] == -1
    told = page(found)
    assert "People whose votes differ so much from all others that they are in no group: 1." in told
    assert "too little" not in told  # somebody voted enough, but unlike the others
    written = document(found)
    assert written["participants"]["outlier"] == [False] * 40 + [True]
    assert [group["members"] for group in written["groups"]] == [20, 20]
    assert all(group["shown"] for group in written["groups"])


@pytest.mark.parametrize("mode", ["direct", "polis"])
def test_a_group_of_one_is_computed_only_if_asked(mode: str) -> None:
    ballots = with_one_apart()
    alone = landscape(ballots, mode=mode, groups=3, least_group=1)
    assert sorted(alone.groups.members.tolist()) == [1, 20, 20]
    assert not alone.outliers.any()
    assert sorted(landscape(ballots, mode=mode).groups.members.tolist()) == [20, 20]


def test_where_many_would_be_outliers_there_are_fewer_groups() -> None:
    """Two against two: nobody is an outlier, and four people are one group."""
    found = landscape([[1] * 8, [1] * 8, [-1] * 8, [-1] * 8])
    assert found.groups.members.tolist() == [4]
    assert not found.outliers.any()
    assert "too few votes to tell groups apart" in page(found)


def test_fewer_than_three_people_are_no_group() -> None:
    found = landscape([[1] * 8, [-1] * 8])
    assert found.groups.count == 0
    assert (found.labels == -1).all()


def test_outliers_are_left_out_until_there_are_none(rng: np.random.Generator) -> None:
    """Two far points hide the two groups of the others; both are at different places."""
    places = np.concatenate(
        [
            rng.normal([-1, 0], 0.1, (30, 2)),
            rng.normal([1, 0], 0.1, (30, 2)),
            [[90.0, 0.0], [0.0, 900.0]],
        ]
    )
    found = partition(places, np.ones(62, bool), Parameters(), Earlier(), use_engine())
    assert found.groups.members.tolist() == [30, 30]
    assert found.outliers.nonzero()[0].tolist() == [60, 61]


@given(st.integers(0, 2**32), st.integers(1, 60), st.sampled_from(["direct", "polis"]))
@settings(max_examples=60, deadline=None)
def test_no_group_has_fewer_than_three_members(seed: int, people: int, mode: str) -> None:
    rng = np.random.default_rng(seed)
    votes = oracle.random_votes(rng, people, int(rng.integers(1, 30)), 0.6)
    found = analyse(votes, Parameters(mode=mode))  # type: ignore[arg-type]
    assert (found.groups.members >= 3).all()
    assert (found.groups.members == np.bincount(found.labels[found.labels >= 0], minlength=0)).all()
    assert (found.outliers <= found.included).all()
    assert 10 * found.outliers.sum() <= found.included.sum()
    if found.groups.count:
        assert ((found.labels >= 0) == (found.included & ~found.outliers)).all()


def test_a_group_of_fewer_than_ten_is_not_described() -> None:
    small: list[Ballot] = [[-1] * 10 + [0] * 10] * 9
    found = landscape([*TWO_CAMPS, *small], groups=3)
    assert found.groups.members.tolist() == [20, 20, 9]
    told = page(found)
    assert "Group C has fewer than 10 people and is not described." in told
    assert "Group C has 9" not in told
    assert "Group C is" not in told
    assert [group["shown"] for group in document(found)["groups"]] == [True, True, False]


def test_a_statement_that_few_of_a_group_voted_on_does_not_mark_it() -> None:
    ballots = [[*row, None] for row in TWO_CAMPS]
    for i in range(9):
        ballots[i][20] = 1
    told = page(landscape(ballots))
    assert "statement 20." not in told


@pytest.fixture
def opposed(tmp_path: Path) -> Path:
    """Twenty agree with statements 0 to 7; ten agree with 0, and disagree with 1 to 7."""
    lines = ["voter-id,comment-id,vote"]
    lines += [f"{i},{j},{1 if i < 20 or j == 0 else -1}" for i in range(30) for j in range(8)]
    (tmp_path / "votes.csv").write_text("\n".join(lines) + "\n")
    return tmp_path


def test_every_group_is_not_said_without_the_small_ones(opposed: Path) -> None:
    arguments = ["landscape", str(opposed), "--language", "en"]
    told = CliRunner().invoke(main, [*arguments, "--summary"]).stdout
    assert "most of every group" not in told
    assert "There are no two groups of at least 20 people, so groups are not compared." in told
    assert "Disagree 0%" not in told
    written = json.loads(CliRunner().invoke(main, arguments).stdout)
    best = [e for e in written["representative"][1]["statements"] if e["best_agree"]]
    assert [(e["side"], e["agrees"], e["seen"]) for e in best] == [("agree", 10, 10)]


def test_common_ground_names_its_groups_and_none_is_against_it() -> None:
    """A and B agree with statements 0 to 19, where C, of twelve, is against the first ten."""
    rows: list[Ballot] = [[1] * 20 + [1] * 10] * 30 + [[1] * 20 + [-1] * 10] * 30
    rows += [[-1] * 10 + [1] * 10 + [0] * 10] * 12
    told = page(landscape(rows, groups=3))
    ground = told.partition("Common ground")[2].partition("■")[0]
    assert "most of every group" not in ground
    assert "most of each compared group agree — A 100% / B 100%: statement 10." in ground
    assert "statement 0." not in ground
    assert "Groups that are not compared (fewer than 20 people): C." in ground


def test_every_group_is_said_where_all_are_compared() -> None:
    told = page(analyse(plant(400, 30, 14).build()))
    assert "not compared" not in told
    assert "most of every group agree — A " in told
