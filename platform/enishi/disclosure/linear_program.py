"""Linear programs over the sums of a table, solved by HiGHS. The one file that names it."""

import highspy
import numpy as np
import numpy.typing as npt

from enishi.disclosure.sums import Sums

Floats = npt.NDArray[np.float64]


class NoSolutionError(ValueError):
    """No numbers within the bounds fulfil the sums."""


class _Quiet(highspy.Highs):
    """HiGHS without its callbacks: it turns them on before anything can turn its output off.

    That alone writes a banner to the standard output of whoever uses it first.
    """

    def enableCallbacks(self) -> None:  # noqa: N802 (the name of HiGHS)
        self.silent()


class LinearProgram:
    """Minimise cost · x over low <= x <= high and S x = right, for one cost after the other.

    The model is kept, and each run starts from the basis that the last one ended with: a program
    with another cost then takes a few steps instead of all of them. One thread, no presolve (it
    would throw the basis away).
    """

    def __init__(self, sums: Sums, right: Floats, low: Floats, high: Floats) -> None:
        self.runs = 0
        self._all = np.arange(sums.width, dtype=np.int32)
        self._solver = _Quiet()  # type: ignore[no-untyped-call]
        self._solver.setOptionValue("threads", 1)
        self._solver.setOptionValue("presolve", "off")
        self._solver.passModel(_model(sums, right, low, high))

    def solve(self, cost: npt.ArrayLike) -> Floats:
        """A vertex of the feasible set with the least cost. Raises NoSolutionError."""
        self._solver.changeColsCost(len(self._all), self._all, np.asarray(cost, dtype=np.float64))
        self._solver.run()
        self.runs += 1
        status = self._solver.getModelStatus()
        if status == highspy.HighsModelStatus.kInfeasible:
            raise NoSolutionError("no numbers within these bounds fulfil the sums")
        if status != highspy.HighsModelStatus.kOptimal:
            raise RuntimeError(f"HiGHS ended with {status.name}")
        return np.asarray(self._solver.getSolution().col_value, dtype=np.float64)


def _model(sums: Sums, right: Floats, low: Floats, high: Floats) -> highspy.HighsLp:
    by_cell = np.lexsort((sums.rows, sums.cells))
    model = highspy.HighsLp()
    model.num_col_, model.num_row_ = sums.width, sums.count
    model.col_cost_ = np.zeros(sums.width)
    model.col_lower_, model.col_upper_ = low.astype(np.float64), high.astype(np.float64)
    model.row_lower_ = model.row_upper_ = right.astype(np.float64)
    model.a_matrix_.format_ = highspy.MatrixFormat.kColwise
    entries = np.bincount(sums.cells, minlength=sums.width)
    model.a_matrix_.start_ = np.concatenate([[0], np.cumsum(entries)]).astype(np.int32)
    model.a_matrix_.index_ = sums.rows[by_cell].astype(np.int32)
    model.a_matrix_.value_ = sums.signs[by_cell].astype(np.float64)
    return model
