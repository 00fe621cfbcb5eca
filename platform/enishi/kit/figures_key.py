"""The key of the noise in published figures: one file beside the data, never in a database or dump.

It does not belong to ENISHI_KEYS, since it never rotates: another key draws other noise, and the
difference between two draws around the same count tells the count. Whoever has the key and the
published figures can take the noise away, so `enishi backup` writes it as a file of its own.
"""

import hmac
from collections.abc import Collection
from dataclasses import dataclass, field
from pathlib import Path

from enishi.kit import ids, key_files
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
        secret = key_files.read(file, _BYTES)
    except ValueError as error:
        raise FiguresKeyUnreadableError(
            f"{file} cannot be read as a key of figures ({_BYTES} bytes in base64url)."
        ) from error
    return None if secret is None else FiguresKey(secret)


def store(key: FiguresKey, file: Path) -> None:
    """Write the key to a new file; leaves a file that is there as it is. Raises OSError."""
    key_files.store(key.secret, file)


def replace(key: FiguresKey, file: Path) -> None:
    """Put the key in the place of another one, which is kept beside it under its id."""
    before = read(file)
    if before is not None and before.id != key.id:
        file.rename(file.with_name(f"{file.name}.{before.id}"))
    store(key, file)
