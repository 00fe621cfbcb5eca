"""Principal components of the votes, and the places of participants and statements on them.

Missing votes are imputed by the statement's mean mu_j and columns are centred by the same mu_j, so
every missing cell becomes exactly 0: C_ij = v_ij - mu_j where i voted on j, else 0. C is as sparse
as the votes, and C^T (C X) is one pass over them. Formulas: Polis math/pca.clj (imputation,
projection, extremity); the solver is our own.
"""

from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import numpy.typing as npt

from enishi.landscape.engine import (
    BLOCK_COLUMNS,
    Codes,
    Engine,
    Floats,
    Gram,
    Integers,
    Offsets,
)
from enishi.landscape.votes import AGREE, Votes

# Up to so many statements the whole m x m matrix and LAPACK are fastest; with few votes a pass is
# cheap, and the limit is higher.
DENSE_STATEMENTS = 96
DENSE_STATEMENTS_FEW_VOTES = 320
FEW_VOTES = 300_000
SINGLE_PRECISION_VOTES = 1_000_000  # from so many votes on, 32-bit partial sums are faster
SINGLE_TOLERANCE, DOUBLE_TOLERANCE = 1e-5, 1e-7  # of the residual
# From so many votes on the solver starts from the components of one in SAMPLE_PER participants:
# the same but for the noise of the sample. They cost a tenth of a pass and save two.
SAMPLED_VOTES = 10_000_000
SAMPLE_PER, SAMPLE_RUNS = 32, 32
SAMPLE_TOLERANCE = 0.1
MAX_PASSES = 40
SEED = 20_240_401  # of the solver's first block


@dataclass(frozen=True, slots=True)
class Components:
    """The two leading eigenvectors of C^T C, and how they were found.

    zeroed (m,): statements that are moderated out. means (m,): mu_j, 0 for zeroed statements and
    for those without votes. loadings (2, m): unit length, 0 where no variance is left.
    eigenvalues (2,): sum of squares along each. passes: over the votes.
    residual: |C^T C u - lambda u| / lambda, the larger of the two.
    """

    zeroed: npt.NDArray[np.bool_]
    means: Floats
    loadings: Floats
    eigenvalues: Floats
    passes: int
    residual: float

    def table(self) -> Floats:
        """The contribution of each code to its participant's place, before scaling: (3m, 2)."""
        deviations = np.array([-1.0, 0.0, 1.0]) - self.means[:, None]
        deviations[self.zeroed] = 0.0
        return (deviations[:, :, None] * self.loadings.T[:, None, :]).reshape(-1, 2)


def centre(counts: Integers, zeroed: npt.NDArray[np.bool_]) -> tuple[Floats, Floats]:
    """Means mu_j (m,), and the value of a disagree, pass, agree after centring (m, 3).

    counts (m, 3): disagrees, passes, agrees. zeroed (m,).
    """
    kept = np.where(zeroed[:, None], 0, counts).astype(np.float64)
    seen = kept.sum(1)
    means = (kept[:, 2] - kept[:, 0]) / np.maximum(seen, 1)
    deviations = np.array([-1.0, 0.0, 1.0]) - means[:, None]
    deviations[seen == 0] = 0.0
    return means, deviations


def principal_components(
    votes: Votes,
    counts: Integers,
    zeroed: npt.NDArray[np.bool_],
    engine: Engine,
    *,
    start: Floats | None = None,
) -> Components:
    """The two leading eigenvectors of C^T C.

    start (2, m): components of an earlier run; a warm start saves passes and fixes the signs.
    """
    means, deviations = centre(counts, zeroed)
    statements = len(means)
    if statements == 0 or votes.count == 0:
        return Components(zeroed, means, np.zeros((2, statements)), np.zeros(2), 0, 0.0)
    is_small = votes.count <= FEW_VOTES
    dense = statements <= (DENSE_STATEMENTS_FEW_VOTES if is_small else DENSE_STATEMENTS)
    single = votes.count >= SINGLE_PRECISION_VOTES and not dense
    gram = engine.gram(votes.offsets, votes.codes, deviations, single_precision=single)
    if dense:
        values, vectors, passes, residual = _dense_eigenvectors(gram, statements)
    else:
        tolerance = SINGLE_TOLERANCE if single else DOUBLE_TOLERANCE
        block = _first_block(statements, start)
        if start is None and votes.count >= SAMPLED_VOTES:
            offsets, codes = _sample(votes)
            few = engine.gram(offsets, codes, deviations, single_precision=single)
            block = _block_krylov(few, block, SAMPLE_TOLERANCE)[1]
        values, vectors, passes, residual = _block_krylov(gram, block, tolerance)
    loadings = np.zeros((2, statements))
    eigenvalues = np.zeros(2)
    total = float((counts * deviations**2).sum())  # the trace of C^T C
    for r in range(min(2, statements)):
        if values[r] > 1e-12 * total:  # without variance any direction is an eigenvector: keep 0
            loadings[r], eigenvalues[r] = vectors[:, r], values[r]
    loadings[:, deviations.any(1) == 0] = 0.0
    return Components(zeroed, means, _fix_signs(loadings, start), eigenvalues, passes, residual)


def project(votes: Votes, components: Components, engine: Engine) -> Floats:
    """Places of the participants: (n, 2).

    sqrt(m / max(n_i, 1)) * sum over votes of (v_ij - mu_j) loading_j. n_i also counts all
    moderated-out statements, for each participant: Polis sets those columns to 0, which is a pass.
    """
    return engine.project(votes.offsets, votes.codes, components.table(), components.zeroed)


def project_statements(components: Components) -> Floats:
    """Places of the statements: (m, 2).

    The place of a virtual participant who agrees with the statement and has no other vote.
    """
    statements = len(components.means)
    scale = np.sqrt(statements) * (AGREE - components.means)
    places: Floats = scale[:, None] * components.loadings.T
    return places


def _dense_eigenvectors(gram: Gram, statements: int) -> tuple[Floats, Floats, int, float]:
    """All eigenvalues and eigenvectors, largest first, by LAPACK; passes and residual."""
    matrix = np.empty((statements, statements))
    for first in range(0, statements, BLOCK_COLUMNS):
        last = min(first + BLOCK_COLUMNS, statements)
        block = np.zeros((statements, BLOCK_COLUMNS))
        block[np.arange(first, last), np.arange(last - first)] = 1.0
        matrix[:, first:last] = gram(block)[:, : last - first]
    values, vectors = np.linalg.eigh((matrix + matrix.T) / 2)
    return values[::-1], vectors[:, ::-1], -(-statements // BLOCK_COLUMNS), 0.0


def _first_block(statements: int, start: Floats | None) -> Floats:
    """Noise of a constant seed, so that equal votes give equal components; and the start."""
    block = np.random.default_rng(SEED).standard_normal((statements, BLOCK_COLUMNS))
    if start is not None:
        block[:, :2] = start.T + 1e-9 * block[:, :2]
    return block


def _sample(votes: Votes) -> tuple[Offsets, Codes]:
    """The votes of one in SAMPLE_PER participants: SAMPLE_RUNS runs of neighbours, far apart."""
    edges = [votes.shape[0] * run // SAMPLE_RUNS for run in range(SAMPLE_RUNS + 1)]
    runs = [slice(a, a + (b - a) // SAMPLE_PER) for a, b in pairwise(edges)]
    per_participant = votes.per_participant
    lengths = np.concatenate([per_participant[run] for run in runs])
    codes = [votes.codes[votes.offsets[run.start] : votes.offsets[run.stop]] for run in runs]
    return np.concatenate([[0], np.cumsum(lengths)]).astype(np.int64), np.concatenate(codes)


def _block_krylov(gram: Gram, block: Floats, tolerance: float) -> tuple[Floats, Floats, int, float]:
    """Block Krylov iteration with a Rayleigh-Ritz projection onto all blocks so far.

    It takes a few passes where power iteration takes a hundred. block (m, 8): where it starts.
    Returns the largest eigenvalues (8,) and their eigenvectors (m, 8), passes, and the residual of
    the first two.
    """
    statements = len(block)
    block = _orthonormal(block)
    limit = min(MAX_PASSES, statements // BLOCK_COLUMNS)
    # One row per vector: the part of the basis in use is contiguous in memory.
    basis = np.empty((limit * BLOCK_COLUMNS, statements))
    image = np.empty_like(basis)
    inner = np.empty((limit * BLOCK_COLUMNS, limit * BLOCK_COLUMNS))
    for passes in range(1, limit + 1):
        old, size = (passes - 1) * BLOCK_COLUMNS, passes * BLOCK_COLUMNS
        product = gram(block)
        basis[old:size], image[old:size] = block.T, product.T
        inner[:size, old:size] = basis[:size] @ product
        inner[old:size, :old] = inner[:old, old:size].T
        values, ritz = np.linalg.eigh((inner[:size, :size] + inner[:size, :size].T) / 2)
        values, ritz = values[: -BLOCK_COLUMNS - 1 : -1], ritz[:, : -BLOCK_COLUMNS - 1 : -1]
        vectors = basis[:size].T @ ritz
        error = np.linalg.norm(image[:size].T @ ritz[:, :2] - vectors[:, :2] * values[:2], axis=0)
        residual = float((error / np.maximum(values[:2], max(1e-6 * values[0], 1e-300))).max())
        if residual < tolerance or passes == limit:
            break
        # Orthogonalise the new block against the old ones; twice is enough (Kahan).
        for _ in range(2):
            product = product - basis[:size].T @ (basis[:size] @ product)
            product = _orthonormal(product)
        block = product
    return values, vectors, passes, residual


def _orthonormal(block: Floats) -> Floats:
    return np.linalg.qr(block)[0]


def _fix_signs(loadings: Floats, start: Floats | None) -> Floats:
    """Choose the signs, which an eigenvector leaves open.

    They are those of the earlier components, else the largest loading is positive.
    """
    for r in range(2):
        if start is not None and abs(loadings[r] @ start[r]) > 0:
            sign = np.sign(loadings[r] @ start[r])
        else:
            # Rounding may reorder nearly equal loadings: take the first of the largest.
            size = np.abs(loadings[r])
            sign = np.sign(loadings[r][np.argmax(size >= size.max() * (1 - 1e-9))])
        loadings[r] *= sign or 1.0
    return loadings
