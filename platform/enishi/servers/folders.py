"""Folders of our own: made private, refused when they are somebody else's, never re-moded."""

import fcntl
import hashlib
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from enishi.servers.errors import ServerError


def make_private(folder: Path) -> None:
    """Have the folder, for this user alone; ServerError when it is, or may be, another's.

    The folder of sockets may lie in the machine's temporary folder, where anybody could have
    made it first.
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


def refuse_open(folder: Path) -> None:
    """ServerError when others may enter a folder whose mode is all that protects it."""
    mode = folder.stat(follow_symlinks=False).st_mode
    if mode & 0o077:
        raise ServerError(f"{folder} is open to other users: remove it, it is made anew.")


def emptied(folder: Path) -> Path:
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    return folder


def digest_of(folder: Path) -> str:
    """A short name for a place, the same at every start."""
    return hashlib.sha256(str(folder.absolute()).encode()).hexdigest()[:12]


@contextmanager
def locked(folder: Path) -> Iterator[None]:
    """Hold the data folder for one supervisor; the kernel lets go when that one dies."""
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
