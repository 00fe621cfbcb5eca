"""The web processes: granian, whose workers end with it even when it is killed."""

import importlib
import os
import signal
from collections.abc import Callable
from typing import Any

from granian.constants import Interfaces
from granian.log import LogLevels
from granian.server import Server

from enishi.servers.namespace import die_with_parent
from enishi.servers.processors import Processors

# Named, not imported: granian's own process needs nothing of the platform.
_MODULE, _FACTORY = "enishi.web.app", "create_app"


def serve(host: str, port: int, workers: int) -> None:
    """Serve the site until SIGTERM or SIGINT."""
    Server(
        f"{_MODULE}:{_FACTORY}",
        address=host,
        port=port,
        workers=workers,
        interface=Interfaces.ASGI,
        # What it would say at info (workers spawned, stopped) is ours to say or not.
        log_level=LogLevels.warning,
        respawn_failed_workers=True,
        # Longer than the longest page, shorter than the supervisor's patience.
        workers_kill_timeout=10,
    ).serve(target_loader=_Loader(os.getpid(), Processors(workers)))


class _Loader:
    """Loads the application inside a worker process."""

    def __init__(self, server: int, processors: Processors) -> None:
        self._server = server
        self._processors = processors

    def __call__(self, _target: str) -> Callable[..., Any]:
        # Nothing to save: a request that nobody answers is repeated by who sent it.
        die_with_parent(signal.SIGKILL, parent=self._server)
        self._processors.settle()  # before the server's threads begin: they go where we are
        application: Callable[..., Any] = getattr(importlib.import_module(_MODULE), _FACTORY)()
        return application
