"""An independent, slow implementation of the formulas: one number at a time, dense matrix."""

import math

import numpy as np
import numpy.typing as npt

from enishi.landscape import Votes

Matrix = npt.NDArray[np.float64]


def dense(votes: Votes) -> Matrix:
    """(n, m), NaN where the participant has not voted."""
    matrix = np.full(votes.shape, np.nan)
    rows, columns, values = votes.events()
    matrix[rows, columns] = values
    return matrix


def components(matrix: Matrix, zeroed: npt.NDArray[np.bool_]) -> tuple[Matrix, Matrix]:
    """(singular vectors (2, m), places (n, 2)) of the mean-imputed matrix, by LAPACK's SVD."""
    filled = matrix.copy()
    filled[:, zeroed] = 0.0
    seen = ~np.isnan(filled)
    means = np.where(seen, filled, 0).sum(0) / np.maximum(seen.sum(0), 1)
    centred = np.where(seen, filled, means) - means
    loadings = np.zeros((2, matrix.shape[1]))
    _, _, right = np.linalg.svd(centred, full_matrices=True)
    count = min(2, matrix.shape[1])
    loadings[:count] = right[:count]
    scale = np.sqrt(matrix.shape[1] / np.maximum(seen.sum(1), 1))
    return loadings, scale[:, None] * (centred @ loadings.T)


def statistics(matrix: Matrix, labels: npt.NDArray[np.int64]) -> list[list[dict[str, float]]]:
    """The eleven statistics of each group and statement, by their names in Polis."""
    groups = range(int(labels.max()) + 1)
    return [
        [
            _figures(matrix[labels == g, j], matrix[(labels >= 0) & (labels != g), j])
            for j in range(matrix.shape[1])
        ]
        for g in groups
    ]


def _figures(mine: Matrix, others: Matrix) -> dict[str, float]:
    na, nd, ns = _count(mine)
    oa, od, os = _count(others)
    pa, pd = (na + 1) / (ns + 2), (nd + 1) / (ns + 2)
    return {
        "na": na,
        "nd": nd,
        "ns": ns,
        "pa": pa,
        "pd": pd,
        "pat": _share_test(na, ns),
        "pdt": _share_test(nd, ns),
        "ra": pa / ((oa + 1) / (os + 2)),
        "rd": pd / ((od + 1) / (os + 2)),
        "rat": _two_shares_test(na, oa, ns, os),
        "rdt": _two_shares_test(nd, od, ns, os),
    }


def _count(votes: Matrix) -> tuple[int, int, int]:
    return int((votes == 1).sum()), int((votes == -1).sum()), int((~np.isnan(votes)).sum())


def _share_test(successes: int, trials: int) -> float:
    return 2 * math.sqrt(trials + 1) * ((successes + 1) / (trials + 1) - 0.5)


def _two_shares_test(s1: int, s2: int, n1: int, n2: int) -> float:
    s1, s2, n1, n2 = s1 + 1, s2 + 1, n1 + 1, n2 + 1
    pooled = (s1 + s2) / (n1 + n2)
    if pooled == 1:
        return 0.0
    return (s1 / n1 - s2 / n2) / math.sqrt(pooled * (1 - pooled) * (1 / n1 + 1 / n2))


def priority(agrees: int, passes: int, seen: int, extremity: float) -> float:
    importance = (1 - (passes + 1) / (seen + 2)) * (extremity + 1) * ((agrees + 1) / (seen + 2))
    return float((importance * (1 + 8 * 2 ** (-seen / 5))) ** 2)


def random_votes(
    rng: np.random.Generator, people: int, statements: int, density: float = 0.5
) -> Votes:
    """Votes of two camps with noise; all participants and statements are listed, voted or not."""
    camp = rng.random(people) < 0.4
    lean = rng.normal(0, 1.5, statements)
    rows, columns = np.nonzero(rng.random((people, statements)) < density)
    leaning = np.where(camp[rows], 1, -1) * lean[columns] + rng.normal(0, 1, len(rows))
    votes = np.where(np.abs(leaning) < 0.3, 0, np.sign(leaning)).astype(int)
    return Votes.from_indices(
        rows, columns, votes, participant_ids=people, statement_ids=statements
    )
