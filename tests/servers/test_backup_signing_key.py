"""The signing key: beside a backup, never in it, and back in its place."""

import re
import shutil
from pathlib import Path

from tests.servers.backups import assert_refused, enishi, line_of, manifest, new_database

from enishi.kit import signing_key
from enishi.kit.signing_key import SigningKey
from enishi.settings import get_settings

KEY, OTHER = SigningKey(b"\x07" * 32), SigningKey(b"o" * 32)


def put(folder: Path, key: SigningKey) -> Path:
    """The file of a site that signed with the key."""
    file = folder / "data" / "signing.key"
    signing_key.store(key, file)
    return file


def folder_and_key(folder: Path) -> tuple[Path, Path]:
    backup, key = sorted((folder / "backup").iterdir())
    return backup, key


async def test_the_key_is_beside_the_backup_and_comes_back(site: Path) -> None:
    file = put(site, KEY)
    answer = enishi(line_of("backup"), site, get_settings().database_owner_dsn)
    assert answer.returncode == 0, answer.stderr
    backup, beside = folder_and_key(site)
    assert f"Keep {beside} elsewhere" in answer.stdout
    assert signing_key.read(beside) == KEY
    assert beside.stat().st_mode & 0o077 == 0
    assert manifest(backup)["signing_key"] == KEY.id
    encoded = beside.read_bytes().strip()
    for each in filter(Path.is_file, backup.rglob("*")):
        held = each.read_bytes()
        assert KEY.seed not in held
        assert encoded not in held

    shutil.rmtree(site / "data")
    other = await new_database("restored")
    answer = enishi(line_of("restore"), site, other)
    assert answer.returncode == 0, answer.stderr
    assert "Warning" not in answer.stderr
    assert signing_key.read(file) == KEY
    assert file.stat().st_mode & 0o077 == 0


async def test_a_restore_without_the_key_says_that_nothing_is_signed(site: Path) -> None:
    file = put(site, KEY)
    assert enishi(line_of("backup"), site, get_settings().database_owner_dsn).returncode == 0
    beside = folder_and_key(site)[1].rename(site / "kept elsewhere")
    shutil.rmtree(site / "data")
    other = await new_database("restored")
    answer = enishi(line_of("restore"), site, other)
    assert answer.returncode == 0
    assert re.search(
        f"made with the signing key {KEY.id}, which .* Nothing is signed", answer.stderr
    )
    assert not file.exists()

    # Named, it comes back, and the key that was made meanwhile is kept.
    put(site, OTHER)
    again = [*line_of("restore"), "--replace", "--signing-key", str(beside)]
    assert enishi(again, site, other).returncode == 0
    assert signing_key.read(file) == KEY
    assert signing_key.read(file.with_name(f"signing.key.{OTHER.id}")) == OTHER


async def test_another_key_is_refused_before_anything_changes(site: Path) -> None:
    put(site, KEY)
    assert enishi(line_of("backup"), site, get_settings().database_owner_dsn).returncode == 0
    _, beside = folder_and_key(site)
    beside.unlink()
    signing_key.store(OTHER, beside)
    shutil.rmtree(site / "data")
    other = await new_database("restored")
    restore = line_of("restore")
    assert_refused(
        enishi(restore, site, other), f"is the signing key {OTHER.id}.*made with {KEY.id}"
    )
    missing = [*restore, "--signing-key", str(site / "nowhere")]
    assert_refused(enishi(missing, site, other), "nowhere does not exist")
    beside.unlink()
    assert enishi(restore, site, other).returncode == 0  # the database is still empty


async def test_a_site_that_signed_nothing_has_no_key_to_keep(site: Path) -> None:
    answer = enishi(line_of("backup"), site, get_settings().database_owner_dsn)
    assert answer.returncode == 0
    assert "signing" not in answer.stdout
    [backup] = (site / "backup").iterdir()
    assert manifest(backup)["signing_key"] == ""


async def test_what_lies_in_the_place_of_the_key_stops_a_backup(site: Path) -> None:
    """A backup that seems whole and lacks its key would be noticed at a restore."""
    file = put(site, KEY)
    file.write_text("?")
    answer = enishi(line_of("backup"), site, get_settings().database_owner_dsn)
    assert_refused(answer, "cannot be read as a signing key")
    assert not list((site / "backup").glob("*"))
