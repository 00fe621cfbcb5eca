"""A bridging score that needs no groups.

One factor stands for the divide, one intercept for what reaches across it.

The model of Community Notes (twitter/communitynotes, matrix_factorization): r_ij = mean + b_i + c_j
+ f_i g_j, with agree 1, pass 1/2, disagree 0. Loss: mean squared error + 0.15 mean(b^2) + 0.15
mean(c^2) + 0.03 mean(f^2) + 0.03 mean(g^2). c_j is the score: what is left of a statement's support
once the divide (f g) is explained. The mean is the plain mean of all votes, without a penalty of
its own; and the loss is minimised by alternating exact ridge solutions instead of gradient steps,
so a run has no learning rate and no seed.
"""

from dataclasses import dataclass

import numpy as np

from enishi.landscape.components import Components
from enishi.landscape.engine import Engine, Floats, Integers
from enishi.landscape.votes import Votes

INTERCEPT_PENALTY = 0.15
FACTOR_PENALTY = 0.03
MOST_SWEEPS = 200
STILL = 1e-6
VALUES = np.array([0.0, 0.5, 1.0])


@dataclass(frozen=True, slots=True)
class Bridging:
    """The fitted model.

    mean: of all votes. scores, factors (m,): of the statements; NaN where a statement has no votes
    or is moderated out.

    people (n, 2): intercept and factor of each participant. The sign of the factors follows the
    first component.
    """

    mean: float
    scores: Floats
    factors: Floats
    people: Floats
    sweeps: int


def bridging_scores(
    votes: Votes,
    counts: Integers,
    components: Components,
    engine: Engine,
) -> Bridging:
    """Fit to counts (m, 3) and votes. The factors start from the first component's loadings."""
    people_count, statements = votes.shape
    used = ~components.zeroed & (counts.sum(1) > 0)
    kept = np.where(used[:, None], counts, 0).astype(np.float64)
    total = kept.sum()
    if total == 0:
        nothing = np.full(statements, np.nan)
        return Bridging(0.5, nothing, nothing.copy(), np.zeros((people_count, 2)), 0)
    mean = float(kept.sum(0) @ VALUES / total)
    # Means over parameters in the loss become a ridge by the votes a parameter has to share in.
    a_person, a_statement = total / people_count, total / int(used.sum())
    person_ridge = (INTERCEPT_PENALTY * a_person, FACTOR_PENALTY * a_person)
    ridge = (INTERCEPT_PENALTY * a_statement, FACTOR_PENALTY * a_statement)
    scores = np.zeros(statements)
    factors = 0.1 * np.sqrt(statements) * components.loadings[0]
    people = np.zeros((people_count, 2))
    sweeps, still = 0, False
    while not still and sweeps < MOST_SWEEPS:
        sweeps += 1
        rest = np.where(used[:, None], VALUES - mean - scores[:, None], np.nan).reshape(-1)
        people, sums = engine.bridge(
            votes.offsets, votes.codes, (rest, np.repeat(factors, 3)), person_ridge
        )
        before = scores
        scores, factors = _solve(kept, sums.reshape(statements, 3, 4), mean, ridge)
        still = bool(np.abs(scores - before).max() < STILL)
    hidden = np.where(used, 0.0, np.nan)
    return Bridging(mean, scores + hidden, factors + hidden, people, sweeps)


def _solve(
    counts: Floats, sums: Floats, mean: float, ridge: tuple[float, float]
) -> tuple[Floats, Floats]:
    """Every statement's intercept and factor, given the participants': two equations each."""
    seen = counts.sum(1)
    f, ff, b, bf = (np.where(counts > 0, sums[:, :, k], 0.0) for k in range(4))
    worth = VALUES - mean
    target = (counts * worth).sum(1) - b.sum(1)
    target_f = (f * worth).sum(1) - bf.sum(1)
    a, c, cross = seen + ridge[0], ff.sum(1) + ridge[1], f.sum(1)
    determinant = a * c - cross**2
    return (target * c - cross * target_f) / determinant, (
        a * target_f - cross * target
    ) / determinant
