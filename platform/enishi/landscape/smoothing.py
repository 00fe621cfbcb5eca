"""Keeps the number of groups steady between runs (Polis: group-k-smoother, group-k-buffer)."""

from dataclasses import dataclass

BUFFER = 4  # runs in a row that a new number must be best


@dataclass(frozen=True, slots=True)
class SteadyCount:
    """count: the number to show. best: that of the last run; runs: how often in a row."""

    count: int
    best: int
    runs: int


def steady_count(earlier: SteadyCount | None, best: int, buffer: int = BUFFER) -> SteadyCount:
    """Follow the best number of groups only once it was best so many runs in a row.

    The first run shows its best at once. Ask for it with Parameters(groups=count).
    """
    if earlier is None:
        return SteadyCount(best, best, 1)
    runs = earlier.runs + 1 if best == earlier.best else 1
    return SteadyCount(best if runs >= buffer else earlier.count, best, runs)
