"""The earlier commit: a git worktree with an environment of its own, kept under .enishi/."""

import fcntl
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from tests.bench.load import ROOT, Checkout

CACHE = ROOT / ".enishi" / "against"
_MARK = ".installed-by"  # in the environment: which Python made it, once it is complete


@dataclass(frozen=True)
class Commit:
    """`title` is the subject of the commit; `is_changed`: files differ from it."""

    id: str
    title: str
    is_changed: bool = False

    def __str__(self) -> str:
        return f"{self.id[:12]}{' with changes' if self.is_changed else ''} ({self.title})"


def find_commit(name: str) -> Commit:
    """The commit of that name. Raises SystemExit when there is none."""
    try:
        commit_id = _git("rev-parse", "--verify", "--quiet", f"{name}^{{commit}}")
    except subprocess.CalledProcessError:
        raise SystemExit(f"There is no commit {name} in this repository.") from None
    return Commit(commit_id, _git("log", "-1", "--format=%s", commit_id))


def present_state() -> Commit:
    head = find_commit("HEAD")
    return Commit(head.id, head.title, is_changed=bool(_git("status", "--porcelain")))


@contextmanager
def checked_out(commit: Commit) -> Iterator[Checkout]:
    """A checkout of the commit that can run; worktrees of other commits are removed.

    The folder is locked for the block: another comparison with another commit would remove it.
    """
    CACHE.mkdir(parents=True, exist_ok=True)
    with (CACHE / "lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise SystemExit("Another comparison is running in this repository.") from None
        folder = CACHE / commit.id
        for other in CACHE.iterdir():
            if other.is_dir() and other != folder:
                _remove(other)
        _check_out(commit, folder)
        _install(folder)
        yield Checkout(folder, str(folder / ".venv" / "bin" / "python"))


def _check_out(commit: Commit, folder: Path) -> None:
    if _is_worktree(folder):
        _git("-C", str(folder), "reset", "--quiet", "--hard", commit.id)
        return
    _remove(folder)  # also what is left of a run that was interrupted
    _git("worktree", "add", "--quiet", "--detach", "--force", str(folder), commit.id)


def _is_worktree(folder: Path) -> bool:
    """Whether git knows it as one: without its .git file, git would find the outer repository."""
    if not (folder / ".git").is_file():
        return False
    try:
        return _git("-C", str(folder), "rev-parse", "--show-toplevel") == str(folder)
    except subprocess.CalledProcessError:
        return False


def _remove(folder: Path) -> None:
    shutil.rmtree(folder, ignore_errors=True)
    _git("worktree", "prune")


def _install(folder: Path) -> None:
    """The commit's own lock file, by its own tool, with the Python that runs us."""
    environment, mark = folder / ".venv", folder / ".venv" / _MARK
    if mark.is_file() and mark.read_text() == sys.version:
        return
    shutil.rmtree(environment, ignore_errors=True)
    sys.stderr.write("Making the environment of the earlier commit (a minute or two) …\n")
    variables = {
        name: text
        for name, text in os.environ.items()
        if name not in {"PYTHONPATH", "PYTHONHOME", "VIRTUAL_ENV"}
    }
    subprocess.run(
        [_interpreter(), "tools/install.py"],
        cwd=folder,
        env=variables,
        stdout=sys.stderr,
        check=True,
    )
    mark.write_text(sys.version)


def _interpreter() -> str:
    """The Python that our environment was made from: that of an environment may lack pip."""
    name = f"python{sys.version_info.major}.{sys.version_info.minor}"
    found = Path(sys.base_exec_prefix) / "bin" / name
    return str(found) if found.exists() else sys.executable


def _git(*arguments: str) -> str:
    done = subprocess.run(["git", *arguments], cwd=ROOT, capture_output=True, text=True, check=True)
    return done.stdout.strip()
