"""The folder of a backup: the dump, the files, a manifest, and the checksum of each of them."""

import hashlib
import json
import os
import shutil
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from enishi.servers.errors import ServerError

DUMP, FILES = "database.dump", "files"
_MANIFEST, _SUMS = "manifest.json", "SHA256SUMS"
_FORMAT = 1
_CHUNK = 1 << 20


@dataclass(frozen=True)
class Manifest:
    """What a backup holds. It names keys and never contains one."""

    made_at: str  # ISO 8601, UTC
    enishi: str  # the version
    postgresql: str
    migrations: list[str]
    keys: list[str]  # names of the keys that were configured: without them, parts are unreadable
    rows: dict[str, int]  # of each table
    files: int
    # Files that the database names and that were not found, or whose bytes are not those stored.
    files_missing: list[str] = field(default_factory=list)
    files_damaged: list[str] = field(default_factory=list)
    # The id of the key of published figures; empty in backups made before there were any.
    figures_key: str = ""
    # The id of the key of public signatures; empty where nothing was signed yet.
    signing_key: str = ""
    format: int = _FORMAT


@contextmanager
def new_folder(folder: Path) -> Iterator[Path]:
    """A folder to fill, which gets its name at the end: a backup is never incomplete.

    Raises ServerError if there is something of that name already.
    """
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise ServerError(f"{folder} exists already: name a new folder for each backup.")
    unfinished = folder.with_name(f"{folder.name}.unfinished")
    shutil.rmtree(unfinished, ignore_errors=True)
    try:
        unfinished.mkdir(parents=True, mode=0o700)
        yield unfinished
        if folder.exists():
            folder.rmdir()
        unfinished.rename(folder)
        _sync(folder.parent)
    except OSError as error:
        raise ServerError(f"{folder} cannot be written: {error.strerror}.") from error
    finally:
        shutil.rmtree(unfinished, ignore_errors=True)


def copy_files(
    stored: Iterable[tuple[str, bytes]], source: Path, target: Path
) -> tuple[int, list[str], list[str]]:
    """Copy files, given by their paths below `source` and their SHA-256.

    Returns how many were copied, the missing ones, and the damaged ones (which are copied too).
    """
    copied, missing, damaged = 0, [], []
    for path, sha256 in stored:
        to = target / path
        to.parent.mkdir(parents=True, mode=0o700, exist_ok=True)
        try:
            shutil.copyfile(source / path, to)
        except FileNotFoundError:
            missing.append(path)
            continue
        copied += 1
        if _digest(to) != sha256.hex():
            damaged.append(path)
    return copied, missing, damaged


def seal(folder: Path, manifest: Manifest) -> None:
    """Write the manifest and the checksums, and wait until all of it is on the disk."""
    text = json.dumps(asdict(manifest), ensure_ascii=False, indent=1)
    (folder / _MANIFEST).write_text(f"{text}\n", encoding="utf-8")
    sums = [f"{_digest(folder / name)}  {name}\n" for name in _names(folder)]
    (folder / _SUMS).write_text("".join(sums), encoding="utf-8")
    for name in [*_names(folder), _SUMS]:
        _sync(folder / name)
    _sync(folder)


def read(folder: Path) -> Manifest:
    """The manifest of a backup whose files are all there and unchanged. Raises ServerError."""
    try:
        lines = (folder / _SUMS).read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise ServerError(f"{folder} is no backup: it has no readable {_SUMS}.") from error
    sums = {name: digest for digest, _, name in (line.partition("  ") for line in lines)}
    names = _names(folder)
    if unlisted := sorted(set(names) - sums.keys()):
        raise ServerError(f"{folder / unlisted[0]} is not part of this backup: {_SUMS} lacks it.")
    for name, digest in sums.items():
        if name not in names:
            raise ServerError(f"{folder / name} is missing: this backup is incomplete.")
        if _digest(folder / name) != digest:
            raise ServerError(f"{folder / name} was changed or damaged: its checksum differs.")
    return _manifest(folder)


def _manifest(folder: Path) -> Manifest:
    try:
        found: dict[str, Any] = json.loads((folder / _MANIFEST).read_text(encoding="utf-8"))
        if found.get("format") != _FORMAT:
            raise ServerError(
                f"{folder} was made by another version of Enishi that this cannot read."
            )
        return Manifest(**found)
    except (OSError, ValueError, TypeError) as error:
        raise ServerError(f"{folder / _MANIFEST} cannot be read.") from error


def _names(folder: Path) -> list[str]:
    """The paths of all files below the folder but the checksums, as POSIX paths."""
    found = (path for path in folder.rglob("*") if path.is_file())
    return sorted({path.relative_to(folder).as_posix() for path in found} - {_SUMS})


def _digest(file: Path) -> str:
    digest = hashlib.sha256()
    with file.open("rb") as opened:
        while chunk := opened.read(_CHUNK):
            digest.update(chunk)
    return digest.hexdigest()


def _sync(path: Path) -> None:
    opened = os.open(path, os.O_RDONLY)
    try:
        os.fsync(opened)
    finally:
        os.close(opened)
