"""Runs the worker's statistics up to a chosen statement, and kills the process there.

Reads a number from each line of its input, forks a process for it, and answers `killed` or
`ended`. It forks, because importing the worker takes longer than the work itself.
"""

import asyncio
import os
import signal
import sys
from typing import Any

from enishi.kit import db
from enishi.statistics import cube_charts
from enishi_jobs import statistics


def main() -> None:
    for line in sys.stdin:
        child = os.fork()
        if child == 0:
            asyncio.run(_work_until(int(line)))
            os._exit(0)
        _, status = os.waitpid(child, 0)
        told = "killed" if os.WIFSIGNALED(status) else f"ended {os.WEXITSTATUS(status)}"
        sys.stdout.write(f"{told}\n")
        sys.stdout.flush()


async def _work_until(step: int) -> None:
    """Do the work; die right after its statement number `step`, counted from 1."""
    fetch, done = db.fetch, 0

    async def counted(sql: str, *args: Any) -> list[dict[str, Any]]:
        nonlocal done
        rows = await fetch(sql, *args)
        done += 1
        if done == step:
            os.kill(os.getpid(), signal.SIGKILL)
        return rows

    db.fetch = counted
    cube_charts.BY_CUBE = {}  # takes seconds, and nothing is counted by it
    await db.open_pool()
    await statistics.collect()
    await statistics.publish()


if __name__ == "__main__":
    main()
