"""The file store: bytes in a folder, a row for each file, access checks by the owning domain.

A file is written and flushed to disk before its row is committed, so a row never names a missing
file. A rollback leaves a file without a row; `sweep` removes it.
"""

import asyncio
import hashlib
import os
import re
import unicodedata
import uuid
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import BinaryIO

from enishi.kit import clock, db, ids
from enishi.kit.errors import InvalidError, NotFoundError, TooLargeError
from enishi.kit.i18n import gettext_lazy
from enishi.kit.schema import Schema
from enishi.settings import get_settings

_ORPHAN_AGE = timedelta(days=1)
_LONGEST_SIGNATURE = 16
_LONGEST_NAME = 200
_LONGEST_ENDING = 20
_PUBLIC_ID = re.compile(r"[\w-]{1,32}", re.ASCII)
# The first bytes of a file decide its type; its name and the browser's media type do not.
_SIGNATURES = {
    "application/pdf": b"%PDF-",
    "image/png": b"\x89PNG\r\n\x1a\n",
    "image/jpeg": b"\xff\xd8\xff",
    "image/webp": b"RIFF",
}
_AVIF = b"ftypavif"  # after the length of the first box


class UnknownKindError(InvalidError):
    message = gettext_lazy("この種類のファイルは受け取れません。")


class FileView(Schema):
    id: uuid.UUID
    public_id: str
    purpose: str
    subject_id: str
    name: str
    media_type: str
    size: int
    expires_at: datetime | None


@dataclass(frozen=True)
class Purpose:
    """A kind of file: its limits, and its access check.

    `may_read(file, actor_id)` is called for each download: knowing the address is not enough.
    `largest` is in bytes. `inline` lets the browser show the file instead of saving it, for
    images that were validated. `cached` lets caches keep for good what anybody may read: no file
    changes under its address, but one that is deleted stays in caches.
    """

    name: str
    media_types: frozenset[str]
    largest: int
    may_read: Callable[[FileView, uuid.UUID | None], Awaitable[bool]]
    inline: bool = False
    cached: bool = False


_purposes: dict[str, Purpose] = {}

_COLUMNS = "id, public_id, purpose, subject_id, name, media_type, size, expires_at"
_INSERT = f"""
INSERT INTO kit_file (
    id, public_id, purpose, subject_id, name, media_type, size, sha256, created_at, expires_at
) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
RETURNING {_COLUMNS}
"""  # noqa: S608 (made of constants)


def register(purpose: Purpose) -> None:
    """Called by wiring for each purpose that a domain declares."""
    _purposes[purpose.name] = purpose


async def store(
    purpose: Purpose,
    subject_id: object,
    name: str,
    chunks: AsyncIterator[bytes],
    expires_at: datetime | None = None,
) -> FileView:
    """Store a file, in the caller's unit of work.

    Raises TooLargeError beyond the limit of the purpose, and UnknownKindError for a media type
    that it does not allow.
    """
    if not db.in_unit_of_work():
        raise RuntimeError("a file was stored outside a unit of work")
    file_id = ids.new_id()
    path = _path(file_id)
    written = await _write(path, chunks, purpose)
    [row] = await db.fetch(
        _INSERT,
        file_id,
        ids.new_public_id(),
        purpose.name,
        str(subject_id),
        safe_name(name),
        written.media_type(),
        written.size,
        written.sha256,
        clock.now(),
        expires_at,
    )
    return FileView.model_validate(row)


async def open_for(public_id: str, actor_id: uuid.UUID | None) -> tuple[FileView, Path, bool]:
    """A file, its path and whether it may be shown inline.

    Raises NotFoundError also for an actor without access, so that it does not reveal whether the
    file exists.
    """
    if not _PUBLIC_ID.fullmatch(public_id):
        raise NotFoundError
    row = await db.fetch_one(f"SELECT {_COLUMNS} FROM kit_file WHERE public_id = $1", public_id)  # noqa: S608 (constants)
    if row is None:
        raise NotFoundError
    file = FileView.model_validate(row)
    purpose = _purposes.get(file.purpose)
    expired = file.expires_at is not None and file.expires_at <= clock.now()
    if purpose is None or expired or not await purpose.may_read(file, actor_id):
        raise NotFoundError
    return file, _path(file.id), purpose.inline


async def may_be_cached(file: FileView) -> bool:
    """Whether caches may keep the file: its purpose allows it, and anybody may read it."""
    purpose = _purposes.get(file.purpose)
    if purpose is None or not purpose.cached or file.expires_at is not None:
        return False
    return await purpose.may_read(file, None)


async def delete(file_id: uuid.UUID) -> None:
    """Delete a file; its bytes are removed after the commit."""

    async def unlink() -> None:
        await asyncio.to_thread(_path(file_id).unlink, missing_ok=True)

    db.after_commit(unlink)
    await db.execute("DELETE FROM kit_file WHERE id = $1", file_id)


async def list_stored() -> list[tuple[str, bytes]]:
    """Every file of the database: its path below the folder of files, and its SHA-256."""
    rows = await db.fetch("SELECT id, sha256 FROM kit_file ORDER BY id")
    root = _root()
    return [(_path(row["id"]).relative_to(root).as_posix(), row["sha256"]) for row in rows]


def folder() -> Path:
    """Where the bytes of all files are."""
    return _root()


async def sweep() -> int:
    """Remove expired files and files without a row; returns the number of removed files."""
    async with db.unit_of_work():
        expired = await db.fetch("SELECT id FROM kit_file WHERE expires_at <= $1", clock.now())
        for row in expired:
            await delete(row["id"])
    removed = len(expired)
    oldest = (clock.now() - _ORPHAN_AGE).timestamp()
    for folder in await asyncio.to_thread(lambda: sorted(_root().glob("*"))):
        removed += await _sweep_folder(folder, oldest)
    return removed


async def _sweep_folder(folder: Path, oldest: float) -> int:
    old = await asyncio.to_thread(_older_than, folder, oldest)
    ids_of_old = [found for found in map(_id_of, old) if found is not None]
    rows = await db.fetch("SELECT id FROM kit_file WHERE id = ANY($1)", ids_of_old)
    known = {row["id"] for row in rows}
    orphans = [path for path in old if _id_of(path) not in known]
    for path in orphans:
        await asyncio.to_thread(path.unlink, missing_ok=True)
    return len(orphans)


def _older_than(folder: Path, oldest: float) -> list[Path]:
    old = []
    for path in folder.iterdir():
        with suppress(FileNotFoundError):  # deleted in the meantime
            if path.stat().st_mtime < oldest:
                old.append(path)
    return old


def safe_name(name: str) -> str:
    """A file name for a download: no folders, no control characters, at most 200 characters."""
    base = re.split(r"[\\/]", unicodedata.normalize("NFC", name))[-1]
    kept = "".join(c for c in base if unicodedata.category(c)[0] != "C").strip(" .")
    stem, dot, ending = kept.rpartition(".")
    if not dot or len(ending) > _LONGEST_ENDING:
        return kept[:_LONGEST_NAME].strip(" .") or "file"
    return f"{stem[: _LONGEST_NAME - len(ending) - 1].strip(' .') or 'file'}.{ending}"


class _Receiver:
    """Counts, hashes and checks the chunks of a file while they are written."""

    def __init__(self, purpose: Purpose) -> None:
        self._purpose = purpose
        self._digest = hashlib.sha256()
        self._head = b""
        self.size = 0

    def take(self, chunk: bytes) -> None:
        self.size += len(chunk)
        if self.size > self._purpose.largest:
            raise TooLargeError
        self._digest.update(chunk)
        if len(self._head) < _LONGEST_SIGNATURE:
            self._head = (self._head + chunk)[:_LONGEST_SIGNATURE]

    def media_type(self) -> str:
        found = _media_type(self._head)
        if found not in self._purpose.media_types:
            raise UnknownKindError
        return found

    @property
    def sha256(self) -> bytes:
        return self._digest.digest()


async def _write(path: Path, chunks: AsyncIterator[bytes], purpose: Purpose) -> _Receiver:
    receiver = _Receiver(purpose)
    file = await asyncio.to_thread(_create, path)
    try:
        async for chunk in chunks:
            receiver.take(chunk)
            await asyncio.to_thread(file.write, chunk)
        receiver.media_type()
        await asyncio.to_thread(_flush, file)
    except BaseException:
        await asyncio.to_thread(path.unlink, missing_ok=True)
        raise
    finally:
        await asyncio.to_thread(file.close)
    return receiver


def _create(path: Path) -> BinaryIO:
    for folder in (path.parents[1], path.parent):  # mkdir's own parents would ignore the mode
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    return path.open("xb")


def _flush(file: BinaryIO) -> None:
    """Fsync the file and its folders, so that bytes and names survive a loss of power."""
    file.flush()
    os.fsync(file.fileno())
    for folder in Path(file.name).parents[:2]:
        entry = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
        try:
            os.fsync(entry)
        finally:
            os.close(entry)


def _media_type(head: bytes) -> str:
    if head[4:12] == _AVIF:
        return "image/avif"
    for media_type, signature in _SIGNATURES.items():
        if head.startswith(signature) and (signature != b"RIFF" or head[8:12] == b"WEBP"):
            return media_type
    return "application/octet-stream"


def _root() -> Path:
    return get_settings().data_dir / "files"


def _path(file_id: uuid.UUID) -> Path:
    return _root() / file_id.hex[-2:] / file_id.hex


def _id_of(path: Path) -> uuid.UUID | None:
    try:
        return uuid.UUID(path.name)
    except ValueError:
        return None
