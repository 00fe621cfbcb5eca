"""A bridging score by matrix factorisation, without groups.

The model of Community Notes (twitter/communitynotes, matrix_factorization), with one factor:
r_ij = mean + b_i + c_j + f_i g_j, with agree 1, pass 1/2, disagree 0. Loss: mean squared error
+ 0.15 mean(b^2) + 0.15 mean(c^2) + 0.03 mean(f^2) + 0.03 mean(g^2). The statement's intercept c_j
is the score: the support that remains once the polarisation (f g) is explained. Two differences:
the mean is the plain mean of all votes, without a penalty, and the loss is minimised by alternating
least squares (exact ridge solutions), so there is no learning rate and no seed.

A sweep of alternating least squares takes away a quarter of what is missing, so the statements'
parameters are extrapolated from the last sweeps (Anderson acceleration; Walker and Ni 2011,
Anderson Acceleration for Fixed-Point Iterations): a third of the sweeps, and a closer result.
"""

from dataclasses import dataclass

import numpy as np

from enishi.landscape.components import Components
from enishi.landscape.engine import Engine, Floats, Integers
from enishi.landscape.votes import Votes

INTERCEPT_PENALTY = 0.15
FACTOR_PENALTY = 0.03
MAX_SWEEPS = 200
TOLERANCE = 1e-6  # of the scores, by which one more sweep would change them
HISTORY = 5  # sweeps that the next one is extrapolated from
VALUES = np.array([0.0, 0.5, 1.0])  # of a disagree, a pass, an agree


@dataclass(frozen=True, slots=True)
class Bridging:
    """The fitted model.

    mean: of all votes. scores, factors (m,): of the statements; NaN where a statement has no votes
    or is moderated out. participants (n, 2): intercept and factor of each participant. The sign of
    the factors is that of the first component.
    """

    mean: float
    scores: Floats
    factors: Floats
    participants: Floats
    sweeps: int


def bridging_scores(
    votes: Votes,
    counts: Integers,
    components: Components,
    engine: Engine,
) -> Bridging:
    """Fit to counts (m, 3) and votes. The factors start from the first component's loadings."""
    participant_count, statements = votes.shape
    used = ~components.zeroed & (counts.sum(1) > 0)
    kept = np.where(used[:, None], counts, 0).astype(np.float64)
    total = kept.sum()
    if total == 0:
        nothing = np.full(statements, np.nan)
        return Bridging(0.5, nothing, nothing.copy(), np.zeros((participant_count, 2)), 0)
    mean = float(kept.sum(0) @ VALUES / total)
    # The loss is a mean over votes, its penalties are means over parameters: multiplied by the
    # number of votes, a penalty becomes a ridge of the votes per participant (or statement).
    per_participant, per_statement = total / participant_count, total / int(used.sum())
    participant_ridge = (INTERCEPT_PENALTY * per_participant, FACTOR_PENALTY * per_participant)
    statement_ridge = (INTERCEPT_PENALTY * per_statement, FACTOR_PENALTY * per_statement)
    scores = np.zeros(statements)
    factors = 0.1 * np.sqrt(statements) * components.loadings[0]
    participants = np.zeros((participant_count, 2))
    extrapolation = _Extrapolation()
    sweeps = 0
    while sweeps < MAX_SWEEPS:
        sweeps += 1
        residual = np.where(used[:, None], VALUES - mean - scores[:, None], np.nan).reshape(-1)
        participants, sums = engine.fit_participants(
            votes.offsets, votes.codes, (residual, np.repeat(factors, 3)), participant_ridge
        )
        sums = sums.reshape(statements, 3, 4)
        given = np.stack([scores, factors])
        fitted = np.stack(_fit_statements(kept, sums, mean, statement_ridge))
        scores, factors = fitted
        if np.abs(scores - given[0]).max() < TOLERANCE:
            break
        scores, factors = extrapolation.next(given, fitted)
    unused_as_nan = np.where(used, 0.0, np.nan)
    return Bridging(mean, scores + unused_as_nan, factors + unused_as_nan, participants, sweeps)


class _Extrapolation:
    """Where the next sweep starts: the point at which the last ones together would stand still.

    It is found by least squares over the differences of the last sweeps, as if a sweep were linear.
    """

    def __init__(self) -> None:
        self._given: list[Floats] = []
        self._steps: list[Floats] = []

    def next(self, given: Floats, fitted: Floats) -> Floats:
        """given, fitted (2, m): the parameters before and after a sweep."""
        step = fitted - given
        if self._steps and np.abs(step).max() > 2 * np.abs(self._steps[-1]).max():
            self._given, self._steps = [], []  # extrapolated too far
        self._given = [*self._given[-HISTORY:], given.reshape(-1)]
        self._steps = [*self._steps[-HISTORY:], step.reshape(-1)]
        if len(self._steps) == 1:
            return fitted
        steps, moves = np.diff(self._steps, axis=0), np.diff(self._given, axis=0)
        weights = np.linalg.lstsq(steps.T, self._steps[-1], rcond=1e-6)[0]
        return fitted - (weights @ (moves + steps)).reshape(fitted.shape)


def _fit_statements(
    counts: Floats, sums: Floats, mean: float, ridge: tuple[float, float]
) -> tuple[Floats, Floats]:
    """The statements' half of a step: a 2 x 2 ridge system for each statement.

    counts (m, 3). sums (m, 3, 4): of the participants' f, f^2, b, b f by statement and vote.
    Returns intercepts and factors, each (m,).
    """
    seen = counts.sum(1)
    f, ff, b, bf = (np.where(counts > 0, sums[:, :, k], 0.0) for k in range(4))
    centred = VALUES - mean
    target = (counts * centred).sum(1) - b.sum(1)
    target_f = (f * centred).sum(1) - bf.sum(1)
    a, c, cross = seen + ridge[0], ff.sum(1) + ridge[1], f.sum(1)
    determinant = a * c - cross**2
    return (target * c - cross * target_f) / determinant, (
        a * target_f - cross * target
    ) / determinant
