"""The two directions along which opinions differ most, and everyone's place on them.

Missing votes are imputed by the statement's mean mu_j and columns are centred by the same mu_j, so
every missing cell becomes exactly 0: C_ij = v_ij - mu_j where i voted on j, else 0. C is as sparse
as the votes, and C^T (C X) is one pass over them. Formulas: Polis math/pca.clj (imputation,
projection, extremity); the solver is our own.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from enishi.landscape.engine import Engine, Floats, Gram, Integers
from enishi.landscape.votes import AGREE, Votes

WIDTH = 8  # columns a pass works on
DENSE_STATEMENTS = 96  # up to here the whole m x m matrix and LAPACK are quickest
DENSE_STATEMENTS_FEW_VOTES = 320  # and up to here while the passes cost next to nothing
FEW_VOTES = 300_000
SINGLE_FROM = 1_000_000  # votes from which 32-bit partial sums pay
MOST_PASSES = 40


@dataclass(frozen=True, slots=True)
class Components:
    """zeroed (m,): statements that are moderated out.

    means (m,): mu_j, 0 for those and for one nobody voted on.

    loadings (2, m): unit length, 0 where there is no variance left to explain.
    eigenvalues (2,): sums of squares along each. passes: over the votes.
    residual: |C^T C u - lambda u| / lambda, the larger of the two.
    """

    zeroed: npt.NDArray[np.bool_]
    means: Floats
    loadings: Floats
    eigenvalues: Floats
    passes: int
    residual: float

    def table(self) -> Floats:
        """What each code adds to its participant's place, before scaling: (3m, 2)."""
        deviations = np.array([-1.0, 0.0, 1.0]) - self.means[:, None]
        deviations[self.zeroed] = 0.0
        return (deviations[:, :, None] * self.loadings.T[:, None, :]).reshape(-1, 2)


def centre(counts: Integers, zeroed: npt.NDArray[np.bool_]) -> tuple[Floats, Floats]:
    """Means mu_j (m,), and what each kind of vote is after centring (m, 3), of counts (m, 3)."""
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
    """The two largest eigenvectors of C^T C.

    start (2, m): earlier components; they save passes and fix the signs.
    """
    means, deviations = centre(counts, zeroed)
    statements = len(means)
    if statements == 0 or votes.count == 0:
        return Components(zeroed, means, np.zeros((2, statements)), np.zeros(2), 0, 0.0)
    few = votes.count <= FEW_VOTES
    dense = statements <= (DENSE_STATEMENTS_FEW_VOTES if few else DENSE_STATEMENTS)
    single = votes.count >= SINGLE_FROM and not dense
    gram = engine.gram(votes.offsets, votes.codes, deviations, single=single)
    if dense:
        values, vectors, passes, residual = _whole(gram, statements)
    else:
        values, vectors, passes, residual = _krylov(
            gram, statements, 1e-5 if single else 1e-7, start
        )
    loadings = np.zeros((2, statements))
    eigenvalues = np.zeros(2)
    total = float((counts * deviations**2).sum())  # the trace of C^T C
    for r in range(min(2, statements)):
        if values[r] > 1e-12 * total:  # no variance: any direction would do, so none is named
            loadings[r], eigenvalues[r] = vectors[:, r], values[r]
    loadings[:, deviations.any(1) == 0] = 0.0
    return Components(zeroed, means, _fix_signs(loadings, start), eigenvalues, passes, residual)


def project(votes: Votes, components: Components, engine: Engine) -> Floats:
    """Places of the participants: (n, 2).

    sqrt(m / max(n_i, 1)) * sum over votes of (v_ij - mu_j) loading_j.

    n_i counts the moderated-out statements too, for everybody: Polis zeroes those columns, and a 0
    is a pass.
    """
    return engine.project(votes.offsets, votes.codes, components.table(), components.zeroed)


def project_statements(components: Components) -> Floats:
    """Places of the statements: (m, 2).

    Where someone would stand who agrees with this one and has voted on no other.
    """
    statements = len(components.means)
    scale = np.sqrt(statements) * (AGREE - components.means)
    places: Floats = scale[:, None] * components.loadings.T
    return places


def _whole(gram: Gram, statements: int) -> tuple[Floats, Floats, int, float]:
    matrix = np.empty((statements, statements))
    for first in range(0, statements, WIDTH):
        last = min(first + WIDTH, statements)
        block = np.zeros((statements, WIDTH))
        block[np.arange(first, last), np.arange(last - first)] = 1.0
        matrix[:, first:last] = gram(block)[:, : last - first]
    values, vectors = np.linalg.eigh((matrix + matrix.T) / 2)
    return values[::-1], vectors[:, ::-1], -(-statements // WIDTH), 0.0


def _krylov(
    gram: Gram, statements: int, tolerance: float, start: Floats | None
) -> tuple[Floats, Floats, int, float]:
    """Block Krylov with Rayleigh-Ritz over all blocks seen.

    A handful of passes instead of a power iteration's hundred.

    The first block is fixed noise (and the earlier components): no seed of the day, no state.
    """
    block = np.random.default_rng(20_240_401).standard_normal((statements, WIDTH))
    if start is not None:
        block[:, :2] = start.T + 1e-9 * block[:, :2]
    block = _orthonormal(block)
    most = min(MOST_PASSES, statements // WIDTH)
    # One row a vector: a growing basis stays one piece of memory.
    basis = np.empty((most * WIDTH, statements))
    image = np.empty_like(basis)
    inner = np.empty((most * WIDTH, most * WIDTH))
    for done in range(1, most + 1):
        old, size = (done - 1) * WIDTH, done * WIDTH
        product = gram(block)
        basis[old:size], image[old:size] = block.T, product.T
        inner[:size, old:size] = basis[:size] @ product
        inner[old:size, :old] = inner[:old, old:size].T
        values, mix = np.linalg.eigh((inner[:size, :size] + inner[:size, :size].T) / 2)
        values, mix = values[:-3:-1], mix[:, :-3:-1]
        vectors = basis[:size].T @ mix
        error = np.linalg.norm(image[:size].T @ mix - vectors * values, axis=0)
        residual = float((error / np.maximum(values, max(1e-6 * values[0], 1e-300))).max())
        if residual < tolerance or done == most:
            break
        for _ in range(2):  # twice is enough (Kahan): the new block leaves the span of the old ones
            product = product - basis[:size].T @ (basis[:size] @ product)
            product = _orthonormal(product)
        block = product
    return values, vectors, done, residual


def _orthonormal(block: Floats) -> Floats:
    return np.linalg.qr(block)[0]


def _fix_signs(loadings: Floats, start: Floats | None) -> Floats:
    """An eigenvector has no sign of its own.

    Earlier components decide, else the largest loading is positive.
    """
    for r in range(2):
        if start is not None and abs(loadings[r] @ start[r]) > 0:
            sign = np.sign(loadings[r] @ start[r])
        else:
            # Near-equal largest loadings may swap by rounding: take the first of them.
            size = np.abs(loadings[r])
            sign = np.sign(loadings[r][np.argmax(size >= size.max() * (1 - 1e-9))])
        loadings[r] *= sign or 1.0
    return loadings
