"""Measure what the project promises, print one table, keep it as .enishi/bench.json.

    python -m tests.bench            the quick rows
    python -m tests.bench --full     also the large ones (minutes, gigabytes)
    python -m tests.bench NAME …     only modules whose name contains one of these
    python -m tests.bench against --base COMMIT [ROW …]
                                     some rows in turns with an earlier commit

A module of this folder takes part by having `rows(*, full: bool) -> Iterable[BenchRow]`; with
ASKED_FOR = True only by its name or with --full, because it makes an environment of its own.
"""

import argparse
import importlib
import json
import sys
import traceback
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from tests.bench.against.command import Wanted, compare
from tests.bench.model import BenchRow, machine, table

FOLDER = Path(__file__).parent
RESULTS = Path(".enishi/bench.json")
AGAINST = "against"


def modules(wanted: list[str]) -> list[Any]:
    found = []
    for path in sorted(FOLDER.rglob("*.py")):
        name = ".".join(("tests.bench", *path.relative_to(FOLDER).with_suffix("").parts))
        if (
            path.name.startswith(("__", "test_"))
            or path.parent.name in {"peers", "against"}
            or (wanted and not any(word in name for word in wanted))
        ):
            continue
        module = importlib.import_module(name)
        if hasattr(module, "rows"):
            found.append(module)
    return found


def main() -> int:
    wanted = parse(sys.argv[1:])
    if wanted.names[:1] != [AGAINST]:
        return measure(wanted.names, full=wanted.full)
    options = (wanted.turns, wanted.seconds, wanted.fail_over)
    return compare(Wanted(wanted.base, wanted.names[1:], *options))


def parse(arguments: list[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.bench", description=__doc__)
    parser.formatter_class = argparse.RawDescriptionHelpFormatter
    parser.add_argument("names", nargs="*")
    parser.add_argument("--full", action="store_true")
    group = parser.add_argument_group(AGAINST)
    group.add_argument("--base", help="the earlier commit")
    group.add_argument("--turns", type=_positive, default=5, help="of each row (5)")
    group.add_argument("--seconds", type=_positive, default=4, help="of load a turn (4)")
    group.add_argument(
        "--fail-over",
        type=float,
        metavar="RATIO",
        help="fail when a row takes more than this times the base's processor time",
    )
    wanted = parser.parse_intermixed_args(arguments)
    if (wanted.names[:1] == [AGAINST]) != (wanted.base is not None):
        parser.error(f"`{AGAINST}` is the first name, and needs --base (make: BASE=COMMIT)")
    return wanted


def _positive(text: str) -> int:
    number = int(text)
    if number < 1:
        raise ValueError(text)
    return number


def measure(names: list[str], *, full: bool) -> int:
    """Measure the modules of these names, all when there are none; the exit code."""
    report: dict[str, Any] = {"at": datetime.now(UTC).isoformat(timespec="seconds")} | {
        "machine": machine(),
        "rows": [],
    }
    measured: dict[str, list[BenchRow]] = {}
    failed: list[str] = []
    for module in modules(names):
        if getattr(module, "ASKED_FOR", False) and not (names or full):
            continue
        name = module.__name__.removeprefix("tests.bench.")
        print(f"… {name}", file=sys.stderr, flush=True)
        measured[name] = []
        try:
            measured[name].extend(module.rows(full=full))
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
