"""Random values of the sample, all from one seed: the same seed and day give the same rows."""

import hashlib
import uuid
from datetime import UTC, datetime, timedelta
from typing import Any

import numpy as np
import numpy.typing as npt

from enishi.kit.bulk import Bytes

Floats = npt.NDArray[np.float64]
Times = npt.NDArray[np.int64]  # microseconds since 1970, UTC
Places = npt.NDArray[np.int64]  # rows of another array

SECOND = 1_000_000
MINUTE, HOUR, DAY = 60 * SECOND, 3600 * SECOND, 86_400 * SECOND

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_RECEIPT_LETTERS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"


def generator(seed: int, *purpose: str | int) -> np.random.Generator:
    """A random generator for each purpose, so that more draws for one do not change the others."""
    digest = hashlib.sha256(repr((seed, purpose)).encode()).digest()
    return np.random.default_rng(int.from_bytes(digest[:16], "big"))


def random_ids(rng: np.random.Generator, count: int) -> Bytes:
    """UUIDv4, (count, 16): for ids that must not reveal a time or an order."""
    ids = rng.integers(0, 256, (count, 16), dtype=np.uint8)
    ids[:, 6] = ids[:, 6] & 0x0F | 0x40
    ids[:, 8] = ids[:, 8] & 0x3F | 0x80
    return ids


def timed_ids(rng: np.random.Generator, times: Times) -> Bytes:
    """UUIDv7 with these instants, (count, 16)."""
    ids = random_ids(rng, len(times))
    ids[:, 6] = ids[:, 6] & 0x0F | 0x70
    milliseconds = (times // 1000).astype(">i8").view(np.uint8).reshape(len(times), 8)
    ids[:, :6] = milliseconds[:, 2:]
    return ids


def timed_id(rng: np.random.Generator, time: int) -> uuid.UUID:
    return uuid.UUID(bytes=timed_ids(rng, np.array([time])).tobytes())


def receipt(rng: np.random.Generator) -> str:
    letters = "".join(_RECEIPT_LETTERS[each] for each in rng.integers(0, 32, 16))
    return "-".join(letters[at : at + 4] for at in range(0, 16, 4))


def as_bytes(ids: list[uuid.UUID]) -> Bytes:
    return np.frombuffer(b"".join(each.bytes for each in ids), np.uint8).reshape(len(ids), 16)


def microseconds(instant: datetime) -> int:
    return (instant - _EPOCH) // timedelta(microseconds=1)


def choose(rng: np.random.Generator, weights: Floats, count: int) -> Places:
    """`count` indexes drawn by weight, with repetition."""
    sums = np.cumsum(weights)
    drawn: Places = np.searchsorted(sums, rng.random(count) * sums[-1], side="right")
    return np.minimum(drawn, len(weights) - 1)


def choose_each(rng: np.random.Generator, weights: Floats) -> Places:
    """One column index for each row of weights (rows, kinds), which need not add up to 1."""
    sums = np.cumsum(weights, axis=1)
    drawn: Any = (sums < (rng.random(len(weights)) * sums[:, -1])[:, None]).sum(axis=1)
    return np.asarray(drawn, np.int64)
