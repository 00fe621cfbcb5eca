"""Where numba keeps the compiled kernels between processes.

Compiling takes some seconds, a start from the cache much less than one. numba invalidates its cache
by the time stamp of the kernel's own file only, not of the files that file imports; therefore the
directory's name contains a hash of all kernel sources.
"""

import hashlib
import os
import tempfile
from collections.abc import Iterator
from pathlib import Path

import numba
from numba.core import config

HERE = Path(__file__).parent


def set_cache_directory() -> Path:
    """Set numba's cache to the first of our directories that is writable, and return it.

    Call it before a kernel is decorated. If none is writable, a temporary directory is made, and
    every process compiles again.
    """
    key = hashlib.sha256(numba.__version__.encode())
    for source in sorted(HERE.glob("*.py")):
        key.update(source.read_bytes())
    for base in _candidates():
        folder = base / key.hexdigest()[:16]
        if _is_writable(folder):
            config.CACHE_DIR = str(folder)  # type: ignore[attr-defined] # made at import
            return folder
    folder = Path(tempfile.mkdtemp(prefix="enishi-landscape-"))
    config.CACHE_DIR = str(folder)  # type: ignore[attr-defined] # made at import
    return folder


def _candidates() -> Iterator[Path]:
    if given := os.environ.get("NUMBA_CACHE_DIR"):
        yield Path(given)
    yield HERE / "__pycache__" / "kernels"
    home = os.environ.get("XDG_CACHE_HOME")
    if home or os.environ.get("HOME"):
        yield (Path(home) if home else Path.home() / ".cache") / "enishi" / "landscape"


def _is_writable(folder: Path) -> bool:
    # Writing a file is the only test that is right for root, read-only mounts and ACLs alike.
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=folder):
            return True
    except OSError:
        return False
