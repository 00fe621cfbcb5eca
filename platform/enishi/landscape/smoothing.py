"""Hysteresis for the number of groups between runs (Polis: group-k-smoother, group-k-buffer)."""

from dataclasses import dataclass

BUFFER = 4  # consecutive runs in which a new number must be the best


@dataclass(frozen=True, slots=True)
class SteadyCount:
    """count: the number to show. best: of the last run. runs: in how many consecutive runs."""

    count: int
    best: int
    runs: int


def steady_count(earlier: SteadyCount | None, best: int, buffer: int = BUFFER) -> SteadyCount:
    """Change the number of groups once another one was best in `buffer` consecutive runs.

    The first run shows its best at once. Pass the count on as Parameters(groups=count).
    """
    if earlier is None:
        return SteadyCount(best, best, 1)
    runs = earlier.runs + 1 if best == earlier.best else 1
    return SteadyCount(best if runs >= buffer else earlier.count, best, runs)
