"""The statistics of red-dwarf (another implementation of Polis' formulas) for a partition.

    python tools/red_dwarf_figures.py IN.npz OUT.npz

Runs in a virtual environment made from tests/landscape/red-dwarf.lock: red-dwarf is a test oracle
and no dependency of the platform. IN: matrix (n, m) of -1, 0, 1 and NaN, in which the moderated-out
columns of `zeroed` (m,) have NOT been set to 0 yet, and labels (n,) from 0 on.
"""

import sys

import numpy as np
import pandas as pd
from reddwarf.utils.reducer.pca import run_pca
from reddwarf.utils.stats import calculate_comment_statistics

NAMES = ("ns", "n", "p", "r", "pt", "rt", "consensus")


def main(source: str, target: str) -> None:
    given = np.load(source)
    matrix = pd.DataFrame(given["matrix"])
    figures = calculate_comment_statistics(matrix, cluster_labels=given["labels"].tolist())
    found = dict(zip(NAMES, figures, strict=True))
    zeroed = given["matrix"].copy()
    zeroed[:, given["zeroed"]] = 0.0
    places, _, model = run_pca(pd.DataFrame(zeroed), n_components=2)
    np.savez(target, **found, places=places, loadings=model.components_)


if __name__ == "__main__":
    main(*sys.argv[1:])
