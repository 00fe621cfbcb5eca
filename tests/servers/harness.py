"""Starts whole sites as an operator would, and looks for what they leave behind."""

import http.client
import os
import re
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

from enishi.servers.namespace import die_with_parent

PATIENCE = 300.0  # seconds after which waiting is given up; no assertion on speed


def eventually(happened: Callable[[], bool]) -> None:
    """Wait until `happened` answers True; AssertionError when it takes longer than PATIENCE."""
    deadline = time.monotonic() + PATIENCE
    while not happened():
        assert time.monotonic() < deadline
        time.sleep(0.02)


def _prepare_child() -> None:
    """Reset the child's signals and bind its life to ours, between fork and exec.

    A shell without job control starts background commands with SIGINT and SIGQUIT ignored, nohup
    with SIGHUP ignored. An ignored signal stays ignored across fork and exec, so a test run that
    was started that way would send its sites signals that do nothing.
    """
    for signum in (signal.SIGINT, signal.SIGQUIT, signal.SIGHUP, signal.SIGTERM):
        signal.signal(signum, signal.SIG_DFL)
    die_with_parent()  # a test run that is killed leaves no site behind


@contextmanager
def short_folder() -> Iterator[Path]:
    """A folder with a short name (sockets need one) that other users may enter."""
    folder = Path(tempfile.mkdtemp(prefix="enishi-"))
    folder.chmod(0o755)
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def clean_environment(**more: str) -> dict[str, str]:
    """Our environment without what this test run set for itself, and with bytecode kept."""
    ours = ("ENISHI_", "PYTHONDONTWRITEBYTECODE")
    kept = {name: value for name, value in os.environ.items() if not name.startswith(ours)}
    return kept | more


@dataclass
class Site:
    """One `enishi up` or `make run`, its output in a file."""

    argv: Sequence[str | Path]
    folder: Path  # everything it starts works in here, or has its data here
    cwd: Path
    env: dict[str, str] = field(default_factory=clean_environment)
    user: int | None = None

    def __post_init__(self) -> None:
        self._output = self.folder / f"output-{time.monotonic_ns()}.txt"
        with self._output.open("wb") as output:
            self.process = subprocess.Popen(
                self.argv,
                cwd=self.cwd,
                env=self.env,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                user=self.user,
                group=self.user,
                extra_groups=None if self.user is None else [],
                start_new_session=True,
                preexec_fn=_prepare_child,  # noqa: PLW1509 (a few calls of the C library)
            )

    @property
    def output(self) -> str:
        return self._output.read_text(errors="replace")

    @property
    def address(self) -> str:
        """Where it answers; waits until it says so."""
        return self.wait_for(r"Enishi is ready: (http://[^ ]+)/")

    def wait_for(self, pattern: str) -> str:
        deadline = time.monotonic() + PATIENCE
        while not (found := re.search(pattern, self.output)):
            ended = self.process.poll()
            assert ended is None, f"ended with {ended}:\n{self.output}"
            assert time.monotonic() < deadline, f"no {pattern!r} in:\n{self.output}"
            time.sleep(0.1)
        return found.group(found.re.groups)

    def get(self, path: str) -> tuple[int, str]:
        connection = http.client.HTTPConnection(self.address.removeprefix("http://"), timeout=30)
        try:
            connection.request("GET", path)
            answer = connection.getresponse()
            return answer.status, answer.read().decode()
        finally:
            connection.close()

    def wait_until_ready(self) -> None:
        deadline = time.monotonic() + PATIENCE
        while self.get("/readyz")[0] != 200:
            assert time.monotonic() < deadline, self.output
            time.sleep(0.1)

    def end(self) -> int:
        """Wait until it has ended by itself or by the signal sent; the exit code."""
        return self.process.wait(PATIENCE)

    def terminate(self) -> int:
        self.process.terminate()
        return self.end()

    def kill_all(self) -> None:
        """For the end of a test that failed: nothing of it may stay."""
        for pid in [self.process.pid, *processes_of(self.folder)]:
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        self.process.wait()


@contextmanager
def running_site(
    argv: Sequence[str | Path],
    folder: Path,
    cwd: Path,
    env: dict[str, str] | None = None,
    user: int | None = None,
) -> Iterator[Site]:
    site = Site(argv, folder, cwd, env if env is not None else clean_environment(), user)
    try:
        yield site
    finally:
        site.kill_all()


def processes_of(folder: Path) -> list[int]:
    """Processes that work in the folder or were told to keep their data there; no zombies."""
    mark = f"={folder}".encode()
    found = []
    for entry in Path("/proc").iterdir():
        if not entry.name.isdigit() or int(entry.name) == os.getpid():
            continue
        with suppress(OSError):
            if "\nState:\tZ" in (entry / "status").read_text():
                continue
            works_in = (entry / "cwd").readlink().is_relative_to(folder)
            if works_in or mark in (entry / "environ").read_bytes():
                found.append(int(entry.name))
    return found


def wait_until_gone(folder: Path) -> None:
    """AssertionError when a process of the folder is still there after a long wait."""
    deadline = time.monotonic() + PATIENCE
    while left := processes_of(folder):
        assert time.monotonic() < deadline, [
            Path(f"/proc/{pid}/cmdline").read_bytes() for pid in left
        ]
        time.sleep(0.05)


def children_of(pid: int) -> dict[int, str]:
    """The children of a process, and the letter of each one's state (S sleeps, Z is a zombie)."""
    found = {}
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            with suppress(OSError):
                status = (entry / "status").read_text()
                if f"\nPPid:\t{pid}\n" in status:
                    found[int(entry.name)] = status.partition("State:\t")[2][0]
    return found
