"""Child processes that cannot outlive the process that started them."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

from enishi.servers.errors import ServerError
from enishi.servers.namespace import AsIs, Identity, die_with_parent

_PAUSE = 0.02  # seconds between two looks at a process


@dataclass(frozen=True)
class Command:
    """What to run and how to end it."""

    name: str
    argv: tuple[str, ...]
    # Added to our own environment.
    env: Mapping[str, str] = field(default_factory=dict)
    # Where its output goes; None: to our own.
    log: Path | None = None
    # Signals to try in turn, with the seconds each is given; SIGKILL comes after the last.
    # The first is also what the kernel sends when we die without a word.
    stop: tuple[tuple[signal.Signals, float], ...] = ((signal.SIGTERM, 15.0),)
    identity: Identity = field(default_factory=AsIs)
    cwd: Path | None = None
    # How far it stands back when the processors are busy: 0 not at all, 19 the most.
    niceness: int = 0


class Child:
    """A running command, in a process group of its own: a Ctrl-C reaches only the supervisor.

    Not in a session of its own: Linux may share time among sessions first (autogroup, sched(7)),
    and standing back then counts for nothing outside one's session.
    """

    def __init__(self, command: Command) -> None:
        self.command = command
        log = command.log.open("ab") if command.log else None
        supervisor = os.getpid()

        def enter() -> None:
            command.identity.enter()
            os.nice(command.niceness)
            die_with_parent(command.stop[0][0], parent=supervisor)

        try:
            self._process = subprocess.Popen(  # noqa: S603 (commands of ours)
                command.argv,
                env={**os.environ, **command.env},
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                cwd=command.cwd,
                process_group=0,
                preexec_fn=enter,  # noqa: PLW1509 (the supervisor starts no threads)
            )
        except (OSError, subprocess.SubprocessError) as error:
            raise ServerError(f"{command.name} cannot be started: {error}.") from error
        finally:
            if log:
                log.close()

    @property
    def pid(self) -> int:
        return self._process.pid

    @property
    def name(self) -> str:
        return self.command.name

    def has_ended(self) -> bool:
        """Whether it ended; it stays a zombie, so its process group cannot be taken by another."""
        if self._process.returncode is not None:
            return True
        flags = os.WEXITED | os.WNOWAIT | os.WNOHANG
        try:
            return os.waitid(os.P_PID, self.pid, flags) is not None
        except ChildProcessError:
            return True

    def wait(self, seconds: float | None = None) -> bool:
        deadline = None if seconds is None else time.monotonic() + seconds
        while not self.has_ended():
            if deadline is not None and time.monotonic() >= deadline:
                return False
            time.sleep(_PAUSE)
        return True

    def stop(self) -> int:
        """End it and everything of its process group; return its exit code."""
        for signum, seconds in self.command.stop:
            if self.has_ended():
                break
            with suppress(ProcessLookupError):
                os.kill(self.pid, signum)
            if self.wait(seconds):
                break
        return self.clean_up()

    def clean_up(self) -> int:
        """Kill what is left of the group, then let go of the process; return its exit code."""
        if self._process.returncode is None:
            with suppress(ProcessLookupError, PermissionError):
                os.killpg(self.pid, signal.SIGKILL)
        return self._process.wait()

    def how_it_ended(self) -> str:
        code = self.clean_up()
        how = f"was killed by signal {-code}" if code < 0 else f"ended with exit code {code}"
        last = last_line(self.command.log)
        return f"{self.name} {how}" + (f": {last}" if last else "")


def wait_until(child: Child, ready: Callable[[], bool], seconds: float) -> None:
    """Return as soon as `ready` says so; ServerError when the child ends or takes too long."""
    deadline = time.monotonic() + seconds
    while not ready():
        if child.has_ended():
            raise ServerError(f"{child.how_it_ended()}.")
        if time.monotonic() >= deadline:
            raise ServerError(f"{child.name} did not answer within {seconds:.0f} seconds.")
        time.sleep(_PAUSE)


def last_line(log: Path | None) -> str:
    """The last line somebody wrote to the log, for a message; empty when there is none."""
    if log is None or not log.exists():
        return ""
    lines = log.read_text(errors="replace").strip().splitlines()
    return f"{lines[-1]} (see {log})" if lines else ""


def processes_in(folder: Path, program: str) -> list[int]:
    """Processes of that program whose working directory is the folder.

    Both servers move into their data. It finds what a stale pid file cannot tell: whether the
    server, or a child of a server that was killed, still holds the data. Only Linux answers;
    elsewhere the list is empty.
    """
    if sys.platform != "linux":
        return []
    found = []
    for entry in Path("/proc").iterdir():
        if not entry.name.isdigit():
            continue
        with suppress(OSError):  # ended meanwhile, or another user's
            is_program = (entry / "comm").read_text().strip() == program
            if is_program and (entry / "cwd").readlink() == folder:
                found.append(int(entry.name))
    return found


def wait_for_predecessor(folder: Path, program: str, seconds: float = 30.0) -> None:
    """Wait until a server that a killed supervisor left behind has let go of its data.

    The kernel has told it to stop; a large one may need a while to write everything down.
    """
    deadline = time.monotonic() + seconds
    while holders := processes_in(folder, program):
        if time.monotonic() >= deadline:
            raise ServerError(f"{program} (process {holders[0]}) still uses {folder}: stop it.")
        time.sleep(_PAUSE)
