"""All public cubes together, as declared: what they tell of one act, and of small cells by sums."""

from collections.abc import Callable, Iterator

import numpy as np
import numpy.typing as npt
import pytest
from tests.disclosure.attacks import tell_from_noise

from enishi.disclosure.noise import chance_of_telling, stock_noise
from enishi.disclosure.rounding import FEWER, display
from enishi.places import queries as places
from enishi.statistics.cube_dimensions import THEME, CubeDimension
from enishi.statistics.cubes import CUBES, MOST_THEMES, Act, Cube, Key, exposure

KEY = b"attacked by its own test suite.."
PERIODS = 36
SUBJECTS = [f"dialogue-{number}" for number in range(60)]
Integers = npt.NDArray[np.int64]
Publish = Callable[[Cube, list[Key], Integers, int], Integers]


@pytest.fixture(autouse=True)
def _places() -> None:
    places.load()


def _public(act: Act) -> list[Cube]:
    return [cube for cube in CUBES if cube.act is act and cube.audience == "public"]


@pytest.mark.parametrize("act", Act)
def test_ten_years_of_all_public_cubes_tell_one_act_in_at_most_two_of_five(act: Act) -> None:
    assert chance_of_telling(1, exposure(act) ** -0.5) <= 0.40


def test_five_years_of_the_cubes_that_tell_most_are_attacked() -> None:
    """Daily releases as if they were monthly: what the later ones add is in the formula above."""
    cubes = [
        (f"{cube.name}.{cell}", cube.sigma, min(cube.releases, 60))
        for cube in _public(max(Act, key=exposure))
        for cell in range(MOST_THEMES if THEME in cube.dimensions else 1)
    ]
    assert 0.2 < tell_from_noise(KEY, cubes, 800) <= 0.40


def _coarser(fine: CubeDimension, coarse: CubeDimension) -> dict[str, str] | None:
    """From keys of `fine` to the key of `coarse` that is their sum; None if one is no sum."""
    if fine.is_open:
        return {key: key for key in SUBJECTS}
    found: dict[str, str] = {}
    for above, leaves in coarse.members().items():
        below = {key: each for key, each in fine.members().items() if each <= leaves}
        if frozenset().union(*below.values()) != leaves:
            return None
        found |= dict.fromkeys(below, above)
    return found


def _ways(coarse: Cube, fine: Cube) -> list[tuple[int, dict[str, str]]] | None:
    """For each dimension of `coarse` which one of `fine` gives it, and how; None without."""
    found = []
    for above in coarse.dimensions:
        at = [n for n, below in enumerate(fine.dimensions) if below.family == above.family]
        way = _coarser(fine.dimensions[at[0]], above) if at else None
        if way is None:
            return None
        found.append((at[0], way))
    # With as many keys it is the same table.
    return found if len(coarse.keys(SUBJECTS)) < len(fine.keys(SUBJECTS)) else None


def pairs() -> Iterator[tuple[Cube, Cube]]:
    """All pairs in which each cell of the first is a sum of cells of the second."""
    places.load()
    for coarse in CUBES:
        for fine in CUBES:
            one_cell_each = THEME not in (*coarse.dimensions, *fine.dimensions)
            if coarse.act is fine.act and one_cell_each and _ways(coarse, fine) is not None:
                yield coarse, fine


PAIRS = list(pairs())


def _counts(cube: Cube) -> Integers:
    """A dozen people a cell, by its dimensions: a few large keys in each, and many small ones."""
    random = np.random.default_rng(7)
    shape = tuple(len(SUBJECTS) if d.is_open else len(d.keys()) for d in cube.dimensions)
    cells = int(np.prod(shape))
    columns = []
    for size in shape:
        chance = random.pareto(1.0, size) + 0.1
        columns.append(random.choice(size, 12 * cells, p=chance / chance.sum()))
    return np.bincount(np.ravel_multi_index(columns, shape), minlength=cells)


def _printed(cube: Cube, keys: list[Key], counts: Integers, turn: int) -> Integers:
    """What readers see; each turn has a key of its own."""
    shown = display(_unrounded(cube, keys, counts, turn), cube.small)
    return np.where(shown == FEWER, 5, shown)


def _unrounded(cube: Cube, keys: list[Key], counts: Integers, turn: int) -> Integers:
    """What nobody sees: the noise before it is rounded to tens."""
    return counts + stock_noise(bytes([turn]) * 32, cube.cell_names(keys), PERIODS, cube.sigma)


def _exact(_cube: Cube, _keys: list[Key], counts: Integers, _turn: int) -> Integers:
    return counts


def _blind(small: Integers) -> float:
    """How often guessing the commonest number for all of them is right."""
    return float(np.bincount(small).max() / len(small))


def _named(coarse: Cube, fine: Cube, publish: Publish) -> tuple[float, float]:
    """Share of the cells of 1 to 9 that a sum of `coarse` less its other cells of `fine` names.

    The attacker knows which cells are of 1 to 9: a difference beyond is taken as the nearest. The
    second number is the share that a blind guess names.
    """
    ways = _ways(coarse, fine)
    assert ways is not None
    counts = dict(zip(fine.keys(SUBJECTS), _counts(fine).tolist(), strict=True))
    above = {  # cells without a coarse one (dialogues of no place) are in no sum
        key: tuple(way[key[at]] for at, way in ways)
        for key in counts
        if all(key[at] in way for at, way in ways)
    }
    keys, sums = list(above), list(dict.fromkeys(above.values()))
    number = {key: at for at, key in enumerate(sums)}
    parent = np.array([number[above[key]] for key in keys])
    true = np.array([counts[key] for key in keys], dtype=np.int64)
    totals_true = np.bincount(parent, true, len(sums)).astype(np.int64)
    small = (true > 0) & (true < 10)
    named = []
    for turn in range(max(1, 1_000 // len(true))):
        totals, shown = publish(coarse, sums, totals_true, turn), publish(fine, keys, true, turn)
        others = np.bincount(parent, shown, len(sums))[parent] - shown
        named.append((np.clip(totals[parent] - others, 1, 9) == true)[small])
    assert np.size(named) > 100
    return float(np.mean(named)), _blind(true[small])


@pytest.mark.parametrize(
    ("coarse", "fine"), PAIRS, ids=[f"{coarse.name}-{fine.name}" for coarse, fine in PAIRS]
)
def test_a_sum_less_its_other_cells_names_no_small_cell_better_than_a_guess(
    coarse: Cube, fine: Cube
) -> None:
    for publish in (_printed, _unrounded):  # of few cells the share varies by some hundredths
        named, blind = _named(coarse, fine, publish)
        assert named <= blind + 0.05
    assert _named(coarse, fine, _exact)[0] == 1.0


def test_every_kind_of_sum_is_among_the_pairs() -> None:
    named = {f"{coarse.name} {fine.name}" for coarse, fine in PAIRS}
    assert {
        "tie.nation tie.place",
        "tie.prefecture tie.place",
        "tie.class tie.place",
        "tie.prefecture tie.from_to",
        "part.subject part.subject_age",
        "visit.nation visit.kind",
    } <= named
