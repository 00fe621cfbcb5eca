"""Attacks on published counts of people. They see arrays, wherever these come from.

`printed` and `own` have a row for each cell and a column for each release, FEWER being -1; own
accounts of the attacker are among the counts. Each attack is at least as strong as an outsider can
be: it knows the method, sigma and the number of releases, everything but the key.
"""

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from enishi.disclosure.noise import draws, spread, weights
from enishi.disclosure.rounding import FEWER

Integers = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]
OTHERS = range(1, 10)  # what the attacker is told: one to nine others are in each cell


def root(releases: int) -> Floats:
    """L: the noise of release m is sigma (L z)(m), with one draw z a period."""
    found = np.zeros((releases, releases))
    for back, weight in enumerate(weights(releases)):
        found += weight * np.eye(releases, k=-back)
    return found


def covariance(releases: int, sigma: float, base: int) -> Floats:
    """Of what an attacker sees: noise, and the error of rounding to `base` (1: as it is drawn)."""
    matrix = root(releases)
    return sigma**2 * matrix @ matrix.T + np.eye(releases) * base**2 / 12


def name_others(printed: Integers, own: Integers, sigma: float, *, base: int = 10) -> Integers:
    """How many others are in each cell, by generalised least squares over all releases.

    With dithering own accounts the errors of rounding are nearly uniform and independent, so that
    this is the maximum likelihood among 1 ... 9. A release that shows FEWER counts as the middle.
    """
    releases = printed.shape[1]
    seen = np.where(printed == FEWER, np.mean(OTHERS), printed - own)
    weight = np.linalg.solve(covariance(releases, sigma, base), np.ones(releases))
    estimate = np.rint(seen @ weight / weight.sum()).astype(np.int64)
    return np.clip(estimate, OTHERS[0], OTHERS[-1])


def name_others_by_bands(bands: npt.NDArray[np.int8], own: Integers) -> Integers:
    """How many others are in each cell: ten less the own accounts with which its band flips."""
    flipped = bands != bands[:, :1]
    return 10 - own[np.arange(len(own)), flipped.argmax(axis=1)]


def advantage(without: Floats, with_act: Floats) -> float:
    """The largest TPR - FPR of a test that says "it happened" above a threshold."""
    cuts = np.sort(np.concatenate([without, with_act]))
    true_positives = 1 - np.searchsorted(np.sort(with_act), cuts, side="right") / len(with_act)
    false_positives = 1 - np.searchsorted(np.sort(without), cuts, side="right") / len(without)
    return float((true_positives - false_positives).max())


def tell_one_act(
    without: Integers, with_act: Integers, first: int, sigma: float, *, base: int = 10
) -> float:
    """How well an insider who knows all others tells an act in period `first` (from 0).

    Both tables hold what is printed less what the insider knows, once without the act and once
    with it. The score is the likelihood ratio over all releases.
    """
    releases = without.shape[1]
    act = (np.arange(releases) >= first).astype(np.float64)
    weight = np.linalg.solve(covariance(releases, sigma, base), act)
    return advantage(without @ weight, with_act @ weight)


def tell_from_noise(
    key: bytes, cubes: Sequence[tuple[str, float, int]], worlds: int, first: int = 0
) -> float:
    """As `tell_one_act`, from the unrounded noise of several cubes that all count the act.

    `cubes`: name, sigma and releases since period `first`. Each of the `worlds` has cells of its
    own. The likelihood ratio of a cube is that of its whitened noise: an act in period t moves draw
    t + k by f(k) / sigma, since the weights are the square root of adding up.
    """
    score, exposure = np.zeros(worlds), 0.0
    for name, sigma, releases in cubes:
        names = [f"{name}|world={world}" for world in range(worlds)]
        for back, weight in enumerate(weights(releases)):
            score += weight / sigma * draws(key, names, first + back)
        exposure += (spread(releases) / sigma) ** 2
    return advantage(score, score + exposure)
