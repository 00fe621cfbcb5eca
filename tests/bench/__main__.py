"""Measure what the project promises, print one table, keep it as .enishi/bench.json.

    python -m tests.bench            the quick rows
    python -m tests.bench --full     also the large ones (minutes, gigabytes)
    python -m tests.bench NAME …     only modules whose name contains one of these

A module of this folder takes part by having `rows(*, full: bool) -> Iterable[BenchRow]`; with
ASKED_FOR = True only by its name or with --full, because it makes an environment of its own.
"""

import argparse
import importlib
import json
import os
import platform
import sys
import traceback
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from tests.bench.model import BenchRow, table

FOLDER = Path(__file__).parent
RESULTS = Path(".enishi/bench.json")


def modules(wanted: list[str]) -> list[Any]:
    found = []
    for path in sorted(FOLDER.rglob("*.py")):
        name = ".".join(("tests.bench", *path.relative_to(FOLDER).with_suffix("").parts))
        if (
            path.name.startswith("__")
            or path.parent.name == "peers"
            or (wanted and not any(word in name for word in wanted))
        ):
            continue
        module = importlib.import_module(name)
        if hasattr(module, "rows"):
            found.append(module)
    return found


def machine() -> dict[str, Any]:
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    return {
        "cores": os.cpu_count(),
        "memory_gib": round(memory / 2**30, 1),
        "processor": platform.processor() or platform.machine(),
        "python": platform.python_version(),
        "load_before": os.getloadavg()[0],
    }


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.bench", description=__doc__)
    parser.add_argument("names", nargs="*")
    parser.add_argument("--full", action="store_true")
    wanted = parser.parse_args()
    report: dict[str, Any] = {"at": datetime.now(UTC).isoformat(timespec="seconds")} | {
        "machine": machine(),
        "rows": [],
    }
    measured: dict[str, list[BenchRow]] = {}
    failed: list[str] = []
    for module in modules(wanted.names):
        if getattr(module, "ASKED_FOR", False) and not (wanted.names or wanted.full):
            continue
        name = module.__name__.removeprefix("tests.bench.")
        print(f"… {name}", file=sys.stderr, flush=True)
        measured[name] = []
        try:
            measured[name].extend(module.rows(full=wanted.full))
        except (Exception, SystemExit):  # noqa: BLE001 (what the others measure is worth having)
            traceback.print_exc()
            failed.append(name)
    report["rows"] = [
        {"module": name, **row.as_json()} for name, rows in measured.items() for row in rows
    ]
    report["failed"] = failed
    print(table(measured))
    for name in failed:
        print(f"FAILED: {name}, see above; the rows it had measured until then are in the table.")
    RESULTS.parent.mkdir(exist_ok=True)
    RESULTS.write_text(json.dumps(report, ensure_ascii=False, indent=1) + "\n")
    return 0 if measured and not failed else 1


if __name__ == "__main__":
    sys.exit(main())
