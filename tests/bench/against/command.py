"""Compare this working tree with an earlier commit, in turns on the same machine."""

import json
import signal
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, NoReturn

from tests.bench.against.checkouts import Commit, checked_out, find_commit, present_state
from tests.bench.against.scenarios import Row, rows_named, sessions_for
from tests.bench.against.site import Site, site_running
from tests.bench.against.turns import BASE, NOW, Comparison, Turn, order, table
from tests.bench.load import ROOT, Checkout, require_wrk, wait_for_quiet
from tests.bench.model import machine

RESULTS = ROOT / ".enishi" / "bench-against.json"
_SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
_WARM = 1  # seconds before each turn
_WARM_FIRST = 4  # seconds before the first turn: until both web processes know all voters


@dataclass(frozen=True)
class Wanted:
    """`names` of rows, all when empty; `seconds` of load a turn and side.

    `fail_over`: the ratio of processor time, now ÷ base, above which the run fails.
    """

    base: str
    names: list[str]
    turns: int = 5
    seconds: int = 4
    fail_over: float | None = None


def compare(wanted: Wanted) -> int:
    """Print the table and keep all turns as JSON; the exit code."""
    require_wrk()
    rows = rows_named(wanted.names)
    commit, present = find_commit(wanted.base), present_state()
    report: dict[str, Any] = {
        "at": datetime.now(UTC).isoformat(timespec="seconds"),
        "machine": machine(),
        BASE: asdict(commit),
        NOW: asdict(present),
        "turns": wanted.turns,
        "seconds": wanted.seconds,
    }
    with _orderly_end(), _sites(commit, _sessions(rows, wanted)) as sites:
        _say("waiting until the machine is quiet")
        wait_for_quiet()
        compared = [_compare_row(row, sites, wanted) for row in rows]
    report["rows"] = [each.as_json() for each in compared]
    RESULTS.parent.mkdir(exist_ok=True)
    RESULTS.write_text(json.dumps(report, ensure_ascii=False, indent=1) + "\n")
    print(f"base: {commit}\nnow: {present}")
    print(f"{wanted.turns} turns of {wanted.seconds} s; medians (least..most);", end=" ")
    print("parts and sum are µs of processor time a request.\n")
    print(table(compared))
    return _judge(compared, wanted.fail_over)


def _judge(compared: Sequence[Comparison], fail_over: float | None) -> int:
    failures = [line for each in compared for line in each.failures()]
    if fail_over is not None:
        failures += [
            f"{each.name}: {each.ratio:.2f} times the base's processor time,"
            f" more than {fail_over:g}"
            for each in compared
            if each.ratio > fail_over
        ]
    for line in failures:
        print(f"FAILED: {line}")
    return 1 if failures else 0


def _sessions(rows: Sequence[Row], wanted: Wanted) -> int:
    """How many sessions the rows use up on each side."""
    a_row = sessions_for(_WARM_FIRST) + wanted.turns * (
        sessions_for(_WARM) + sessions_for(wanted.seconds)
    )
    return sum(a_row for row in rows if row.needs_sessions)


@contextmanager
def _sites(commit: Commit, sessions: int) -> Iterator[dict[str, Site]]:
    """Both sides, running and filled, each with data of its own in a temporary folder."""
    with ExitStack() as stack:
        base = stack.enter_context(checked_out(commit))
        sites = {}
        for side, checkout in ((BASE, base), (NOW, Checkout())):
            _say(f"starting and filling: {side}")
            made = tempfile.TemporaryDirectory(prefix="enishi-against-")
            folder = Path(stack.enter_context(made))
            sites[side] = stack.enter_context(site_running(checkout, folder, sessions))
        yield sites


def _compare_row(row: Row, sites: dict[str, Site], wanted: Wanted) -> Comparison:
    turns: dict[str, list[Turn]] = {BASE: [], NOW: []}
    for site in sites.values():
        row.load(site, _WARM_FIRST)
    for number, sides in enumerate(order(wanted.turns), 1):
        _say(f"{row.name}: turn {number} of {wanted.turns}")
        for side in sides:
            turns[side].append(_turn(row, sites[side], wanted.seconds))
    return Comparison(row.name, turns[BASE], turns[NOW])


def _turn(row: Row, site: Site, seconds: int) -> Turn:
    row.load(site, _WARM)
    return site.measure(lambda: row.load(site, seconds))


@contextmanager
def _orderly_end() -> Iterator[None]:
    """A signal to end unwinds the stack: sites are stopped, folders removed.

    Once it does, further signals change nothing: a second Ctrl-C must not leave half of it.
    """
    handlers = {signum: signal.getsignal(signum) for signum in _SIGNALS}
    ours = [signum for signum in _SIGNALS if handlers[signum] is not signal.SIG_IGN]  # as in nohup

    def end(signum: int, _frame: object) -> NoReturn:
        for each in ours:
            signal.signal(each, signal.SIG_IGN)
        raise SystemExit(128 + signum)

    for signum in ours:
        signal.signal(signum, end)
    try:
        yield
    finally:
        for signum in ours:
            signal.signal(signum, handlers[signum])


def _say(what: str) -> None:
    print(f"… {what}", file=sys.stderr, flush=True)
