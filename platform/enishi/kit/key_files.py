"""Files of one secret key beside the data: read, written once, replaced without loss."""

import base64
import os
from pathlib import Path

from enishi.kit import ids


def read(file: Path, size: int) -> bytes | None:
    """The key of `size` bytes in a file; None if there is no file.

    Raises ValueError if the file cannot be read, or holds something else.
    """
    try:
        text = file.read_text(encoding="ascii").strip()
        secret = base64.b64decode(text, altchars=b"-_", validate=True)
    except FileNotFoundError:
        return None
    except OSError as error:
        raise ValueError(str(error)) from error
    if len(secret) != size:
        raise ValueError(f"not {size} bytes")
    return secret


def store(secret: bytes, file: Path) -> None:
    """Write the key to a new file that only its owner reads, whole or not at all.

    Leaves a file that is there as it is. Raises OSError.
    """
    file.parent.mkdir(parents=True, mode=0o700, exist_ok=True)
    unfinished = file.with_name(f"{file.name}.{ids.random_bytes(6).hex()}")
    opened = os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(opened, "wb") as stream:
            stream.write(base64.urlsafe_b64encode(secret) + b"\n")
            stream.flush()
            os.fsync(stream.fileno())
        # Unlike a rename, a link fails where another process has just written its key.
        os.link(unfinished, file)
    except FileExistsError:
        return
    finally:
        unfinished.unlink()
    _sync(file.parent)


def _sync(folder: Path) -> None:
    opened = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(opened)
    finally:
        os.close(opened)
