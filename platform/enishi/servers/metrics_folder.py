"""The folder that the processes of one site share their metrics through, in memory if possible.

On the disk of the data, metrics and the database would compete for its last bytes.
"""

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from enishi.servers.errors import ServerError
from enishi.servers.folders import digest_of, emptied, locked, make_private

_PREFIX = "enishi-metrics-"
_LEAST_ROOM = 64 << 20  # bytes
_STARTING = 60.0  # seconds between making a folder and locking it, at most


@contextmanager
def metrics_folder(data: Path) -> Iterator[Path]:
    """An empty, private folder for the metrics of the site with that data; removed at the end."""
    folder = _in_memory(data)
    if folder is None:
        yield emptied(data / "metrics")
        return
    with locked(folder):
        for left in folder.glob("*.db"):  # of a site that was killed
            left.unlink()
        try:
            yield folder
        finally:
            shutil.rmtree(folder, ignore_errors=True)


def memory_folders() -> list[Path]:
    """Folders of this system that are kept in memory and may be written to, the best first."""
    candidates = [Path("/dev/shm"), Path("/run")]  # noqa: S108 (folders made there are private)
    if runtime := os.environ.get("XDG_RUNTIME_DIR"):
        candidates.insert(1, Path(runtime))
    in_memory = _mounts_in_memory()
    return [
        room
        for room in candidates
        if os.access(room, os.W_OK | os.X_OK)
        and room.resolve() in in_memory
        and shutil.disk_usage(room).free >= _LEAST_ROOM
    ]


def _in_memory(data: Path) -> Path | None:
    for room in memory_folders():
        folder = room / f"{_PREFIX}{digest_of(data)}"
        with suppress(ServerError):  # of another user: take the next
            make_private(folder)
            os.utime(folder)
            _remove_abandoned(room, folder.stat().st_mtime)
            return folder
    return None


def _remove_abandoned(room: Path, now: float) -> None:
    """Remove the folders of sites that were killed: their locks are free.

    now: in seconds, as the times of files.
    """
    for folder in room.glob(f"{_PREFIX}*"):
        with suppress(ServerError, OSError):
            if now - folder.stat().st_mtime < _STARTING:
                continue
            make_private(folder)  # refuses a folder of another user
            with locked(folder):
                shutil.rmtree(folder, ignore_errors=True)


def _mounts_in_memory() -> set[Path]:
    try:
        mounts = Path("/proc/mounts").read_text().splitlines()
    except OSError:  # not Linux
        return set()
    fields = [line.split() for line in mounts]
    return {Path(place) for _, place, kind, *_ in fields if kind == "tmpfs"}
