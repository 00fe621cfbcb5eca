"""People that τ-Argus withholds from twenty tables each, as a measure for our suppression.

Recorded with pytauargus 0.6.0, suppress="OPT(1)", safety_rules="FREQ(k,100)" (with FREQ(10,10) it
protects ten per cent of a value only). Its licence is the EUPL, so it is no dependency, not even
for development; the test beside this file asks it again where it is installed.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
from tests.disclosure.tables import Integers

SEEDS = 20


@dataclass(frozen=True)
class Recorded:
    """One kind of table: its shape, the mean of its cells, the threshold, and people by seed."""

    shape: tuple[int, int]
    mean: int
    k: int
    people: tuple[int, ...]
    # Small cells of its pattern that our audit bounds to less than k, summed over the tables.
    narrow: int

    def tables(self) -> Iterator[Integers]:
        """The inner cells: negative binomial, many small ones and a few large ones."""
        for seed in range(SEEDS):
            random = np.random.default_rng(seed)
            yield random.negative_binomial(1.2, 1.2 / (1.2 + self.mean), self.shape)


RECORDED = (
    Recorded(
        (8, 6), 12, 10,
        (166, 165, 149, 172, 169, 148, 207, 173, 180, 198,
         172, 189, 178, 182, 164, 139, 133, 167, 174, 154),
        narrow=9,
    ),
    Recorded(
        (20, 8), 15, 10,
        (409, 429, 438, 444, 410, 368, 397, 396, 445, 411,
         411, 415, 448, 402, 445, 381, 417, 367, 415, 411),
        narrow=21,
    ),
    Recorded(
        (12, 6), 3, 3,
        (59, 66, 52, 63, 46, 46, 47, 57, 80, 66, 56, 56, 60, 61, 64, 67, 70, 45, 64, 56),
        narrow=49,
    ),
)  # fmt: skip


def withheld(tau_argus: Any, inner: Integers, k: int) -> list[tuple[int, int]]:
    """Row and column of each cell that it withholds; the last of each is the total."""
    rows, columns = inner.shape
    people = [
        {"r": f"r{row:02}", "c": f"c{column:02}", "v": 1}
        for row in range(rows)
        for column in range(columns)
        for _ in range(inner[row, column])
    ]
    answer = tau_argus.protect(
        people, ["r", "c"], response="v", safety_rules=f"FREQ({k},100)", suppress="OPT(1)"
    )
    return [
        (
            rows if cell["r"] == "Total" else int(cell["r"][1:]),
            columns if cell["c"] == "Total" else int(cell["c"][1:]),
        )
        for cell in answer.tables[0].rows
        if cell["status"] in {"U", "M"}  # below the threshold, and its complements
    ]
