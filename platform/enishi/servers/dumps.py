"""Dump a database and restore it, with PostgreSQL's own programs."""

import os
import shutil
import subprocess
import tempfile
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import IO
from urllib.parse import unquote, urlsplit

from enishi.servers.errors import ServerError

_LONGEST = 200  # characters of an error that are shown: its rest may quote rows
# The schema is replaced in one transaction. COMMIT is sent only once the dump was read to its end:
# psql takes the end of its input, also a premature one, for the end of a script.
_BEGIN = b"""
SET client_min_messages = warning;
SET lock_timeout = '30s';
BEGIN;
DROP SCHEMA IF EXISTS public CASCADE;
CREATE SCHEMA public;
"""
_COMMIT = b"\nCOMMIT;\n"


@dataclass(frozen=True)
class Clients:
    """`pg_dump`, `pg_restore` and `psql` of one folder, for the database of a DSN."""

    folder: Path
    dsn: str

    def dump(self, file: Path, snapshot: str) -> None:
        """Write an archive of what the exported snapshot sees. Raises ServerError."""
        program = self.folder / "pg_dump"
        options = ("--format=custom", "--no-password", f"--snapshot={snapshot}", f"--file={file}")
        with tempfile.TemporaryFile() as said:
            code = subprocess.call(  # noqa: S603 (PostgreSQL's own program)
                [program, *options, f"--dbname={self._address}"],
                env=self._environment,
                stdin=subprocess.DEVNULL,
                stderr=said,
            )
            if code != 0:
                raise ServerError(f"pg_dump failed: {_first_error(said)}.")

    def restore(self, file: Path) -> None:
        """Replace the schema `public` by that of the archive, all or nothing. Raises ServerError.

        Owners and privileges are not restored: everything belongs to the role of the DSN.
        """
        program, archive = str(self.folder / "pg_restore"), str(file)
        reading = [program, "--no-owner", "--no-privileges", "--file=-", archive]
        with (
            tempfile.TemporaryFile() as read_errors,
            tempfile.TemporaryFile() as run_errors,
            subprocess.Popen(reading, stdout=subprocess.PIPE, stderr=read_errors) as reader,  # noqa: S603 (as above)
        ):
            code = self._run_script(reader, run_errors)
            if reader.wait() != 0 and code == 0:
                raise ServerError(f"pg_restore failed: {_first_error(read_errors)}.")
            if code != 0:
                raise ServerError(f"Nothing was restored: {_first_error(run_errors)}.")

    def _run_script(self, reader: subprocess.Popen[bytes], errors: IO[bytes]) -> int:
        """Run the script of the reader by psql; its exit code. Committed if all of it was read."""
        psql = subprocess.Popen(  # noqa: S603 (as above)
            [
                *(self.folder / "psql", "--no-psqlrc", "--quiet", "--no-password"),
                *("--set=ON_ERROR_STOP=1", f"--dbname={self._address}"),
            ],
            env=self._environment,
            stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            stderr=errors,
        )
        if psql.stdin is None or reader.stdout is None:
            raise RuntimeError("both are pipes")
        try:
            psql.stdin.write(_BEGIN)
            shutil.copyfileobj(reader.stdout, psql.stdin, 1 << 20)
            if reader.wait() == 0:
                psql.stdin.write(_COMMIT)
            psql.stdin.close()
        except BrokenPipeError:  # psql ended at an error
            reader.kill()
            with suppress(BrokenPipeError):
                psql.stdin.close()
        return psql.wait()

    @property
    def _address(self) -> str:
        """The DSN without its password, which other users would see among the arguments."""
        password = urlsplit(self.dsn).password
        return self.dsn if password is None else self.dsn.replace(f":{password}@", "@", 1)

    @property
    def _environment(self) -> dict[str, str]:
        password = urlsplit(self.dsn).password
        return (
            dict(os.environ) if password is None else os.environ | {"PGPASSWORD": unquote(password)}
        )


def _first_error(said: IO[bytes]) -> str:
    said.seek(0)
    lines = said.read(64 << 10).decode(errors="replace").splitlines()
    errors = [line for line in lines if "error:" in line.lower()] or lines or ["no reason given"]
    found = errors[0].strip().rstrip(".")
    return found if len(found) <= _LONGEST else f"{found[:_LONGEST]}…"
