"""One measured figure, beside a yardstick taken in the same run."""

import os
import platform
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any


@dataclass(frozen=True)
class BenchRow:
    """`value` in `unit`; `ratio` is value ÷ the yardstick's value, where there is a yardstick."""

    name: str
    value: float
    unit: str
    yardstick: str = ""
    ratio: float | None = None
    note: str = ""

    def as_json(self) -> dict[str, Any]:
        return asdict(self)


def table(measured: Mapping[str, Sequence[BenchRow]]) -> str:
    """The rows by module, as a Markdown table, which is also readable in a terminal."""
    lines = [
        "| module | what | value | unit | yardstick | ratio | note |",
        "|---|---|---:|---|---|---:|---|",
    ]
    lines += [
        f"| {module} | {row.name} | {_number(row.value)} | {row.unit} | {row.yardstick} "
        f"| {'' if row.ratio is None else _number(row.ratio)} | {row.note} |"
        for module, rows in measured.items()
        for row in rows
    ]
    return "\n".join(lines)


def machine() -> dict[str, Any]:
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    return {
        "cores": os.cpu_count(),
        "memory_gib": round(memory / 2**30, 1),
        "processor": platform.processor() or platform.machine(),
        "python": platform.python_version(),
        "load_before": os.getloadavg()[0],
    }


def _number(value: float) -> str:
    if abs(value) >= 100:
        return f"{value:,.0f}"
    return f"{value:.3g}"
