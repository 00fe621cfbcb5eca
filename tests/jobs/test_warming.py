import asyncio

import pytest

from enishi_jobs.warming import warm_landscape


async def test_the_loops_are_compiled_beside_the_worker() -> None:
    assert await warm_landscape() == 0


async def test_a_worker_that_stops_leaves_no_compiler_behind() -> None:
    compiling = asyncio.create_task(warm_landscape())
    await asyncio.sleep(0.05)
    compiling.cancel()
    with pytest.raises(asyncio.CancelledError):
        await compiling
