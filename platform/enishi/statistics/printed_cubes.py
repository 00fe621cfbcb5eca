"""From exact counts of a cube to what is printed: noise, sums that hold, tens, "fewer than"."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache, lru_cache

import numpy as np
import numpy.typing as npt

from enishi.disclosure.noise import StockNoise
from enishi.disclosure.rounding import FEWER, additive, controlled, display
from enishi.disclosure.sums import Sums, sums_of
from enishi.statistics.cubes import BY_NAME, Cube, Key

Integers = npt.NDArray[np.int64]
_TEN = 10


@dataclass(frozen=True)
class Printed:
    """`tens` are the rounded numbers, also below `small`; `values` has FEWER there.

    `releases`: in how many releases each cell was drawn, this one included.
    """

    keys: list[Key]
    tens: Integers
    values: Integers
    releases: Integers


@cache
def declared_keys(cube: Cube) -> list[Key]:
    """Of a cube without dialogues: the same in every period."""
    return cube.keys()


@lru_cache(maxsize=64)
def tree_of(cube: Cube, keys: tuple[Key, ...], parent_keys: tuple[Key, ...]) -> Sums:
    """Sums over the cells of the parent of a cube, followed by its own.

    Kept, because the keys of a cube are the same period after period.
    """
    rows, many = _parent_rows(cube, keys, parent_keys), len(parent_keys)
    order = np.argsort(rows, kind="stable")
    starts = np.searchsorted(rows[order], np.arange(many + 1))
    return sums_of(
        ((row, (many + order[starts[row] : starts[row + 1]]).tolist()) for row in range(many)),
        many + len(rows),
    )


def _parent_rows(cube: Cube, keys: Sequence[Key], parent_keys: Sequence[Key]) -> Integers:
    """Of each cell the row of the parent's cell that it is a part of."""
    parent = BY_NAME[cube.parent or ""]
    row_of = {key: row for row, key in enumerate(parent_keys)}
    of_family = {mine.family: i for i, mine in enumerate(cube.dimensions)}
    pairs = [(its, of_family[its.family]) for its in parent.dimensions]
    return np.array(
        [row_of[tuple(its.key_of(key[i]) or "" for its, i in pairs)] for key in keys],
        dtype=np.int64,
    )


def print_cube(
    cube: Cube, counts: Integers, noise: StockNoise, periods: int, parent: Printed | None = None
) -> Printed:
    """One period of a cube whose cells were all drawn in `periods` releases.

    With `parent`, the cells add up to its numbers, which stand already: one total is one number
    everywhere. Without it each cell stands for itself.
    """
    keys = declared_keys(cube)
    noisy = counts + noise.of(periods, cube.sigma)
    releases = np.full(len(keys), periods)
    if parent is None:
        tens = display(noisy, np.iinfo(np.int32).min, _TEN)
        return Printed(keys, tens, np.where(noisy < cube.small, FEWER, tens), releases)
    many = len(parent.keys)
    tree = tree_of(cube, tuple(keys), tuple(parent.keys))
    fixed = range(many)
    adjusted = additive(np.concatenate([parent.tens, noisy]), tree, 1.0, fixed)
    tens = controlled(adjusted, tree, _TEN, fixed)[many:]
    return Printed(keys, tens, np.where(adjusted[many:] < cube.small, FEWER, tens), releases)
