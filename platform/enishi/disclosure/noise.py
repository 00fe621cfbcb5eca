"""Noise that depends on a cell and a period, never on what is counted ("keyed root noise").

What is released of a running count (a stock) after m closed periods is count + N(m), with

    N(m) = round(sigma * sum_{j < m} f(m-1-j) z(j)),  f(0) = 1,  f(k) = f(k-1) (1 - 1/(2k)),

where z(j) is a standard normal number drawn with HMAC-SHA-256 from a secret key, the name of the
cell and the period j. The weights f are the square root of adding up: convolved with themselves
they are 1, 1, 1, ... (Fichtenberger, Henzinger and Upadhyay: "Constant matters: fine-grained error
bound on differentially private continual observation", ICML 2023). A count that somebody moves with
accounts of their own keeps its noise, so such accounts teach nothing; and all releases of m periods
together tell one act no better than a single one with the standard deviation sigma / spread(m).

The noise of a flow over [a, b) is N(b) - N(a), never a draw of its own.
"""

import hmac
from collections.abc import Sequence
from functools import cache
from statistics import NormalDist

import numpy as np
import numpy.typing as npt

Integers = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]

KEY_BYTES = 32
_STANDARD = NormalDist()
_inverse_cdf = np.frompyfunc(_STANDARD.inv_cdf, 1, 1)
_BITS = 52  # of each HMAC: with one more bit for the half, a double holds the fraction exactly


@cache
def weights(periods: int) -> Floats:
    """f(0) ... f(periods - 1), read-only: 1, 1/2, 3/8, 5/16, ..."""
    ratios = 1 - 0.5 / np.arange(1, max(periods, 1))
    found = np.concatenate([[1.0], np.cumprod(ratios)])[:periods]
    found.flags.writeable = False
    return found


def spread(periods: int) -> float:
    """sqrt(f(0)^2 + ... + f(periods - 1)^2).

    In units of sigma, the standard deviation of N(periods); and the reach of one act over
    `periods` releases, so that (spread / sigma)^2 is its exposure.
    """
    return float(np.sqrt(np.square(weights(periods)).sum()))


def draws(key: bytes, names: Sequence[str], period: int) -> Floats:
    """One standard normal number a name, the same for the same key, name and period.

    It is the inverse normal distribution function of (u + 1/2) / 2^52, u being the first 52 bits of
    HMAC-SHA-256(key, name + "|" + period). Raises ValueError for a key that is not 32 bytes long,
    and for a negative period.
    """
    if len(key) != KEY_BYTES:
        raise ValueError("the key of the figures has 32 bytes")
    if period < 0:
        raise ValueError("periods are numbered from 0")
    tail = f"|{period}".encode()
    digests = b"".join(hmac.digest(key, name.encode() + tail, "sha256")[:8] for name in names)
    bits = np.frombuffer(digests, dtype=">u8") >> np.uint64(64 - _BITS)
    return np.asarray(_inverse_cdf((bits + 0.5) / 2**_BITS), dtype=np.float64)


class StockNoise:
    """N of the same named cells for one number of periods after the other: each draw made once."""

    def __init__(self, key: bytes, names: Sequence[str]) -> None:
        self._key, self._names = key, names
        self._drawn: list[Floats] = []

    def of(self, periods: int, sigma: float) -> Integers:
        """N(periods) of each cell, in whole people: to be added to what stands after them.

        Its standard deviation is sigma * spread(periods). Raises ValueError for fewer than one
        period.
        """
        if periods < 1:
            raise ValueError("nothing is released before a period has closed")
        while len(self._drawn) < periods:
            self._drawn.append(draws(self._key, self._names, len(self._drawn)))
        total = np.zeros(len(self._names))
        for weight, drawn in zip(weights(periods)[::-1], self._drawn, strict=False):
            total += weight * drawn
        return np.rint(sigma * total).astype(np.int64)


def stock_noise(key: bytes, names: Sequence[str], periods: int, sigma: float) -> Integers:
    """N(periods) of each named cell: StockNoise for a single number of periods."""
    return StockNoise(key, names).of(periods, sigma)


def period_noise(key: bytes, names: Sequence[str], period: int, sigma: float) -> Integers:
    """Noise sigma * z(period), in whole people, of a count of one period that does not run on.

    Each act lies in one such release, so its exposure is 1 / sigma^2.
    """
    return np.rint(sigma * draws(key, names, period)).astype(np.int64)


def chance_of_telling(periods: int, sigma: float) -> float:
    """The largest advantage (true less false positives) in telling whether one act happened.

    It is that of the best test on all releases of `periods` periods by somebody who knows every
    other act: 2 Phi(spread / (2 sigma)) - 1.
    """
    return 2 * _STANDARD.cdf(spread(periods) / (2 * sigma)) - 1
