"""Metrics files that several processes share, allocated in full before they are written.

prometheus_client maps sparse files into memory. A write to a page for which the disk has no room
raises SIGBUS, which ends the process: a full disk ended every web process, also for reading. Here a
file is allocated before it is mapped. Values without room are counted in this process only, and are
missing in the joined metrics.
"""

import os
import sys
from contextlib import suppress
from pathlib import Path
from typing import Any

from prometheus_client import values
from prometheus_client.mmap_dict import MmapedDict

_BYTES = 1 << 18  # of a new file: the labels of an ordinary site fit
_ENTRY_BYTES = 4 + 8 + 16  # beside the key: its length, at most 8 bytes of padding, two doubles


class AllocatedFile(MmapedDict):
    """The library's metrics file, restricted to allocated pages."""

    def __init__(self, filename: str, read_mode: bool = False) -> None:  # noqa: FBT001, FBT002 (the library's signature)
        self._left_out: dict[str, tuple[float, float]] = {}
        if read_mode or _is_allocated(filename):
            super().__init__(filename, read_mode)  # type: ignore[no-untyped-call]
            return
        in_memory = os.memfd_create(Path(filename).name)
        try:
            os.posix_fallocate(in_memory, 0, _BYTES)
            super().__init__(f"/proc/self/fd/{in_memory}")  # type: ignore[no-untyped-call]
        finally:
            os.close(in_memory)

    def read_value(self, key: str) -> tuple[float, float]:
        if not self._has_room_for(key):
            return self._left_out.get(key, (0.0, 0.0))
        found: tuple[float, float] = super().read_value(key)  # type: ignore[no-untyped-call]
        return found

    def write_value(self, key: str, value: float, timestamp: float) -> None:
        if self._has_room_for(key):
            super().write_value(key, value, timestamp)  # type: ignore[no-untyped-call]
        else:
            self._left_out[key] = value, timestamp

    def _has_room_for(self, key: str) -> bool:
        """Whether the key is in the file or fits into it; allocates what the file has to grow."""
        if key in self._positions:
            return True
        needed, capacity = self._used + len(key.encode()) + _ENTRY_BYTES, self._capacity
        while needed > capacity:
            capacity *= 2  # as the library lets it grow
        try:
            if capacity > self._capacity:
                os.posix_fallocate(self._f.fileno(), 0, capacity)
        except OSError:
            return False
        return True


def install() -> None:
    """Use allocated files from now on. Call it before the first metric is created.

    The library uses files only if PROMETHEUS_MULTIPROC_DIR is set.
    """
    if sys.platform == "linux":  # others lack posix_fallocate or files in memory
        library: Any = values
        library.MmapedDict = AllocatedFile


def _is_allocated(filename: str) -> bool:
    """Allocate a new file. False if the disk has no room; then the file does not exist."""
    path = Path(filename)
    try:
        with path.open("ab") as file:
            if os.fstat(file.fileno()).st_size == 0:
                os.posix_fallocate(file.fileno(), 0, _BYTES)
    except OSError:
        with suppress(OSError):
            path.unlink()  # reading an empty file would fail
        return False
    return True
