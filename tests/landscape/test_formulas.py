"""Each statistic against the formulas computed one number at a time (oracle.py)."""

import dataclasses
import math

import numpy as np
import pytest
from tests.landscape import oracle

from enishi.landscape import Moderation, Votes, analyse_core, report_on
from enishi.landscape.clusters import included_participants
from enishi.landscape.components import principal_components, project, project_statements
from enishi.landscape.engine import Engine
from enishi.landscape.positions import participant_positions
from enishi.landscape.representative import Z90

FIGURES = ("na", "nd", "ns", "pa", "pd", "pat", "pdt", "ra", "rd", "rat", "rdt")


@pytest.fixture(params=[(60, 24), (40, 130), (400, 330)])
def votes(request: pytest.FixtureRequest, rng: np.random.Generator) -> Votes:
    """Small (dense matrix by LAPACK), more statements than people, large enough for Krylov."""
    return oracle.random_votes(rng, *request.param, density=0.3)


@pytest.fixture
def moderation(votes: Votes, rng: np.random.Generator) -> Moderation:
    statements = votes.shape[1]
    return Moderation(rng.random(statements) < 0.15, rng.random(statements) < 0.05)


def test_components_and_places_equal_the_dense_computation(
    votes: Votes, moderation: Moderation, engine: Engine
) -> None:
    counts = engine.count_votes(votes.codes, votes.shape[1])
    found = principal_components(votes, counts, moderation.zeroed, engine)
    loadings, places = oracle.components(oracle.dense(votes), moderation.zeroed)
    signs = np.sign((found.loadings * loadings).sum(1))
    assert np.abs(found.loadings - signs[:, None] * loadings).max() < 1e-6
    assert np.abs(project(votes, found, engine) - signs * places).max() < 1e-5
    assert found.residual < 1e-7


def test_a_statements_place_is_that_of_a_participant_who_only_agrees_with_it(
    votes: Votes, moderation: Moderation, engine: Engine
) -> None:
    result = analyse_core(votes, moderation=moderation, engine=engine)
    means, loadings = result.components.means, result.components.loadings
    m = votes.shape[1]
    for j in range(m):
        place = [math.sqrt(m) * (1 - means[j]) * loadings[axis, j] for axis in (0, 1)]
        assert np.allclose(project_statements(result.components)[j], place, rtol=1e-12, atol=0)
        assert math.isclose(result.extremity[j], math.hypot(*place), rel_tol=1e-12)


def test_group_statistics_equal_the_formulas(
    votes: Votes, engine: Engine, rng: np.random.Generator
) -> None:
    labels = rng.integers(-1, 3, votes.shape[0])
    report = report_on(votes, labels, engine=engine)
    for group, row in enumerate(oracle.statistics(oracle.dense(votes), labels)):
        for j, wanted in enumerate(row):
            for name in FIGURES:
                found = getattr(report.statistics, name)[group, j]
                assert math.isclose(found, wanted[name], rel_tol=1e-12, abs_tol=1e-12), (name, j)


def test_consensus_between_groups_and_priorities_equal_the_formulas(
    votes: Votes, moderation: Moderation, engine: Engine, rng: np.random.Generator
) -> None:
    labels = rng.integers(-1, 3, votes.shape[0])
    report = report_on(votes, labels, moderation=moderation, engine=engine)
    extremity = analyse_core(votes, moderation=moderation, engine=engine).extremity
    groups = oracle.statistics(oracle.dense(votes), labels)
    for j in range(votes.shape[1]):
        figures = [g[j] for g in groups]
        agreed = math.prod((f["na"] + 1) / (f["ns"] + 2) for f in figures)
        disagreed = math.prod((f["nd"] + 1) / (f["ns"] + 2) for f in figures)
        assert math.isclose(report.consensus_agree[j], agreed, rel_tol=1e-12)
        assert math.isclose(report.consensus_disagree[j], disagreed, rel_tol=1e-12)
        na, nd, ns = (int(sum(f[name] for f in figures)) for name in ("na", "nd", "ns"))
        wanted = oracle.priority(na, ns - na - nd, ns, extremity[j])
        if moderation.meta[j]:
            wanted = 49.0
        assert math.isclose(report.priorities[j], wanted, rel_tol=1e-9)


def test_majority_consensus_counts_all_participants_and_lists_the_top_five(
    votes: Votes, moderation: Moderation, engine: Engine
) -> None:
    report = report_on(votes, np.full(votes.shape[0], -1), moderation=moderation, engine=engine)
    everyone = oracle.statistics(oracle.dense(votes), np.zeros(votes.shape[0], int))[0]
    for side, share, test in (("agree", "pa", "pat"), ("disagree", "pd", "pdt")):
        fit = [
            j
            for j, f in enumerate(everyone)
            if f[share] > 0.5 and f[test] > Z90 and not moderation.zeroed[j]
        ]
        fit.sort(key=lambda j: -everyone[j][share] * everyone[j][test])
        assert [entry.statement for entry in report.majority[side]] == fit[:5]  # type: ignore[index]


def test_representative_lists_follow_the_rules_of_polis(
    votes: Votes, moderation: Moderation, rng: np.random.Generator
) -> None:
    labels = rng.integers(0, 3, votes.shape[0])
    report = report_on(votes, labels, moderation=moderation)
    for group, row in enumerate(oracle.statistics(oracle.dense(votes), labels)):
        wanted = _list_of(row, moderation.zeroed)
        found = [(entry.statement, entry.side) for entry in report.representative[group]]
        assert found == wanted


def _list_of(row: list[dict[str, float]], zeroed: np.ndarray) -> list[tuple[int, str]]:
    best = None
    for j, f in enumerate(row):
        if zeroed[j] or f["pa"] <= 0.5:
            continue
        if best is None:
            if f["pat"] > Z90 or f["ra"] > 1:
                best = j
            continue
        b = row[best]
        names = ("ra", "rat", "pa", "pat") if b["ra"] > 1 else ("pa", "pat")
        if math.prod(f[n] for n in names) > math.prod(b[n] for n in names):
            best = j
    allowed = [j for j in range(len(row)) if not zeroed[j]]
    sufficient = [
        j
        for j in allowed
        if (row[j]["rat"] > Z90 and row[j]["pat"] > Z90)
        or (row[j]["rdt"] > Z90 and row[j]["pdt"] > Z90)
    ]
    side = {
        j: "agree" if row[j]["rat"] > Z90 and row[j]["pat"] > Z90 else "disagree"
        for j in sufficient
    }
    if not sufficient and best is None:
        tests = [
            (row[j][f"r{s[0]}t"], -j, s)
            for j in allowed
            for s in ("agree", "disagree")
            if row[j][f"p{s[0]}"] > 0.5
        ]
        return [(-max(tests)[1], max(tests)[2])] if tests else []

    def metric(j: int) -> float:
        a = side[j][0]
        return math.prod(row[j][n] for n in (f"r{a}", f"r{a}t", f"p{a}", f"p{a}t"))

    ranked = sorted((j for j in sufficient if j != best), key=lambda j: -metric(j))
    entries = ([] if best is None else [(best, "agree")]) + [(j, side[j]) for j in ranked]
    return sorted(entries[:5], key=lambda pair: pair[1])


def test_without_a_sufficient_statement_the_highest_test_is_listed() -> None:
    # two people, opposite votes: no test is significant, no group has a majority of agrees
    votes = Votes.from_events([1, 2, 1, 2], [1, 1, 2, 2], [-1, 1, -1, 0])
    lists = report_on(votes, np.array([0, 1])).representative
    assert [(e.statement, e.side, e.best_agree) for e in lists[0]] == [(0, "disagree", False)]
    assert [(e.statement, e.side, e.best_agree) for e in lists[1]] == [(0, "agree", True)]


def test_inclusion_asks_for_seven_votes_and_tops_up_to_fifteen() -> None:
    votes = np.array([7] * 14 + [6, 6, 5, 0])
    included = included_participants
    assert included(votes, 100, 7, 15).nonzero()[0].tolist() == list(range(15))
    assert included(np.array([7] * 15 + [6]), 100, 7, 15).sum() == 15
    assert included(np.array([3] * 20), 3, 7, 15).all()  # min(7, m)
    assert not included(np.array([0, 0]), 0, 7, 15).any()


def test_a_moderated_statement_counts_as_a_vote_of_each_participant_in_the_scale(
    rng: np.random.Generator, engine: Engine
) -> None:
    votes = oracle.random_votes(rng, 50, 20, 0.4)
    out = np.zeros(20, bool)
    out[[3, 4, 5]] = True
    result = analyse_core(votes, moderation=Moderation(out, np.zeros(20, bool)), engine=engine)
    matrix = oracle.dense(votes)
    for i in range(50):
        cast = ~np.isnan(matrix[i])
        voted = (cast | out).sum()
        terms = (matrix[i] - result.components.means) * result.components.loadings
        wanted = math.sqrt(20 / voted) * terms[:, cast & ~out].sum(1)
        assert np.allclose(result.places[i], wanted, atol=1e-12)
    assert (result.components.loadings[:, out] == 0).all()
    assert (result.counts.sum(1)[out] > 0).all()  # raw counts are kept


def test_positions_measure_from_the_two_centres(rng: np.random.Generator) -> None:
    places = rng.normal(0, 1, (12, 2))
    labels = np.array([0] * 6 + [1] * 5 + [-1], np.int32)
    found = participant_positions(places, labels)
    centre = places[:11].mean(0)
    for i in range(11):
        own = places[:6].mean(0) if i < 6 else places[6:11].mean(0)
        outward = (own - centre) / math.dist(own, centre)
        assert math.isclose(found.centricness[i], 1 - math.dist(places[i], centre))
        assert math.isclose(found.coreness[i], 1 - math.dist(places[i], own))
        assert math.isclose(found.extremeness[i], float((places[i] - own) @ outward), abs_tol=1e-12)
    assert all(math.isnan(v[11]) for v in dataclasses.astuple(found))
