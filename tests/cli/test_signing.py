"""`enishi signing` and what `enishi doctor` says of the signing key."""

import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from tests.cli.test_doctor import ROOT, examine
from tests.servers.harness import clean_environment

from enishi.kit import db, public_keys, signing_key
from enishi.kit.signing_key import SigningKey
from enishi.settings import get_settings

OTHER = SigningKey(b"o" * 32)

pytestmark = pytest.mark.usefixtures("own_database")


def signing(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "enishi.cli", "signing", *arguments],
        cwd=ROOT,
        env=clean_environment(
            ENISHI_DATA_DIR=str(folder), ENISHI_DATABASE_URL=get_settings().database_dsn
        ),
        capture_output=True,
        text=True,
        check=False,
    )


def finding(folder: Path) -> dict[str, Any]:
    return examine(get_settings().database_dsn, folder)["signing-key"]


async def made(folder: Path, monkeypatch: pytest.MonkeyPatch) -> tuple[Path, SigningKey]:
    """The file of an installation that has signed something, and its key."""
    file = folder / "signing.key"
    monkeypatch.setattr(signing_key, "path", lambda: file)
    return file, await public_keys.own_key()


async def test_a_renewed_key_signs_and_the_former_is_kept_and_published(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert finding(tmp_path)["found"].startswith("none yet")
    file, former = await made(tmp_path, monkeypatch)
    assert finding(tmp_path)["found"] == f"{former.id}, 1 registered"
    answer = signing(tmp_path, "renew")
    assert answer.returncode == 0, answer.stderr
    key = await public_keys.own_key()
    assert key != former
    assert key.id in answer.stdout
    assert key.seed not in answer.stdout.encode()
    assert set(await public_keys.list_keys()) == {former.id, key.id}
    assert signing_key.read(file.with_name(f"signing.key.{former.id}")) == former
    assert finding(tmp_path)["ok"]
    actions = await db.fetch("SELECT action FROM audit_entry")
    assert [row["action"] for row in actions] == ["operations.signing_key.renewed"]


async def test_a_lost_key_and_one_of_another_database_are_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file, key = await made(tmp_path, monkeypatch)
    signing_key.replace(OTHER, file)
    found = finding(tmp_path)
    assert not found["ok"]
    assert f"is the key {OTHER.id}, which is not registered" in found["found"]
    assert "The signing key" in found["advice"]
    assert signing(tmp_path, "register", str(file)).returncode == 0
    assert signing(tmp_path, "register", str(file)).returncode == 0
    assert finding(tmp_path)["ok"]
    assert await public_keys.own_key() == OTHER
    remove(file)
    found = finding(tmp_path)
    assert not found["ok"]
    assert "is missing" in found["found"]
    assert signing(tmp_path, "renew").returncode == 0
    assert finding(tmp_path)["ok"]
    assert key.id in await public_keys.list_keys()


async def test_a_key_that_others_can_read_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file, _ = await made(tmp_path, monkeypatch)
    open_to_all(file)
    assert finding(tmp_path)["advice"] == f"chmod 600 {file}"


def test_what_is_no_key_is_refused_in_one_sentence(tmp_path: Path) -> None:
    missing = signing(tmp_path, "register", str(tmp_path / "nowhere"))
    assert (missing.returncode, "does not exist" in missing.stderr) == (1, True)
    other = tmp_path / "other"
    other.write_text("no key")
    refused = signing(tmp_path, "register", str(other))
    assert (refused.returncode, "cannot be read as a signing key" in refused.stderr) == (1, True)


def remove(file: Path) -> None:
    file.unlink()


def open_to_all(file: Path) -> None:
    file.chmod(0o644)
