"""Counting the cells of cubes over the facts: exact numbers, which never leave the release."""

from collections.abc import Sequence
from datetime import date

import numpy as np
import numpy.typing as npt

from enishi.kit import db
from enishi.statistics.cubes import Cube, Key
from enishi.statistics.queries import cube_sql

Integers = npt.NDArray[np.int64]

# Hash tables of a million people stay in memory instead of in temporary files.
_MEMORY = "SET LOCAL work_mem = '64MB'"


async def count_stocks(
    cubes: Sequence[Cube], ends: Sequence[date], subjects: Sequence[str] = ()
) -> list[Integers]:
    """Of each cube, what stands in each of its cells at the end of each of the days `ends`.

    The cubes count one act; `ends` ascends. An array has a row for each cell, as Cube.keys orders
    them, and a column for each day. Acts of a value that is no key of a dimension are left out.
    """
    keys = [cube.keys(subjects) for cube in cubes]
    found = [np.zeros((len(of_cube), len(ends)), dtype=np.int64) for of_cube in keys]
    rows_of = [{key: row for row, key in enumerate(of_cube)} for of_cube in keys]
    async with db.unit_of_work():
        await db.execute(_MEMORY)
        counted = await db.fetch(cube_sql.count(cubes[0].act, cubes), list(ends))
    for each in counted:
        cube = cubes[each["cube"]]
        key = _key(cube, (each["a"], each["b"]))
        row = None if key is None else rows_of[each["cube"]].get(key)
        if row is not None:
            found[each["cube"]][row, each["period"]] += each["n"]
    return [np.cumsum(stock, axis=1) for stock in found]


def _key(cube: Cube, values: tuple[str, str]) -> Key | None:
    key = [
        dimension.key_of(value) for dimension, value in zip(cube.dimensions, values, strict=False)
    ]
    return None if None in key else tuple(each for each in key if each is not None)
