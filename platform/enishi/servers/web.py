"""The web processes: granian, with workers that end when granian is killed."""

import gc
import importlib
import os
import signal
from collections.abc import Callable
from typing import Any

from granian.constants import HTTPModes, Interfaces
from granian.http import HTTP1Settings
from granian.log import LogLevels
from granian.server import Server

from enishi.servers.namespace import die_with_parent
from enishi.servers.processors import Processors

# For all headers of a request, from the end of the one before on a connection that stays open.
_HEADER_MILLISECONDS = 20_000
# Named, not imported: granian's main process does not need the application in memory.
_MODULE, _FACTORY = "enishi.web.app", "create_app"


def serve(host: str, port: int, workers: int) -> None:
    """Serve the site until SIGTERM or SIGINT."""
    Server(
        f"{_MODULE}:{_FACTORY}",
        address=host,
        port=port,
        workers=workers,
        interface=Interfaces.ASGI,
        # Not `auto`: until it knows the protocol, which it learns from the first bytes, no timeout
        # is running. HTTP/2 needs TLS in browsers, which is the proxy's.
        http=HTTPModes.http1,
        http1_settings=HTTP1Settings(header_read_timeout=_HEADER_MILLISECONDS),
        # At level info it would log each start and stop of a worker.
        log_level=LogLevels.warning,
        respawn_failed_workers=True,
        # Seconds: longer than the slowest request, shorter than the supervisor's stop timeout.
        workers_kill_timeout=10,
    ).serve(target_loader=_Loader(os.getpid(), Processors(workers)))


class _Loader:
    """Loads the application inside a worker process."""

    def __init__(self, server: int, processors: Processors) -> None:
        self._server = server
        self._processors = processors

    def __call__(self, _target: str) -> Callable[..., Any]:
        # SIGKILL loses no acknowledged work: clients repeat requests without an answer.
        die_with_parent(signal.SIGKILL, parent=self._server)
        self._processors.pin_process()  # before threads start: they inherit the affinity
        application: Callable[..., Any] = getattr(importlib.import_module(_MODULE), _FACTORY)()
        # What was made until now stays: a full collection looks at 150,000 objects for 80 ms, in
        # which the process answers nobody.
        gc.collect()
        gc.freeze()
        return application
