"""Compiles the landscape's loops ahead of their first use (cache warming).

In a process of its own with idle priority: the first compilation takes half a minute and holds the
interpreter's lock. Later starts find the compiled code in the cache on disk.
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
    """Compile what the cache lacks; returns the exit code. Cancelling kills the process."""
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
        # The engine falls back to interpreted loops, and names them in its output.
        _log.warning("jobs.landscape.not_warmed", exit_code=code)
    return code
