"""All public cubes together, as declared: what they tell of one act, and of small cells by sums."""

from collections.abc import Callable, Iterator

import numpy as np
import numpy.typing as npt
import pytest
from tests.disclosure.attacks import tell_from_noise

from enishi.disclosure.noise import chance_of_telling, stock_noise
from enishi.disclosure.rounding import FEWER, display
from enishi.statistics.cubes import CUBES, Act, Audience, Cube, Dim, cell_name

KEY = b"attacked by its own test suite.."
PERIODS = 36
Integers = npt.NDArray[np.int64]
Counts = dict[tuple[int, ...], int]
# What a key of one dimension says of another: from fine to coarse.
COARSER: dict[tuple[Dim, Dim], Callable[[int], int]] = {
    (Dim.PLACE, Dim.PLACE_PREFECTURE): lambda place: place // 37,
    (Dim.PLACE, Dim.PLACE_CLASS): lambda place: place % 12,
    (Dim.HOME_PREFECTURE, Dim.HOME_REGION): lambda prefecture: prefecture // 6,
}
SIZES = {
    Dim.PLACE: 1741,
    Dim.HOME_PREFECTURE: 47,
    Dim.AGE: 10,
    Dim.THEME: 13,
    Dim.CHANNEL: 4,
    Dim.TIE: 4,
    Dim.PROGRAMME_KIND: 8,
    Dim.SUBJECT: 300,
}


def public(act: Act) -> list[Cube]:
    return [cube for cube in CUBES if cube.act is act and cube.audience is Audience.PUBLIC]


@pytest.mark.parametrize("act", Act)
def test_ten_years_of_all_public_cubes_tell_one_act_in_at_most_two_of_five(act: Act) -> None:
    exposure = sum(cube.exposure for cube in public(act))
    assert chance_of_telling(1, exposure**-0.5) <= 0.40


def test_five_years_of_the_cubes_that_tell_most_are_attacked() -> None:
    """Daily releases as if they were monthly: what the later ones add is in the formula above."""
    act = max(Act, key=lambda act: sum(cube.exposure for cube in public(act)))
    cubes = [
        (cube.name, cube.sigma, min(cube.lifetime or 60, cube.every.in_ten_years, 60))
        for cube in public(act)
    ]
    assert 0.2 < tell_from_noise(KEY, cubes, 800) <= 0.40


def _coarsened(coarse: Cube, fine: Cube) -> list[Callable[[tuple[int, ...]], int]] | None:
    """For each dimension of `coarse` how a cell of `fine` gives it; None if one does not."""
    found: list[Callable[[tuple[int, ...]], int]] = []
    for dim in coarse.dimensions:
        ways = [
            (lambda cell, at=at, way=way: way(cell[at]))
            for at, of in enumerate(fine.dimensions)
            if (way := (lambda key: key) if of is dim else COARSER.get((of, dim))) is not None
        ]
        if not ways:
            return None
        found.append(ways[0])
    return found


def pairs() -> Iterator[tuple[Cube, Cube]]:
    """All pairs in which each cell of the first is a sum of cells of the second."""
    for coarse in CUBES:
        for fine in CUBES:
            shares = coarse.act is fine.act and coarse is not fine and fine.adds_up
            if shares and coarse.adds_up and _coarsened(coarse, fine) is not None:
                yield coarse, fine


def _counts(cube: Cube) -> Integers:
    """A dozen people a cell, by its dimensions: a few large keys in each, and many small ones."""
    random = np.random.default_rng(7)
    shape = tuple(SIZES.get(dim, 48) for dim in cube.dimensions)
    people = 12 * int(np.prod(shape))
    columns = []
    for size in shape:
        chance = random.pareto(1.0, size) + 0.1
        columns.append(random.choice(size, people, p=chance / chance.sum()))
    cells = np.ravel_multi_index(columns, shape)
    return np.bincount(cells, minlength=int(np.prod(shape))).reshape(shape)


def _printed(cube: Cube, counts: Counts, turn: int) -> Integers:
    """In the order of `counts`; each turn has a key of its own."""
    keys = [{d: f"{k:03}" for d, k in zip(cube.dimensions, cell, strict=True)} for cell in counts]
    key, names = bytes([turn]) * 32, [cell_name(cube.act, each) for each in keys]
    noise = stock_noise(key, names, PERIODS, cube.sigma)
    shown = display(np.array(list(counts.values())) + noise, cube.small)
    return np.where(shown == FEWER, 5, shown)


def _exact(_cube: Cube, counts: Counts, _turn: int) -> Integers:
    return np.array(list(counts.values()))


def _named(coarse: Cube, fine: Cube, publish: Callable[[Cube, Counts, int], Integers]) -> float:
    """Share of the cells of 1 to 9 that are a cell of `coarse` less the others of `fine` in it."""
    ways = _coarsened(coarse, fine)
    assert ways is not None
    table = _counts(fine)
    counts = {cell: int(table[cell]) for cell in np.ndindex(*table.shape)}
    keys = [tuple(way(cell) for way in ways) for cell in counts]
    above: Counts = dict.fromkeys(keys, 0)
    for key, count in zip(keys, counts.values(), strict=True):
        above[key] += count
    number = {key: at for at, key in enumerate(above)}
    parent = np.array([number[key] for key in keys])
    true = np.array(list(counts.values()))
    small = (true > 0) & (true < 10)
    named = []
    for turn in range(max(1, 2_000 // len(true))):
        totals, shown = publish(coarse, above, turn), publish(fine, counts, turn)
        others = np.bincount(parent, shown, len(above))[parent] - shown
        named.append((totals[parent] - others == true)[small])
    assert np.size(named) > 300
    return float(np.mean(named))


@pytest.mark.parametrize(("coarse", "fine"), list(pairs()), ids=lambda cube: cube.name)
def test_a_sum_less_its_other_cells_does_not_name_a_small_cell(coarse: Cube, fine: Cube) -> None:
    assert _named(coarse, fine, _printed) <= 0.11  # a blind guess among 1 ... 9
    assert _named(coarse, fine, _exact) == 1.0
