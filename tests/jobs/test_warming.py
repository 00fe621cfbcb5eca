import asyncio
import os
import sys
from contextlib import suppress

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


def idlers() -> list[int]:
    """Child processes with idle priority."""
    found = []
    for pid in children_of(os.getpid()):
        with suppress(OSError):
            if os.sched_getscheduler(pid) == os.SCHED_IDLE:
                found.append(pid)
    return found


@pytest.mark.skipif(sys.platform != "linux", reason="this system has no such policy")
async def test_compiling_takes_only_idle_time() -> None:
    compiling = asyncio.create_task(warm_landscape())
    seen: list[int] = []
    while not seen and not compiling.done():
        await asyncio.sleep(0.01)
        seen = idlers()
    compiling.cancel()
    await asyncio.gather(compiling, return_exceptions=True)
    assert seen
