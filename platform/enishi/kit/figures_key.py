"""The key of the noise in published figures: one file beside the data, never in a database or dump.

It does not belong to ENISHI_KEYS, since it never rotates: another key draws other noise, and the
difference between two draws around the same count tells the count. Whoever has the key and the
published figures can take the noise away, so `enishi backup` writes it as a file of its own.
"""

import base64
import hmac
import os
from collections.abc import Collection
from dataclasses import dataclass, field
from pathlib import Path

from enishi.kit import ids
from enishi.kit.keyring import KeyRingError
from enishi.settings import get_settings

_BYTES = 32
_NAME = "figures.key"


class FiguresKeyError(KeyRingError):
    """Figures must not be published. The message is one sentence for an operator."""


class FiguresKeyMissingError(FiguresKeyError):
    """Figures were published with a key that is not here."""


class FiguresKeyDiffersError(FiguresKeyError):
    """Figures were published with another key than the one that is here."""


class FiguresKeyNotLostError(FiguresKeyError):
    """A new series of figures was asked for, and a key of the former ones is here."""


class FiguresKeyUnreadableError(FiguresKeyError):
    """There is a file where the key has to be, but it is no key."""


@dataclass(frozen=True)
class FiguresKey:
    """32 random bytes, and an id that tells keys apart and nothing about them."""

    secret: bytes = field(repr=False)

    @property
    def id(self) -> str:
        """16 hexadecimal digits: each release stores them."""
        return hmac.digest(self.secret, b"enishi figures key id", "sha256")[:8].hex()


def path() -> Path:
    """Where the key of this installation lies; all machines of it share the folder."""
    return get_settings().data_dir / _NAME


def path_beside(backup: Path) -> Path:
    """Where `enishi backup` writes the key, and `enishi restore` looks for it."""
    return backup.with_name(f"{backup.name}.{_NAME}")


def figures_key(made_with: str | None) -> FiguresKey:
    """The key of this installation, for the release that comes next.

    `made_with` is the id of the key that figures were published with so far; None if none were:
    then a key is made where there is none. Raises FiguresKeyMissingError, FiguresKeyDiffersError
    and FiguresKeyUnreadableError; a caller then publishes nothing.
    """
    found = read(path())
    if found is None and made_with is None:
        store(FiguresKey(ids.random_bytes(_BYTES)), path())
        found = read(path())  # that of another process, if it was faster
    if found is None:
        raise FiguresKeyMissingError(
            f"{path()} is missing: figures were published with the key {made_with}, and are not"
            " published with another."
        )
    if made_with not in {None, found.id}:
        raise FiguresKeyDiffersError(
            f"{path()} is the key {found.id}: figures were published with the key {made_with}, and"
            " are not published with another."
        )
    return found


def key_of_new_series(used: Collection[str]) -> FiguresKey:
    """The key of releases that number their periods anew, after the former one is lost for good.

    `used` are the ids of all keys that figures were published with: another draw around the same
    counts has to be independent of theirs. Makes a key where there is none. Raises
    FiguresKeyNotLostError where the key that is here is one of them, and FiguresKeyUnreadableError.
    """
    found = read(path())
    if found is None:
        store(FiguresKey(ids.random_bytes(_BYTES)), path())
        found = read(path())
    if found is None or found.id in used:
        raise FiguresKeyNotLostError(
            f"{path()} is a key that figures were published with: it is not lost, and no new series"
            " begins under it."
        )
    return found


def read(file: Path) -> FiguresKey | None:
    """The key in a file; None if there is none. Raises FiguresKeyUnreadableError."""
    try:
        text = file.read_text(encoding="ascii").strip()
        secret = base64.b64decode(text, altchars=b"-_", validate=True)
    except FileNotFoundError:
        return None
    except (OSError, ValueError) as error:
        raise FiguresKeyUnreadableError(f"{file} cannot be read as a key of figures.") from error
    if len(secret) != _BYTES:
        raise FiguresKeyUnreadableError(f"{file} is no key of figures: it has not 32 bytes.")
    return FiguresKey(secret)


def store(key: FiguresKey, file: Path) -> None:
    """Write the key to a new file that only its owner reads, whole or not at all.

    Leaves a file that is there as it is. Raises OSError.
    """
    file.parent.mkdir(parents=True, mode=0o700, exist_ok=True)
    unfinished = file.with_name(f"{file.name}.{ids.random_bytes(6).hex()}")
    opened = os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(opened, "wb") as stream:
            stream.write(base64.urlsafe_b64encode(key.secret) + b"\n")
            stream.flush()
            os.fsync(stream.fileno())
        # Unlike a rename, a link fails where another process has just written its key.
        os.link(unfinished, file)
    except FileExistsError:
        return
    finally:
        unfinished.unlink()
    _sync(file.parent)


def replace(key: FiguresKey, file: Path) -> None:
    """Put the key in the place of another one, which is kept beside it under its id."""
    before = read(file)
    if before is not None and before.id != key.id:
        file.rename(file.with_name(f"{file.name}.{before.id}"))
    store(key, file)


def _sync(folder: Path) -> None:
    opened = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(opened)
    finally:
        os.close(opened)
