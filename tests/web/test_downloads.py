"""A file is read through its domain's permission, and can do nothing in the browser."""

import uuid
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from tests.web.conftest import Visit

from enishi.kit import db, files
from enishi.kit.files import FileView, Purpose

PNG = b"\x89PNG\r\n\x1a\n" + b"\0" * 20


async def everybody(_file: FileView, _actor_id: uuid.UUID | None) -> bool:
    return True


async def nobody_yet(_file: FileView, actor_id: uuid.UUID | None) -> bool:
    return actor_id is not None


IMAGE = Purpose("test.image", frozenset({"image/png"}), 1000, everybody, inline=True)
PAPER = Purpose("test.paper", frozenset({"image/png"}), 1000, everybody)
PRIVATE = Purpose("test.private", frozenset({"image/png"}), 1000, nobody_yet)


@pytest.fixture(autouse=True)
def purposes(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(files, "_root", lambda: tmp_path / "files")
    monkeypatch.setattr(files, "_purposes", {each.name: each for each in (IMAGE, PAPER, PRIVATE)})


async def keep(purpose: Purpose, name: str = "写真.png") -> FileView:
    async def content() -> AsyncIterator[bytes]:
        yield PNG

    async with db.unit_of_work():
        return await files.store(purpose, 7, name, content())


async def test_an_image_is_shown_and_everything_else_is_downloaded(visit: Visit) -> None:
    async with visit() as client:
        for purpose, way in ((IMAGE, "inline"), (PAPER, "attachment")):
            answer = await client.get(f"/files/{(await keep(purpose)).public_id}")
            assert (answer.status_code, answer.content) == (200, PNG)
            assert answer.headers["content-disposition"] == (
                f"{way}; filename*=utf-8''%E5%86%99%E7%9C%9F.png"
            )
            assert answer.headers["content-type"] == "image/png"
            assert answer.headers["content-security-policy"] == "sandbox; default-src 'none'"
            assert answer.headers["x-content-type-options"] == "nosniff"
            assert answer.headers["cache-control"] == "no-store"


async def test_who_may_not_read_a_file_meets_the_same_page_as_for_none(visit: Visit) -> None:
    kept = await keep(PRIVATE)
    async with visit() as client:
        hidden = await client.get(f"/files/{kept.public_id}")
        missing = await client.get(f"/files/{'x' * 22}")
    assert hidden.status_code == missing.status_code == 404
    assert hidden.text == missing.text


@pytest.mark.parametrize(
    "name", ['a"; filename=evil.exe.png', "a\r\nset-cookie: x=1.png", "a;b.png", "é\u2028.png"]
)
async def test_a_name_cannot_leave_its_header(visit: Visit, name: str) -> None:
    async with visit() as client:
        answer = await client.get(f"/files/{(await keep(PAPER, name)).public_id}")
    assert answer.status_code == 200
    assert "set-cookie" not in answer.headers
    disposition = answer.headers["content-disposition"]
    assert disposition.startswith("attachment; filename*=utf-8''")
    assert not set(disposition.partition("''")[2]) & set('"; \r\n')
