"""Compiles the landscape's loops beside the worker, before a conversation needs them.

In a process of its own, on time that nobody else wants: compiling takes half a minute the first
time and holds the interpreter. Later starts find the compiled code in its cache.
"""

import asyncio
import sys

import structlog

_log = structlog.get_logger(__name__)
_COMMAND = """
import signal
from enishi.servers.namespace import die_with_parent
from enishi.servers.processors import use_idle_time
die_with_parent(signal.SIGKILL)
use_idle_time()
from enishi.landscape.warm import warm
warm()
"""


async def warm_landscape() -> int:
    """Compile what is not compiled yet; the exit code. Cancelled, it leaves no process behind."""
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-P",
        "-c",
        _COMMAND,
        stdout=asyncio.subprocess.DEVNULL,
    )
    try:
        code = await process.wait()
    except asyncio.CancelledError:
        process.kill()
        await process.wait()
        raise
    if code:
        # The engine then computes without compiled loops, and says so in its output.
        _log.warning("jobs.landscape.not_warmed", exit_code=code)
    return code
