"""Private folders: created with mode 0700, refused if of another user; modes are never changed."""

import fcntl
import hashlib
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from enishi.servers.errors import ServerError


def make_private(folder: Path) -> None:
    """Create the folder for this user alone. Raises ServerError if another user owns it.

    The folder of sockets may be in the system's temporary folder, where another user could have
    created it first.
    """
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        found = folder.stat(follow_symlinks=False)
    except OSError as error:
        raise ServerError(f"{folder} cannot be made: {error.strerror}.") from error
    if found.st_uid != os.geteuid():
        raise ServerError(
            f"{folder} belongs to user {found.st_uid}: start as that user, or set"
            " ENISHI_DATA_DIR to a folder of your own."
        )


def require_private(folder: Path) -> None:
    """Raise ServerError if other users may enter the folder: its mode is its only protection."""
    mode = folder.stat(follow_symlinks=False).st_mode
    if mode & 0o077:
        raise ServerError(f"{folder} is open to other users: remove it, it is made anew.")


def emptied(folder: Path) -> Path:
    """The folder, deleted and created anew."""
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    return folder


def digest_of(folder: Path) -> str:
    """A short name for the folder, the same at every start."""
    return hashlib.sha256(str(folder.absolute()).encode()).hexdigest()[:12]


def started_at(folder: Path) -> float | None:
    """When the supervisor that runs on the folder was started (Unix time); None without one.

    The lock's file tells, because trying the lock itself could refuse a supervisor that starts.
    """
    lock = folder / "lock"
    try:
        os.kill(int(lock.read_text()), 0)
        return lock.stat().st_mtime
    except (OSError, ValueError):  # no file, no process (or another user's), or just being written
        return None


@contextmanager
def locked(folder: Path) -> Iterator[None]:
    """Lock the data folder for one supervisor; the kernel unlocks it when the process ends.

    Raises ServerError if another supervisor holds the lock.
    """
    with (folder / "lock").open("a+") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            lock.seek(0)
            raise ServerError(
                f"Enishi already runs on {folder} (process {lock.read().strip() or 'unknown'})."
            ) from error
        lock.truncate(0)
        lock.write(str(os.getpid()))
        lock.flush()
        yield
