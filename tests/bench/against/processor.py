"""Processor time of a running platform, by part, as the kernel accounts for it.

`enishi up` is the parent of each part: PostgreSQL, Valkey, the worker and granian with its web
processes. The time of a process that has ended moves to its parent (cutime, cstime in
proc_pid_stat(5)), so the sum over a tree loses nothing when, for example, a PostgreSQL session
ends between two snapshots. Ticks are 10 ms on Linux: measure for seconds.
"""

import os
from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

WEB, POSTGRESQL, WORKER, VALKEY, OTHER = "web", "PostgreSQL", "worker", "Valkey", "other"
PARTS = (WEB, POSTGRESQL, WORKER, VALKEY, OTHER)
_PROC = Path("/proc")
_TICKS_PER_SECOND = os.sysconf("SC_CLK_TCK")
_SCANS = 5


@dataclass(frozen=True)
class Process:
    """`ticks`: user and system time, its own and that of its children that have ended."""

    pid: int
    parent: int
    ticks: int


def parse(stat: str) -> Process:
    """A line of /proc/PID/stat. The command's name may hold spaces and brackets."""
    head, _, tail = stat.rpartition(")")
    fields = tail.split()  # from the third on: state, parent, …; utime is the 14th of all
    return Process(
        pid=int(head.partition(" ")[0]),
        parent=int(fields[1]),
        ticks=sum(int(ticks) for ticks in fields[11:15]),
    )


def tree(root: int, processes: Iterable[Process]) -> list[Process]:
    """The process `root` and all that descend from it."""
    children: dict[int, list[Process]] = {}
    found = []
    for process in processes:
        children.setdefault(process.parent, []).append(process)
        if process.pid == root:
            found.append(process)
    for process in found:  # grows while it is read
        found += children.get(process.pid, [])
    return found


def part_of(arguments: list[str]) -> str:
    """The part that a child of `enishi up` is, by its command line."""
    program, *rest = arguments or [""]
    name = Path(program).name
    if name.startswith("postgres"):
        return POSTGRESQL
    if name.startswith("valkey"):
        return VALKEY
    if "enishi_jobs" in rest:  # what `enishi worker` becomes
        return WORKER
    return next((part for part in (WEB, WORKER) if part in rest), OTHER)


def seconds_by_part(root: int) -> dict[str, float]:
    """Processor seconds of the platform whose `enishi up` is the process `root`, so far."""
    processes = _consistent_scan(root)
    whole = sum(process.ticks for process in tree(root, processes))
    ticks = dict.fromkeys(PARTS, 0)
    for child in (process for process in processes if process.parent == root):
        ticks[part_of(_arguments(child.pid))] += sum(
            process.ticks for process in tree(child.pid, processes)
        )
    # The supervisor itself, and what it has run to its end.
    ticks[OTHER] += whole - sum(ticks.values())
    return {part: count / _TICKS_PER_SECOND for part, count in ticks.items()}


def difference(before: Mapping[str, float], after: Mapping[str, float]) -> dict[str, float]:
    return {part: after[part] - before[part] for part in PARTS}


def _consistent_scan(root: int) -> list[Process]:
    """Scan until two scans in a row find the same processes below `root`.

    A process that ends during a scan would be missing while its parent, read before, does not
    have its time yet.
    """
    processes = list(_scan())
    for _ in range(_SCANS):
        before = {process.pid for process in tree(root, processes)}
        processes = list(_scan())
        if before == {process.pid for process in tree(root, processes)}:
            break
    return processes


def _scan() -> Iterator[Process]:
    for entry in _PROC.iterdir():
        if entry.name.isdigit():
            with suppress(OSError):  # ended meanwhile
                yield parse((entry / "stat").read_text())


def _arguments(pid: int) -> list[str]:
    with suppress(OSError):
        return (_PROC / str(pid) / "cmdline").read_text().split("\0")
    return []
