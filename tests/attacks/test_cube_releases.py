"""Attacks on released cubes, through the release service and the rows that it stored."""

from datetime import date, timedelta
from itertools import combinations

import numpy as np
import pytest
from tests.disclosure import attacks
from tests.disclosure.attacks import FEWER, Integers, name_others, tell_from_noise

from enishi.disclosure.bands import band
from enishi.disclosure.noise import chance_of_telling
from enishi.kit import clock, db
from enishi.statistics.cubes import BY_NAME, CUBES, Act, Cube, exposure
from enishi.statistics.periods import Cadence
from enishi.statistics.queries import cube_releases
from enishi.statistics.service import cube_releases as service

_KEY = b"attacked by its own test suite.."
_MONTHS = 60
_BEGINS = date(2021, 11, 1)
_NOW = date(2026, 11, 2)
_CELLS = BY_NAME["tie.place"].keys()

_ACTS = """
INSERT INTO statistics_fact (act_id, source, kind, day, person_key, home_prefecture, age_band,
    place_code, amount)
SELECT gen_random_uuid(), 'tests', CASE WHEN n > 0 THEN 'registration.opened'
    ELSE 'registration.withdrawn' END, d, NULL, '13', '30-39', p, abs(n)
FROM unnest($1::text[], $2::date[], $3::integer[]) AS t (p, d, n) WHERE n <> 0
"""


def _month_start(month: int) -> date:
    months = _BEGINS.month - 1 + month
    return date(_BEGINS.year + months // 12, months % 12 + 1, 1)


async def _released(counts: Integers) -> Integers:
    """Counts of every municipality by month, as 60 monthly releases print them; FEWER is -1."""
    flows = np.diff(counts, axis=1, prepend=0)
    await db.fetch(
        _ACTS,
        [code for (code,) in _CELLS for _ in range(_MONTHS)],
        [_month_start(month) for month in range(_MONTHS)] * len(_CELLS),
        flows.ravel().tolist(),
    )
    since = dict.fromkeys(Cadence, _NOW - timedelta(days=2)) | {Cadence.MONTH: _BEGINS}
    with clock.frozen_at(clock.start_of_day(_NOW) + timedelta(hours=4)):
        await service.publish((), since=since)
    columns = []
    for period, _ in reversed(await cube_releases.list_periods("tie.place")):
        release = await cube_releases.find_latest("tie.place", period)
        assert release is not None
        columns.append([FEWER if row.value is None else row.value for row in release.rows])
    return np.array(columns).T


async def test_own_accounts_over_sixty_releases_do_not_name_a_cell(own_database: None) -> None:
    """Ten of them dither in every municipality; the attacker is told that 1-9 others are there."""
    random = np.random.default_rng(11)
    others = random.integers(1, 10, len(_CELLS))
    own = random.integers(20, 31, (len(_CELLS), _MONTHS))  # so many that every cell is printed
    printed = await _released(others[:, None] + own)
    assert printed.shape == (len(_CELLS), _MONTHS)
    for months in (12, 30, _MONTHS):
        named = name_others(printed[:, :months], own[:, :months], BY_NAME["tie.place"].sigma)
        assert 0.05 < (named == others).mean() <= 0.32, months
    # The bands of before, in eleven releases with one more account in each.
    steps = np.tile(np.arange(11), (len(_CELLS), 1))
    named = attacks.name_others_by_bands(band(others[:, None] + steps).bands, steps)
    assert (named == others).mean() == 1.0


@pytest.mark.parametrize("cube", CUBES, ids=lambda cube: cube.name)
def test_all_releases_of_a_cube_hardly_tell_one_act(cube: Cube) -> None:
    assert chance_of_telling(cube.releases, cube.sigma) <= 0.22


@pytest.mark.parametrize("act", Act)
def test_nor_do_all_public_cubes_together(act: Act) -> None:
    """Measured over the newest forty releases of each, and by the formula over ten years."""
    assert chance_of_telling(1, exposure(act) ** -0.5) <= 0.40
    cubes = [
        (cube.name, cube.sigma, min(cube.releases, 40))
        for cube in CUBES
        if cube.act is act and cube.audience == "public"
    ]
    assert 0.1 < tell_from_noise(_KEY, cubes, 500) <= 0.40


async def test_a_total_less_the_other_cells_tells_no_more_than_the_cell() -> None:
    """Over all pairs of cubes that share a sum: parts and totals, as printed."""
    random = np.random.default_rng(3)
    counts = random.negative_binomial(0.9, 0.02, (len(_CELLS), 1)).repeat(_MONTHS, axis=1)
    printed = (await _released(counts))[:, -1]
    true = counts[:, -1]
    totals = {}
    for name in ("tie.prefecture", "tie.class", "tie.age"):
        release = await cube_releases.find_latest(name)
        assert release is not None
        totals[name] = sum(row.value or 0 for row in release.rows)
    for one, other in combinations(totals, 2):
        assert totals[one] != 0
        assert abs(totals[one] - totals[other]) <= 200  # hidden cells alone set them apart
    release = await cube_releases.find_latest("tie.prefecture")
    assert release is not None
    of_prefecture = release.by_key()
    shown = np.where(printed == FEWER, 5, printed)
    right = []
    for prefecture in {code[:2] for (code,) in _CELLS}:
        rows = np.array([i for i, (code,) in enumerate(_CELLS) if code[:2] == prefecture])
        rest = (of_prefecture[prefecture,] or 0) - (shown[rows].sum() - shown[rows])
        small = (true[rows] > 0) & (true[rows] < 10)
        right += (rest[small] == true[rows][small]).tolist()
    assert len(right) > 100
    assert np.mean(right) <= 0.11
