"""The map without points: the cells of a grid on which several members of a group lie."""

from dataclasses import dataclass

import numpy as np

from enishi.landscape.engine import Floats, Integers
from enishi.landscape.kmeans import Labels

SMALLEST_GRID, LARGEST_GRID = 6, 24  # rows
_PEOPLE_OF_A_ROW = 4  # so that some of (rows x rows) cells hold enough people
_COVERED = 0.99  # of the people lie inside the grid; the others are on no cell


@dataclass(frozen=True, slots=True)
class DensityCells:
    """rows of the square grid, which reaches from -scale to scale in both directions.

    cells (c, 3): group, column, row; row 0 is at the top (the largest y).
    """

    rows: int
    scale: float
    cells: Integers


def density_cells(places: Floats, labels: Labels, least: int) -> DensityCells:
    """The cells on which at least `least` members of a group lie. places (n, 2), labels (n,)."""
    grouped = labels >= 0
    points, group = places[grouped], labels[grouped].astype(np.int64)
    if len(points) == 0:
        return DensityCells(SMALLEST_GRID, 1.0, np.zeros((0, 3), np.int64))
    rows = int(np.clip(np.sqrt(len(points) / _PEOPLE_OF_A_ROW), SMALLEST_GRID, LARGEST_GRID))
    scale = float(np.quantile(np.abs(points).max(1), _COVERED)) or 1.0
    column = np.floor((points[:, 0] / scale + 1) / 2 * rows).astype(np.int64)
    row = np.floor((1 - points[:, 1] / scale) / 2 * rows).astype(np.int64)
    inside = (column >= 0) & (column < rows) & (row >= 0) & (row < rows)
    keys = (group * rows + column)[inside] * rows + row[inside]
    found, people = np.unique(keys, return_counts=True)
    kept = found[people >= least]
    cells = np.stack([kept // rows**2, kept // rows % rows, kept % rows], axis=1)
    return DensityCells(rows, scale, cells)
