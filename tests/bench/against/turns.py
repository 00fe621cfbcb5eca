"""Turns of two sides, and what they come to: medians, spreads, ratios, one table."""

import statistics
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

BASE, NOW = "base", "now"
# A turn with more answers than this part that were errors measured something else.
MOST_ERRORS = 0.01


@dataclass(frozen=True)
class Turn:
    """What one load on one side came to; `parts` are µs of processor time a request."""

    requests: int
    errors: int
    rate: float
    p50_ms: float
    p99_ms: float
    parts: Mapping[str, float]

    @property
    def total(self) -> float:
        """Processor time a request, µs: the sum of all parts."""
        return sum(self.parts.values())

    def as_json(self) -> dict[str, Any]:
        return asdict(self) | {"total": self.total}


@dataclass(frozen=True)
class Spread:
    median: float
    least: float
    most: float

    def __str__(self) -> str:
        return f"{_number(self.median)} ({_number(self.least)}..{_number(self.most)})"


@dataclass(frozen=True)
class Comparison:
    """One row: turn n of the base stands beside turn n of the present state."""

    name: str
    base: Sequence[Turn]
    now: Sequence[Turn]

    @property
    def ratio(self) -> float:
        """Median processor time a request now, divided by that of the base."""
        return spread([turn.total for turn in self.now]).median / (
            spread([turn.total for turn in self.base]).median
        )

    @property
    def ratios(self) -> Spread:
        """The ratios of neighbouring turns: what changed on the machine meanwhile cancels out."""
        pairs = zip(self.base, self.now, strict=True)
        return spread([now.total / base.total for base, now in pairs])

    def failures(self) -> list[str]:
        """Sides whose load met errors, in words."""
        return [
            f"{self.name}, {side}: {turn.errors} of {turn.requests} answers were errors"
            for side, turns in ((BASE, self.base), (NOW, self.now))
            for turn in turns
            if turn.errors > MOST_ERRORS * turn.requests
        ]

    def as_json(self) -> dict[str, Any]:
        return {
            "name": self.name,
            "ratio": self.ratio,
            "ratios": asdict(self.ratios),
            BASE: [turn.as_json() for turn in self.base],
            NOW: [turn.as_json() for turn in self.now],
        }


def order(turns: int) -> Iterator[tuple[str, str]]:
    """The sides of each turn: the one that began is the second one the next time."""
    for turn in range(turns):
        yield (BASE, NOW) if turn % 2 == 0 else (NOW, BASE)


def spread(values: Sequence[float]) -> Spread:
    return Spread(statistics.median(values), min(values), max(values))


def table(comparisons: Sequence[Comparison]) -> str:
    """Two lines a row, as a Markdown table; parts in µs of processor time a request."""
    parts = list(comparisons[0].base[0].parts) if comparisons else []
    heads = ["row", "side", "requests/s", "p50 ms", "p99 ms", *parts, "sum µs", "now ÷ base"]
    lines = [heads, ["---", "---", *["---:"] * (len(heads) - 2)]]
    for each in comparisons:
        lines.append([each.name, BASE, *_figures(each.base, parts), ""])
        ratios = each.ratios
        beside = f"**{each.ratio:.2f}** ({ratios.least:.2f}..{ratios.most:.2f})"
        lines.append(["", NOW, *_figures(each.now, parts), beside])
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def _figures(turns: Sequence[Turn], parts: Sequence[str]) -> list[str]:
    medians = [
        [turn.p50_ms for turn in turns],
        [turn.p99_ms for turn in turns],
        *([turn.parts[part] for turn in turns] for part in parts),
    ]
    return [
        str(spread([turn.rate for turn in turns])),
        *(_number(statistics.median(values)) for values in medians),
        str(spread([turn.total for turn in turns])),
    ]


def _number(value: float) -> str:
    return f"{value:,.0f}" if value >= 100 else f"{value:.1f}"
