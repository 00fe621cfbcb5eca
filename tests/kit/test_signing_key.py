"""The signing key is made once and registered, and no other signs in its place."""

import asyncio
from collections.abc import Iterator
from pathlib import Path

import asyncpg
import pytest

from enishi.kit import db, public_keys, signing_key
from enishi.kit.signing_key import (
    SigningKey,
    SigningKeyMissingError,
    SigningKeyUnknownError,
    SigningKeyUnreadableError,
)

OTHER = SigningKey(b"o" * 32)


@pytest.fixture
def file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    found = tmp_path / "data" / "signing.key"
    monkeypatch.setattr(signing_key, "path", lambda: found)
    return found


def mode(file: Path) -> int:
    return file.stat().st_mode & 0o777


def lose(file: Path) -> None:
    file.unlink()


def put(file: Path, text: str) -> None:
    file.parent.mkdir()
    file.write_text(text, encoding="utf-8")


async def test_the_first_use_makes_and_registers_the_key(file: Path) -> None:
    key = await public_keys.own_key()
    assert mode(file) == 0o600
    assert await public_keys.own_key() == key
    assert await public_keys.list_keys() == {key.id: key.public}
    assert repr(key) == "SigningKey()"


async def test_first_uses_at_once_sign_with_one_key(own_database: None, file: Path) -> None:
    found = await asyncio.gather(*(public_keys.own_key() for _ in range(8)))
    assert len(set(found)) == 1
    assert list(await public_keys.list_keys()) == [found[0].id]


async def test_a_missing_key_is_not_made_anew(file: Path) -> None:
    key = await public_keys.own_key()
    lose(file)
    with pytest.raises(SigningKeyMissingError, match=f"put back the key {key.id}"):
        await public_keys.own_key()
    assert signing_key.read(file) is None


async def test_a_key_that_is_not_registered_signs_nothing(file: Path) -> None:
    key = await public_keys.own_key()
    signing_key.replace(OTHER, file)
    with pytest.raises(SigningKeyUnknownError, match=f"is the key {OTHER.id}"):
        await public_keys.own_key()
    assert signing_key.read(file.with_name(f"signing.key.{key.id}")) == key
    await public_keys.register(OTHER.public)
    assert await public_keys.own_key() == OTHER
    assert set(await public_keys.list_keys()) == {key.id, OTHER.id}


@pytest.mark.parametrize("text", ["", "AAAA", "x" * 44, "字"])
async def test_a_file_that_is_no_key_is_refused(file: Path, text: str) -> None:
    put(file, text)
    with pytest.raises(SigningKeyUnreadableError):
        await public_keys.own_key()


@pytest.mark.as_owner
@pytest.mark.parametrize(
    "statement",
    [
        "DELETE FROM kit_signing_key",
        "UPDATE kit_signing_key SET registered_at = now()",
        "TRUNCATE kit_signing_key",
    ],
)
async def test_the_registry_forgets_no_key(file: Path, statement: str) -> None:
    await public_keys.own_key()
    with pytest.raises(asyncpg.RestrictViolationError):
        async with db.unit_of_work():
            await db.execute(statement)
    assert await public_keys.list_keys()
