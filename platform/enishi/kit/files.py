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
    await StoredFile.delete().where(StoredFile.id == file_id)

    async def unlink() -> None:
        await asyncio.to_thread(_path(file_id).unlink, missing_ok=True)

    db.after_commit(unlink)


async def sweep() -> int:
    """Remove expired files, and bytes that no row names. Returns how many were removed."""
    async with db.unit_of_work():
        expired = await StoredFile.select(StoredFile.id).where(StoredFile.expires_at <= clock.now())
        for row in expired:
            await delete(row["id"])
    oldest = (clock.now() - _ORPHAN_AGE).timestamp()
    paths = await asyncio.to_thread(lambda: [p for p in _root().glob("*/*") if p.is_file()])
    removed = len(expired)
    for path in paths:
        known = _id_of(path)
        if path.stat().st_mtime < oldest and (
            known is None or not await StoredFile.exists().where(StoredFile.id == known)
        ):
            path.unlink(missing_ok=True)
            removed += 1
    return removed


def safe_name(name: str) -> str:
    """A file name to offer for downloading: no folders, no control characters, 200 at most."""
    base = re.split(r"[\\/]", unicodedata.normalize("NFC", name))[-1]
    kept = "".join(c for c in base if unicodedata.category(c)[0] != "C").strip(" .")
    return kept[:200] or "file"


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
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    return path.open("xb")


def _flush(file: BinaryIO) -> None:
    file.flush()
    os.fsync(file.fileno())


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
