"""Where the compiled kernels are kept, and how they are made ready before anyone waits for them.

Compiling takes some seconds; a start from the cache well under one. numba looks only at the time
stamp of the file a kernel stands in, not at files that file imports, so the folder's name holds a
hash of all kernel sources.
"""

import hashlib
import os
import tempfile
from collections.abc import Iterator
from pathlib import Path

import numba
from numba.core import config

HERE = Path(__file__).parent


def prepare() -> Path:
    """Point numba at the first folder of our own that can be written.

    Call before a kernel is decorated.
    """
    key = hashlib.sha256(numba.__version__.encode())
    for source in sorted(HERE.glob("*.py")):
        key.update(source.read_bytes())
    for base in _candidates():
        folder = base / key.hexdigest()[:16]
        if _writable(folder):
            config.CACHE_DIR = str(folder)  # type: ignore[attr-defined] # made at import
            return folder
    folder = Path(
        tempfile.mkdtemp(prefix="enishi-landscape-")
    )  # lasts as long as the machine likes
    config.CACHE_DIR = str(folder)  # type: ignore[attr-defined] # made at import
    return folder


def _candidates() -> Iterator[Path]:
    if given := os.environ.get("NUMBA_CACHE_DIR"):
        yield Path(given)
    yield HERE / "__pycache__" / "kernels"
    home = os.environ.get("XDG_CACHE_HOME")
    if home or os.environ.get("HOME"):
        yield (Path(home) if home else Path.home() / ".cache") / "enishi" / "landscape"


def _writable(folder: Path) -> bool:
    # Trying is the only answer that holds for root, read-only mounts and ACLs alike.
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=folder):
            return True
    except OSError:
        return False
