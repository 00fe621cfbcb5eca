"""Runs the servers and processes of one installation, and stops all of them at its end."""

import os
import signal
import time
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from types import FrameType, TracebackType
from typing import Any, NoReturn, Self

from enishi.servers.errors import ServerError
from enishi.servers.processes import Child, Command

_SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
_MAX_RESTARTS = 3  # of a service within the window; one more stops everything
_RESTART_WINDOW = 60.0  # seconds
_RESTART_DELAY = 1.0  # seconds
_CHECK_INTERVAL = 5.0  # seconds between questions whether a service should be restarted
_POLL_INTERVAL = 0.1  # seconds


class Stop(BaseException):
    """Raised by the signal handler, wherever the supervisor's code is when the signal arrives."""


@dataclass
class Service:
    """A command that runs as long as the supervisor does, and is restarted if it ends."""

    command: Callable[[], Command]
    # Called before and after each start; wait_ready returns when the service is up.
    prepare: Callable[[], None] = lambda: None
    wait_ready: Callable[[Child], None] = lambda _child: None
    # Both are asked every few seconds: the first while it runs, the other after it has ended.
    should_restart: Callable[[], bool] = lambda: False
    cannot_run: Callable[[], bool] = lambda: False
    is_waiting: bool = False
    _restarts: deque[float] = field(default_factory=lambda: deque(maxlen=_MAX_RESTARTS))

    def may_restart(self) -> bool:
        """Count a restart; False if there were too many within the window."""
        now = time.monotonic()
        is_full = len(self._restarts) == _MAX_RESTARTS
        too_many_restarts = is_full and now - self._restarts[0] < _RESTART_WINDOW
        self._restarts.append(now)
        return not too_many_restarts


class Supervisor:
    """A context manager: services started in its block are stopped at its end, the last first.

    The first SIGINT, SIGTERM or SIGHUP ends the block; later ones are ignored.
    """

    def __init__(self, report: Callable[[str], None]) -> None:
        """report: called with a sentence for the operator when a service is restarted."""
        self._report = report
        self._running: list[tuple[Service, Child]] = []
        self._previous: dict[signal.Signals, Any] = {}
        self._stop_requested = False
        self._signals_deferred = False

    def __enter__(self) -> Self:
        for signum in _SIGNALS:
            # A signal that the parent process ignores (SIGHUP under nohup) stays ignored.
            if signal.getsignal(signum) is not signal.SIG_IGN:
                self._previous[signum] = signal.signal(signum, self._on_signal)
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> bool:
        self._stop_requested = True
        while self._running:
            _, child = self._running.pop()
            child.stop()
        for signum, handler in self._previous.items():
            signal.signal(signum, handler)
        return kind is Stop

    def start(self, service: Service) -> None:
        """Start the service and wait until it is ready. Raises ServerError."""
        service.prepare()
        with self._deferred_signals():
            self._running.append((service, Child(service.command())))
        service.wait_ready(self._running[-1][1])

    def run_once(self, command: Command) -> None:
        """Run a command and wait for its end. Raises ServerError if it fails."""
        with self._deferred_signals():
            child = Child(command)
            self._running.append((Service(lambda: command), child))
        child.wait()
        self._running.pop()
        if code := child.clean_up():
            raise ServerError(f"{command.name} failed (exit code {code}).")

    def wait_until(self, ready: Callable[[], bool], what: str, seconds: float) -> None:
        """Poll `ready` until it is true. Raises ServerError if a service ends or time is up."""
        deadline = time.monotonic() + seconds
        while not ready():
            for _, child in self._running:
                if child.has_ended():
                    raise ServerError(f"{child.exit_message()}.")
            if time.monotonic() >= deadline:
                raise ServerError(f"{what} did not answer within {seconds:.0f} seconds.")
            time.sleep(0.05)

    def watch(self) -> NoReturn:
        """Restart services that end, until `Stop`. Raises ServerError after too many restarts."""
        while True:
            _wait_for_an_end(_CHECK_INTERVAL)
            for index, (service, child) in enumerate(self._running):
                if child.has_ended():
                    self._on_end(index, service, child)
                elif service.should_restart():
                    child.stop()
                    self._restart(index, service)
            self._reap_orphans()

    def _on_end(self, index: int, service: Service, child: Child) -> None:
        if not service.cannot_run():
            service.is_waiting = False
            self._restart_ended(index, service, child.exit_message())
        elif not service.is_waiting:
            service.is_waiting = True
            self._report(f"{child.exit_message()}; it is started again as soon as it can run.")

    def _restart_ended(self, index: int, service: Service, exit_message: str) -> None:
        if not service.may_restart():
            raise ServerError(f"{exit_message}; it keeps on ending, so everything is stopped.")
        self._report(f"{exit_message}; starting it again.")
        time.sleep(_RESTART_DELAY)
        try:
            self._restart(index, service)
        except ServerError:
            if not service.cannot_run():
                raise

    def _restart(self, index: int, service: Service) -> None:
        service.prepare()
        with self._deferred_signals():
            self._running[index] = (service, Child(service.command()))
        service.wait_ready(self._running[index][1])

    def _reap_orphans(self) -> None:
        """Reap ended processes that are not services: process 1 of a container inherits orphans."""
        services = {child.pid for _, child in self._running}
        with suppress(ChildProcessError):
            while found := os.waitid(os.P_ALL, 0, os.WEXITED | os.WNOWAIT | os.WNOHANG):
                if found.si_pid in services:
                    return
                os.waitpid(found.si_pid, 0)

    def _on_signal(self, _signum: int, _frame: FrameType | None) -> None:
        if self._stop_requested:
            return
        self._stop_requested = True
        if not self._signals_deferred:
            raise Stop

    @contextmanager
    def _deferred_signals(self) -> Iterator[None]:
        """Raise `Stop` only after the block, so that a child being started is always recorded."""
        requested_before, self._signals_deferred = self._stop_requested, True
        try:
            yield
        finally:
            self._signals_deferred = False
        if self._stop_requested and not requested_before:
            raise Stop


def _wait_for_an_end(seconds: float) -> None:
    """Return when a child has ended, without reaping it, or when the time is up."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if os.waitid(os.P_ALL, 0, os.WEXITED | os.WNOWAIT | os.WNOHANG):
            return
        time.sleep(_POLL_INTERVAL)
