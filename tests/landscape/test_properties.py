"""Invariants for arbitrary votes (hypothesis)."""

import numpy as np
import numpy.typing as npt
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.metrics import adjusted_rand_score
from tests.landscape import oracle

from enishi.landscape import Landscape, Votes, analyse

TOLERANCE = 1e-9


@st.composite
def conversations(draw: st.DrawFn) -> tuple[Votes, np.random.Generator]:
    rng = np.random.default_rng(draw(st.integers(0, 2**32)))
    people = draw(st.integers(3, 80))
    statements = draw(st.integers(2, 40))
    density = draw(st.sampled_from([0.2, 0.6, 1.0]))
    return oracle.random_votes(rng, people, statements, density), rng


def rebuilt(
    votes: Votes,
    people: npt.NDArray[np.int64] | None = None,
    statements: npt.NDArray[np.int64] | None = None,
) -> Votes:
    """The same votes with participant i renumbered people[i] and statement j statements[j]."""
    rows, columns, values = votes.events()
    return Votes.from_indices(
        rows if people is None else people[rows],
        columns if statements is None else statements[columns],
        values,
        participant_ids=votes.shape[0],
        statement_ids=votes.shape[1],
    )


def distinct(found: Landscape) -> bool:
    """Whether the eigenvalues are distinct: equal ones leave their components free to rotate."""
    first, second = found.components.eigenvalues
    matrix = oracle.dense(found.votes)
    centred = np.where(np.isnan(matrix), 0, matrix - found.components.means)
    values = np.append(np.linalg.svd(centred, compute_uv=False) ** 2, 0)
    third = values[2] if len(values) > 2 else 0.0
    gaps = (first - second, second - third)
    return bool(min(gaps) > 1e-3 * max(first, 1e-9))


def same(one: npt.NDArray[np.float64], two: npt.NDArray[np.float64]) -> bool:
    """Equal up to the sign of each column."""
    signs = np.where((one * two).sum(0) < 0, -1.0, 1.0)
    return bool(np.allclose(one, two * signs, rtol=TOLERANCE, atol=TOLERANCE))


@given(conversations())
@settings(max_examples=60, deadline=None)
def test_renumbering_participants_renumbers_the_result(
    drawn: tuple[Votes, np.random.Generator],
) -> None:
    votes, rng = drawn
    new = rng.permutation(votes.shape[0])
    one, two = analyse(votes), analyse(rebuilt(votes, people=new))
    assert (one.counts == two.counts).all()
    if distinct(one):
        assert same(one.components.loadings.T, two.components.loadings.T)
        assert same(one.places, two.places[new])
        assert np.allclose(one.extremity, two.extremity, rtol=TOLERANCE, atol=TOLERANCE)


@given(conversations())
@settings(max_examples=60, deadline=None)
def test_renumbering_statements_renumbers_the_result(
    drawn: tuple[Votes, np.random.Generator],
) -> None:
    votes, rng = drawn
    new = rng.permutation(votes.shape[1])
    one, two = analyse(votes), analyse(rebuilt(votes, statements=new))
    assert (one.counts == two.counts[new]).all()
    if distinct(one):
        assert same(one.components.loadings.T, two.components.loadings.T[new])
        assert same(one.places, two.places)
        order = np.argsort(new)
        assert np.allclose(one.extremity[order], two.extremity, rtol=TOLERANCE, atol=TOLERANCE)


@given(conversations())
@settings(max_examples=40, deadline=None)
def test_doubling_every_participant_doubles_counts_and_keeps_shares(
    drawn: tuple[Votes, np.random.Generator],
) -> None:
    votes, _ = drawn
    rows, columns, values = votes.events()
    people = votes.shape[0]
    twice = Votes.from_indices(
        np.concatenate([rows, rows + people]),
        np.tile(columns, 2),
        np.tile(values, 2),
        participant_ids=2 * people,
        statement_ids=votes.shape[1],
    )
    one, two = analyse(votes), analyse(twice)
    assert (two.counts == 2 * one.counts).all()
    assert np.allclose(one.components.means, two.components.means, rtol=0, atol=1e-15)
    assert np.allclose(2 * one.components.eigenvalues, two.components.eigenvalues, rtol=1e-9)
    if distinct(one):
        assert same(one.places, two.places[:people])
        assert same(two.places[:people], two.places[people:])


@given(conversations())
@settings(max_examples=40, deadline=None)
def test_negating_the_votes_on_a_statement_negates_its_loadings(
    drawn: tuple[Votes, np.random.Generator],
) -> None:
    votes, rng = drawn
    negated = int(rng.integers(votes.shape[1]))
    rows, columns, values = votes.events()
    other = Votes.from_indices(
        rows,
        columns,
        np.where(columns == negated, -values, values),
        participant_ids=votes.shape[0],
        statement_ids=votes.shape[1],
    )
    one, two = analyse(votes), analyse(other)
    if distinct(one):
        expected = one.components.loadings.copy()
        expected[:, negated] *= -1
        assert same(expected.T, two.components.loadings.T)
        assert same(one.places, two.places)


@given(conversations())
@settings(max_examples=60, deadline=None)
def test_centring_without_a_dense_matrix_equals_the_dense_computation(
    drawn: tuple[Votes, np.random.Generator],
) -> None:
    votes, _ = drawn
    found = analyse(votes)
    if distinct(found):
        loadings, places = oracle.components(oracle.dense(votes), np.zeros(votes.shape[1], bool))
        assert np.allclose(np.abs((found.components.loadings * loadings).sum(1)), 1, atol=1e-12)
        assert same(found.places, places)


def test_groups_of_renumbered_people_are_the_same_groups(rng: np.random.Generator) -> None:
    """Starting centres are chosen by value, so labels do not depend on the numbering."""
    votes = oracle.random_votes(rng, 3_000, 60, 0.4)
    new = rng.permutation(3_000)
    one, two = analyse(votes), analyse(rebuilt(votes, people=new))
    assert one.groups.count == two.groups.count
    assert adjusted_rand_score(one.labels, two.labels[new]) == 1.0
    assert (one.labels == two.labels[new]).all()
