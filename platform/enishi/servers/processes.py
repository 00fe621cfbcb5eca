"""Child processes that are terminated when their parent ends."""

import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

from enishi.servers.errors import ServerError
from enishi.servers.namespace import CurrentUser, Identity, die_with_parent

_POLL_SECONDS = 0.02
_LOG_END = 64 << 10  # bytes that are searched for a line
_LONGEST_LINE = 200
# Lines of PostgreSQL's log that belong to the one before: continued, or with these labels.
_QUOTED = re.compile(r"\s|.{0,80}\b(?:STATEMENT|DETAIL|HINT|CONTEXT|QUERY|LOCATION): ")


@dataclass(frozen=True)
class Command:
    """What to run and how to stop it."""

    name: str
    argv: tuple[str, ...]
    # Added to the supervisor's environment.
    env: Mapping[str, str] = field(default_factory=dict)
    # The file for its output; None: the supervisor's output.
    log: Path | None = None
    # Signals to send one after another, each with the seconds to wait; SIGKILL follows the last.
    # The kernel sends the first one if the supervisor is killed.
    stop: tuple[tuple[signal.Signals, float], ...] = ((signal.SIGTERM, 15.0),)
    identity: Identity = field(default_factory=CurrentUser)
    cwd: Path | None = None
    # Added to the nice value: 0 is the supervisor's priority, 19 the lowest.
    niceness: int = 0


class Child:
    """A running command, in its own process group: Ctrl-C reaches only the supervisor.

    It stays in the supervisor's session: with autogrouping (sched(7)) Linux divides processor time
    among sessions first, and nice values have no effect between sessions.
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
            self._process = subprocess.Popen(  # noqa: S603 (our own commands)
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
        """Whether it ended. It is not reaped yet, so that its process group id is not reused."""
        if self._process.returncode is not None:
            return True
        flags = os.WEXITED | os.WNOWAIT | os.WNOHANG
        try:
            return os.waitid(os.P_PID, self.pid, flags) is not None
        except ChildProcessError:
            return True

    def wait(self, seconds: float | None = None) -> bool:
        """Wait until it ends; False if it is still running after that many seconds."""
        deadline = None if seconds is None else time.monotonic() + seconds
        while not self.has_ended():
            if deadline is not None and time.monotonic() >= deadline:
                return False
            time.sleep(_POLL_SECONDS)
        return True

    def stop(self) -> int:
        """Stop it and all processes of its group; return its exit code."""
        for signum, seconds in self.command.stop:
            if self.has_ended():
                break
            with suppress(ProcessLookupError):
                os.kill(self.pid, signum)
            if self.wait(seconds):
                break
        return self.clean_up()

    def clean_up(self) -> int:
        """Kill the remaining processes of the group, reap the child; return its exit code."""
        if self._process.returncode is None:
            with suppress(ProcessLookupError, PermissionError):
                os.killpg(self.pid, signal.SIGKILL)
        return self._process.wait()

    def exit_message(self) -> str:
        """Clean up and say how it ended, with the last line of its log; without a full stop."""
        code = self.clean_up()
        how = f"was killed by signal {-code}" if code < 0 else f"ended with exit code {code}"
        last = last_line(self.command.log)
        return f"{self.name} {how}" + (f": {last}" if last else "")


def wait_until(child: Child, ready: Callable[[], bool], seconds: float) -> None:
    """Poll `ready` until it is true. Raises ServerError if the child ends or time is up."""
    deadline = time.monotonic() + seconds
    while not ready():
        if child.has_ended():
            raise ServerError(f"{child.exit_message()}.")
        if time.monotonic() >= deadline:
            raise ServerError(f"{child.name} did not answer within {seconds:.0f} seconds.")
        time.sleep(_POLL_SECONDS)


def last_line(log: Path | None) -> str:
    """The last line of the log that says what happened, shortened; empty if there is none.

    A statement that PostgreSQL quotes, over several lines, may be long and hold personal data.
    """
    if log is None or not log.exists():
        return ""
    with log.open("rb") as file:
        file.seek(max(0, log.stat().st_size - _LOG_END))
        lines = file.read().decode(errors="replace").splitlines()
    found = [line for line in lines if line.strip() and not _QUOTED.match(line)]
    if not found:
        return ""
    said = found[-1].strip()
    return f"{said if len(said) <= _LONGEST_LINE else said[:_LONGEST_LINE] + '…'} (see {log})"


def processes_in(folder: Path, program: str) -> list[int]:
    """Processes of that program whose working directory is the folder.

    Both servers change to their data folder. Unlike a pid file, which may be stale, this shows
    whether a server, or an orphan child of a killed server, still uses the data. On systems other
    than Linux the list is empty.
    """
    if sys.platform != "linux":
        return []
    found = []
    for entry in Path("/proc").iterdir():
        if not entry.name.isdigit():
            continue
        with suppress(OSError):  # ended meanwhile, or of another user
            is_program = (entry / "comm").read_text().strip() == program
            if is_program and (entry / "cwd").readlink() == folder:
                found.append(int(entry.name))
    return found


def wait_for_predecessor(folder: Path, program: str, seconds: float = 30.0) -> None:
    """Wait until an orphan server of a killed supervisor has stopped using the data.

    The kernel has already sent it the stop signal; a large server needs time for its checkpoint.
    Raises ServerError after that many seconds.
    """
    deadline = time.monotonic() + seconds
    while holders := processes_in(folder, program):
        if time.monotonic() >= deadline:
            raise ServerError(f"{program} (process {holders[0]}) still uses {folder}: stop it.")
        time.sleep(_POLL_SECONDS)
