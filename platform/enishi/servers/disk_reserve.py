"""Disk space that is kept back for the embedded PostgreSQL.

On a full disk PostgreSQL ends as soon as it needs another segment of its write-ahead log, and its
recovery needs disk space too: it could not be started again until somebody made room. With the
reserve released it recovers; it then only reads, so that the reserve is not used up.
"""

import os
import shutil
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

_MARGIN = 32 << 20  # bytes: with less, the next segment of the log may not fit
_LEAST = 24 << 20  # bytes that recovery needs: a segment of 16 MiB and some small files


@dataclass(frozen=True)
class DiskReserve:
    """A file of `size` bytes on the disk of the data."""

    file: Path
    size: int = 64 << 20

    @property
    def is_held(self) -> bool:
        return self.file.exists()

    @property
    def fits(self) -> bool:
        """Whether the disk has room for the reserve and to work with."""
        return self._free >= self.size + _MARGIN

    @property
    def is_used_up(self) -> bool:
        """Whether not even a recovery is possible until somebody makes room."""
        return not self.is_held and self._free < _LEAST

    def update(self) -> None:
        """Release the reserve on a full disk; allocate it on one with room."""
        if self.is_held and self._free < _MARGIN:
            self.file.unlink()
        elif not self.is_held and self.fits:
            self._allocate()

    @property
    def _free(self) -> int:
        return shutil.disk_usage(self.file.parent).free

    def _allocate(self) -> None:
        try:
            with self.file.open("xb") as file:
                if hasattr(os, "posix_fallocate"):
                    os.posix_fallocate(file.fileno(), 0, self.size)
                else:
                    file.write(bytes(self.size))
        except OSError:  # somebody else took the room meanwhile
            with suppress(OSError):
                self.file.unlink()
