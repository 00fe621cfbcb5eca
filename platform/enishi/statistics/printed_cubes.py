"""From exact counts of a cube to what is printed: noise, sums that hold, tens, "fewer than"."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache, lru_cache

import numpy as np
import numpy.typing as npt

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
    cube: Cube, noisy: Integers, periods: int, floors: Integers, parent: Printed | None = None
) -> Printed:
    """One period of a cube whose cells were all drawn in `periods` releases, noise included.

    With `parent`, the cells add up to its numbers, which stand already: one total is one number
    everywhere. Without it each cell stands for itself. `floors` as in `print_cells`.
    """
    keys = declared_keys(cube)
    releases = np.full(len(keys), periods)
    if parent is None:
        return Printed(keys, *print_cells(noisy, floors, cube.small), releases)
    many = len(parent.keys)
    tree = tree_of(cube, tuple(keys), tuple(parent.keys))
    fixed, held = np.arange(many), np.zeros(len(keys), dtype=np.bool_)
    floors = _effective(floors, cube.small)
    while True:
        # A cell that rounding could bring below its floor stands at the ten above it.
        wanted = np.concatenate([parent.tens, np.where(held, _ten_above(floors), noisy)])
        adjusted = additive(wanted, tree, 1.0, fixed.tolist())
        low = ~held & (floors > 0) & (adjusted[many:] // _TEN * _TEN < floors)
        if not low.any():
            break
        held |= low
        fixed = np.concatenate([np.arange(many), many + np.flatnonzero(held)])
    tens = controlled(adjusted, tree, _TEN, fixed.tolist())[many:]
    return Printed(keys, tens, np.where(adjusted[many:] < cube.small, FEWER, tens), releases)


def print_cells(noisy: Integers, floors: Integers, small: int) -> tuple[Integers, Integers]:
    """(tens, values) of single cells, none below what a live page shows to be there at least.

    `floors` are these least numbers, 0 where there is none. A number below them would contradict
    the live page; and read together, its belief in the noise would leave next to nothing between
    the two. It follows from what is public and from the noisy number, so nothing more is told.
    """
    tens = display(noisy, np.iinfo(np.int32).min, _TEN)
    floors = _effective(floors, small)
    is_low = (floors > 0) & ((tens < floors) | (noisy < small))
    tens = np.where(is_low, _ten_above(floors), tens)
    return tens, np.where((noisy < small) & ~is_low, FEWER, tens)


def _effective(floors: Integers, small: int) -> Integers:
    """Those that "fewer than `small`" contradicts, or leaves with nothing but the noise above."""
    return np.where(floors >= small - 1, floors, 0)


def _ten_above(floors: Integers) -> Integers:
    return -(-floors // _TEN) * _TEN
