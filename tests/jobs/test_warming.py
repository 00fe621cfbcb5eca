import asyncio
import os
from contextlib import suppress
from pathlib import Path

import pytest
from tests.servers.harness import children_of

from enishi_jobs.warming import warm_landscape


async def test_the_loops_are_compiled_beside_the_worker() -> None:
    assert await warm_landscape() == 0


async def test_a_worker_that_stops_leaves_no_compiler_behind() -> None:
    compiling = asyncio.create_task(warm_landscape())
    await asyncio.sleep(0.05)
    compiling.cancel()
    with pytest.raises(asyncio.CancelledError):
        await compiling


def lowest_sessions() -> list[int]:
    """Our children that lead a session which lets all others go first."""
    found = []
    for pid in children_of(os.getpid()):
        with suppress(OSError):
            if Path(f"/proc/{pid}/autogroup").read_text().endswith("nice 19\n"):
                found.append(pid)
    return found


@pytest.mark.skipif(
    not Path("/proc/self/autogroup").exists(), reason="this kernel knows no sessions' priority"
)
async def test_compiling_lets_every_other_session_go_first() -> None:
    compiling = asyncio.create_task(warm_landscape())
    seen: list[int] = []
    while not seen and not compiling.done():
        await asyncio.sleep(0.01)
        seen = lowest_sessions()
    compiling.cancel()
    await asyncio.gather(compiling, return_exceptions=True)
    assert seen
