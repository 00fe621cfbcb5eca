"""The file store keeps what it was allowed to keep, and shows it to nobody else."""

import os
import uuid
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from enishi.kit import clock, db, files
from enishi.kit.errors import NotFoundError, TooLargeError
from enishi.kit.files import FileView, Purpose, UnknownKindError
from enishi.kit.tables import StoredFile
from enishi.settings import get_settings

PNG = b"\x89PNG\r\n\x1a\n" + b"\0" * 20
OWNER = uuid.uuid4()
CONTENTS = {
    "application/pdf": b"%PDF-1.7 ...",
    "image/png": PNG,
    "image/jpeg": b"\xff\xd8\xff\xe0 ...",
    "image/webp": b"RIFF\x10\0\0\0WEBPVP8 ...",
}


async def only_the_owner(file: FileView, actor_id: uuid.UUID | None) -> bool:
    return actor_id == OWNER and file.subject_id == "7"


PHOTO = Purpose("test.photo", frozenset(CONTENTS), 1000, only_the_owner, inline=True)
LETTER = Purpose("test.letter", frozenset({"application/pdf"}), 1000, only_the_owner)


@pytest.fixture(autouse=True)
def purposes(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Two declared purposes, and a folder of this test's own."""
    monkeypatch.setattr(files, "_purposes", {})
    monkeypatch.setattr(files, "_root", lambda: tmp_path / "files")
    files.register(PHOTO)
    files.register(LETTER)


async def chunks(*parts: bytes) -> AsyncIterator[bytes]:
    for part in parts:
        yield part


async def keep(*parts: bytes, purpose: Purpose = PHOTO, name: str = "写真.png") -> FileView:
    async with db.unit_of_work():
        return await files.store(purpose, 7, name, chunks(*parts))


def on_disk() -> list[Path]:
    return [path for path in files._root().glob("*/*") if path.is_file()]


async def test_a_file_comes_back_as_it_was_for_who_may_read_it() -> None:
    kept = await keep(PNG[:3], PNG[3:])
    file, path, inline = await files.open_for(kept.public_id, OWNER)
    assert (file, inline) == (kept, True)
    assert path.read_bytes() == PNG
    assert (file.name, file.media_type, file.size) == ("写真.png", "image/png", len(PNG))
    assert [oct(each.stat().st_mode)[-3:] for each in (path.parent, path.parents[1])] == ["700"] * 2


@pytest.mark.parametrize("actor_id", [None, uuid.uuid4()])
async def test_nobody_else_learns_that_the_file_exists(actor_id: uuid.UUID | None) -> None:
    kept = await keep(PNG)
    with pytest.raises(NotFoundError):
        await files.open_for(kept.public_id, actor_id)


@pytest.mark.parametrize("public_id", ["", "x" * 22, "x" * 5000, "a\0b", "../../etc", "é" * 22])
async def test_an_unknown_address_is_not_found(public_id: str) -> None:
    with pytest.raises(NotFoundError):
        await files.open_for(public_id, OWNER)


async def test_a_file_whose_purpose_nobody_declares_any_more_is_not_found() -> None:
    kept = await keep(PNG)
    files._purposes.clear()
    with pytest.raises(NotFoundError):
        await files.open_for(kept.public_id, OWNER)


async def test_a_file_past_its_last_instant_is_not_found() -> None:
    now = clock.now()
    async with db.unit_of_work():
        kept = await files.store(PHOTO, 7, "a", chunks(PNG), now + timedelta(days=1))
    with clock.frozen_at(now + timedelta(days=1, microseconds=-1)):
        assert await files.open_for(kept.public_id, OWNER)
    with clock.frozen_at(now + timedelta(days=1)), pytest.raises(NotFoundError):
        await files.open_for(kept.public_id, OWNER)


@pytest.mark.parametrize(("media_type", "content"), CONTENTS.items())
async def test_the_kind_is_read_from_the_content_and_not_from_the_name(
    media_type: str, content: bytes
) -> None:
    assert (await keep(content, name="innocent.txt")).media_type == media_type
    one_by_one = [bytes([byte]) for byte in content]
    assert (await keep(*one_by_one)).media_type == media_type


@pytest.mark.parametrize(
    "content",
    [b"", b"GIF89a", b"<svg onload=alert(1)>", b"MZ", b"RIFF\x10\0\0\0WAVEfmt ", b" %PDF-1.7"],
)
async def test_other_contents_are_refused_and_leave_nothing(content: bytes) -> None:
    with pytest.raises(UnknownKindError):
        await keep(content)
    assert on_disk() == []
    assert await StoredFile.count() == 0


async def test_a_kind_of_another_purpose_is_refused() -> None:
    with pytest.raises(UnknownKindError):
        await keep(PNG, purpose=LETTER)


async def test_the_limit_is_the_last_size_that_is_taken() -> None:
    exact = PNG + b"\0" * (PHOTO.largest - len(PNG))
    assert (await keep(exact)).size == PHOTO.largest
    with pytest.raises(TooLargeError):
        await keep(exact, b"\0")
    assert len(on_disk()) == 1


async def test_a_broken_off_upload_leaves_nothing() -> None:
    async def breaks_off() -> AsyncIterator[bytes]:
        yield PNG
        raise ConnectionResetError

    with pytest.raises(ConnectionResetError):
        async with db.unit_of_work():
            await files.store(PHOTO, 7, "a", breaks_off())
    assert on_disk() == []


async def test_a_file_is_stored_in_a_unit_of_work_only(own_database: None) -> None:
    with pytest.raises(RuntimeError, match="outside a unit of work"):
        await files.store(PHOTO, 7, "a", chunks(PNG))
    with pytest.raises(RuntimeError, match="outside a unit of work"):
        await files.delete(uuid.uuid4())
    assert on_disk() == []


async def test_the_bytes_go_once_the_deletion_has_committed(own_database: None) -> None:
    kept = await keep(PNG)
    with pytest.raises(LookupError):
        async with db.unit_of_work():
            await files.delete(kept.id)
            raise LookupError
    assert len(on_disk()) == 1
    async with db.unit_of_work():
        await files.delete(kept.id)
        assert len(on_disk()) == 1
    assert on_disk() == []
    with pytest.raises(NotFoundError):
        await files.open_for(kept.public_id, OWNER)


async def test_the_sweep_removes_what_is_expired_or_orphaned_and_nothing_else(
    own_database: None,
) -> None:
    assert await files.sweep() == 0
    now = clock.now()
    stays = await keep(PNG)
    async with db.unit_of_work():
        await files.store(PHOTO, 7, "expires", chunks(PNG), now + timedelta(hours=1))
    for _ in range(2):
        with pytest.raises(LookupError):
            async with db.unit_of_work():
                await files.store(PHOTO, 7, "rolled back", chunks(PNG))
                raise LookupError
    known = await _known()
    young = next(path for path in on_disk() if path.name not in known)
    stray = files._root() / "00" / "not-an-id"
    stray.parent.mkdir(exist_ok=True)
    stray.write_bytes(b"")
    long_ago = (now - timedelta(days=2)).timestamp()
    for path in on_disk():
        if path != young:
            os.utime(path, (long_ago, long_ago))

    with clock.frozen_at(now + timedelta(hours=1)):
        assert await files.sweep() == 3
        assert await files.sweep() == 0
    assert {path.name for path in on_disk()} == {stays.id.hex, young.name}


async def _known() -> list[str]:
    return [row["id"].hex for row in await StoredFile.select(StoredFile.id)]


@given(st.text(max_size=300) | st.text(st.sampled_from('a./\\ \r\n\0"\u202e;'), max_size=20))
def test_a_name_is_safe_in_a_header_and_in_any_folder(name: str) -> None:
    safe = files.safe_name(name)
    assert 0 < len(safe) <= 200
    assert safe == safe.strip(" .")
    assert not set(safe) & set("/\\\r\n\0\u202e")
    assert files.safe_name(safe) == safe


@pytest.mark.parametrize(
    ("name", "safe"),
    [
        ("議事録.pdf", "議事録.pdf"),
        ("か\u3099.pdf", "が.pdf"),
        ("../../etc/passwd", "passwd"),
        ("C:\\Users\\me\\photo.jpg", "photo.jpg"),
        ("a\r\nSet-Cookie: x=1.pdf", "aSet-Cookie: x=1.pdf"),
        ("invoice\u202efdp.exe", "invoicefdp.exe"),
        ("", "file"),
        ("...", "file"),
        (".pdf", "pdf"),
        ("あ" * 300 + ".pdf", "あ" * 196 + ".pdf"),
        ("a" * 150 + "." + "b" * 150, "a" * 150 + "." + "b" * 49),
    ],
)
def test_a_name_keeps_what_tells_people_something(name: str, safe: str) -> None:
    assert files.safe_name(name) == safe


def test_files_live_in_the_data_folder(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.undo()
    assert files._root() == get_settings().data_dir / "files"
