"""The file store: bytes in a folder, facts in a table, access by the domain they belong to.

A file is written and flushed before its row is committed, so a row never names a missing file.
A rollback leaves bytes without a row; `sweep` removes those.
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
from enishi.kit.tables import StoredFile
from enishi.settings import get_settings

_ORPHAN_AGE = timedelta(days=1)
_LONGEST_SIGNATURE = 16
_LONGEST_NAME = 200
_LONGEST_ENDING = 20
_PUBLIC_ID = re.compile(r"[\w-]{1,32}", re.ASCII)
# What a file begins with, whatever its name and the browser claim.
_SIGNATURES = {
    "application/pdf": b"%PDF-",
    "image/png": b"\x89PNG\r\n\x1a\n",
    "image/jpeg": b"\xff\xd8\xff",
    "image/webp": b"RIFF",
}


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
    """What a kind of file is for: its limits, and who may read it.

    `may_read(file, actor_id)` is asked at each reading; there are no links that open by
    themselves. `inline` allows showing instead of downloading (images that we checked).
    """

    name: str
    media_types: frozenset[str]
    largest: int
    may_read: Callable[[FileView, uuid.UUID | None], Awaitable[bool]]
    inline: bool = False


_purposes: dict[str, Purpose] = {}


def register(purpose: Purpose) -> None:
    """Called by web/wiring.py for every purpose that a domain declares."""
    _purposes[purpose.name] = purpose


async def store(
    purpose: Purpose,
    subject_id: object,
    name: str,
    chunks: AsyncIterator[bytes],
    expires_at: datetime | None = None,
) -> FileView:
    """Keep a file, in the caller's unit of work.

    Raises TooLargeError past the purpose's limit and UnknownKindError for other contents.
    """
    if not db.in_unit_of_work():
        raise RuntimeError("a file was stored outside a unit of work")
    file_id = ids.new_id()
    path = _path(file_id)
    written = await _write(path, chunks, purpose)
    row = StoredFile(
        id=file_id,
        public_id=ids.new_public_id(),
        purpose=purpose.name,
        subject_id=str(subject_id),
        name=safe_name(name),
        media_type=written.media_type(),
        size=written.size,
        sha256=written.sha256,
        created_at=clock.now(),
        expires_at=expires_at,
    )
    await row.save()
    return FileView.model_validate(row.to_dict(), extra="ignore")


async def open_for(public_id: str, actor_id: uuid.UUID | None) -> tuple[FileView, Path, bool]:
    """A file, its path and whether it may be shown inline. NotFoundError for all who may not.

    Somebody without the right learns nothing, not even that the file exists.
    """
    if not _PUBLIC_ID.fullmatch(public_id):
        raise NotFoundError
    row = (
        await StoredFile.select(*StoredFile.all_columns(exclude=[StoredFile.sha256]))
        .where(StoredFile.public_id == public_id)
        .first()
    )
    if row is None:
        raise NotFoundError
    file = FileView.model_validate(row, extra="ignore")
    purpose = _purposes.get(file.purpose)
    expired = file.expires_at is not None and file.expires_at <= clock.now()
    if purpose is None or expired or not await purpose.may_read(file, actor_id):
        raise NotFoundError
    return file, _path(file.id), purpose.inline


async def delete(file_id: uuid.UUID) -> None:
    """Forget a file; its bytes go once the unit of work has committed."""

    async def unlink() -> None:
        await asyncio.to_thread(_path(file_id).unlink, missing_ok=True)

    db.after_commit(unlink)
    await StoredFile.delete().where(StoredFile.id == file_id)


async def sweep() -> int:
    """Remove expired files, and bytes that no row names. Returns how many were removed."""
    async with db.unit_of_work():
        expired = await StoredFile.select(StoredFile.id).where(StoredFile.expires_at <= clock.now())
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
        with suppress(FileNotFoundError):  # deleted while we look
            if path.stat().st_mtime < oldest:
                old.append(path)
    return old


def safe_name(name: str) -> str:
    """A file name to offer for downloading: no folders, no control characters, 200 at most."""
    base = re.split(r"[\\/]", unicodedata.normalize("NFC", name))[-1]
    kept = "".join(c for c in base if unicodedata.category(c)[0] != "C").strip(" .")
    stem, dot, ending = kept.rpartition(".")
    if not dot or len(ending) > _LONGEST_ENDING:
        return kept[:_LONGEST_NAME].strip(" .") or "file"
    return f"{stem[: _LONGEST_NAME - len(ending) - 1].strip(' .') or 'file'}.{ending}"


class _Receiver:
    """Counts, hashes and judges what arrives while it is written."""

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
    for folder in (path.parents[1], path.parent):  # parents that mkdir adds ignore the mode
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    return path.open("xb")


def _flush(file: BinaryIO) -> None:
    """Let the bytes and the names that lead to them survive a loss of power."""
    file.flush()
    os.fsync(file.fileno())
    for folder in Path(file.name).parents[:2]:
        entry = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
        try:
            os.fsync(entry)
        finally:
            os.close(entry)


def _media_type(head: bytes) -> str:
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
