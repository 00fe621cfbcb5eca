"""Runs the servers and processes of one installation, and leaves none of them behind."""

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
_RESTARTS = 3  # within …
_WINDOW = 60.0  # … seconds; one more and we give up
_BREATH = 1.0  # seconds before a restart


class Stop(BaseException):
    """Somebody asked us to stop: raised wherever the supervisor is when the signal comes."""


@dataclass
class Service:
    """A command that is to run as long as we do."""

    command: Callable[[], Command]
    # What to do before each start, and how to see that it is up after each.
    prepare: Callable[[], None] = lambda: None
    wait_ready: Callable[[Child], None] = lambda _child: None
    _restarts: deque[float] = field(default_factory=lambda: deque(maxlen=_RESTARTS))

    def may_restart(self) -> bool:
        now = time.monotonic()
        tired = len(self._restarts) == _RESTARTS and now - self._restarts[0] < _WINDOW
        self._restarts.append(now)
        return not tired


class Supervisor:
    """A context: services started in it are stopped at its end, the last one first.

    The first Ctrl-C, SIGTERM or SIGHUP ends the block; while it ends, further ones change nothing.
    """

    def __init__(self, say: Callable[[str], None]) -> None:
        self._say = say
        self._running: list[tuple[Service, Child]] = []
        self._previous: dict[signal.Signals, Any] = {}
        self._asked = False
        self._held = False

    def __enter__(self) -> Self:
        for signum in _SIGNALS:
            # A SIGHUP ignored by whoever started us (nohup) stays ignored.
            if signal.getsignal(signum) is not signal.SIG_IGN:
                self._previous[signum] = signal.signal(signum, self._on_signal)
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> bool:
        self._asked = True
        while self._running:
            _, child = self._running.pop()
            child.stop()
        for signum, handler in self._previous.items():
            signal.signal(signum, handler)
        return kind is Stop

    def start(self, service: Service) -> None:
        """Start it and wait until it is ready."""
        service.prepare()
        with self._uninterrupted():
            self._running.append((service, Child(service.command())))
        service.wait_ready(self._running[-1][1])

    def run_once(self, command: Command) -> None:
        """Run a command to its end; ServerError when it fails."""
        with self._uninterrupted():
            child = Child(command)
            self._running.append((Service(lambda: command), child))
        child.wait()
        self._running.pop()
        if code := child.clean_up():
            raise ServerError(f"{command.name} failed (exit code {code}).")

    def wait_until(self, ready: Callable[[], bool], what: str, seconds: float) -> None:
        """Return once `ready`; ServerError when a service ends meanwhile, or time is up."""
        deadline = time.monotonic() + seconds
        while not ready():
            for _, child in self._running:
                if child.has_ended():
                    raise ServerError(f"{child.how_it_ended()}.")
            if time.monotonic() >= deadline:
                raise ServerError(f"{what} did not answer within {seconds:.0f} seconds.")
            time.sleep(0.05)

    def watch(self) -> NoReturn:
        """Restart what ends, until `Stop`; ServerError when one keeps on ending."""
        while True:
            # Sleeps until a child ends, and leaves it to be looked at.
            os.waitid(os.P_ALL, 0, os.WEXITED | os.WNOWAIT)
            for place, (service, child) in enumerate(self._running):
                if child.has_ended():
                    self._restart(place, service, child.how_it_ended())
            self._let_go_of_strangers()

    def _restart(self, place: int, service: Service, how: str) -> None:
        if not service.may_restart():
            raise ServerError(f"{how}; it keeps on ending, so everything is stopped.")
        self._say(f"{how}; starting it again.")
        time.sleep(_BREATH)
        service.prepare()
        with self._uninterrupted():
            self._running[place] = (service, Child(service.command()))
        service.wait_ready(self._running[place][1])

    def _let_go_of_strangers(self) -> None:
        """Collect ended processes that are not ours: as process 1 of a container we get some."""
        ours = {child.pid for _, child in self._running}
        with suppress(ChildProcessError):
            while found := os.waitid(os.P_ALL, 0, os.WEXITED | os.WNOWAIT | os.WNOHANG):
                if found.si_pid in ours:
                    return
                os.waitpid(found.si_pid, 0)

    def _on_signal(self, _signum: int, _frame: FrameType | None) -> None:
        if self._asked:
            return
        self._asked = True
        if not self._held:
            raise Stop

    @contextmanager
    def _uninterrupted(self) -> Iterator[None]:
        """Put a signal off while a child is started, or we would not know of it."""
        before, self._held = self._asked, True
        try:
            yield
        finally:
            self._held = False
        if self._asked and not before:
            raise Stop
