"""Create a PostgreSQL data folder, and choose the user that owns it and runs the server."""

import os
import shutil
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from enishi.servers.binaries import version_of
from enishi.servers.errors import ServerError
from enishi.servers.folders import digest_of
from enishi.servers.namespace import (
    CurrentUser,
    Identity,
    OtherUser,
    UserNamespace,
    can_run,
    nobody,
)
from enishi.servers.processes import Child, Command, last_line

NAME = "enishi"  # of the role and of the database, as in settings.database_dsn


@dataclass(frozen=True)
class Cluster:
    """A cluster in the sense of PostgreSQL: one data folder, and the programs of its version."""

    binaries: Path
    data: Path
    log: Path

    @property
    def folder(self) -> Path:
        """The data folder with symbolic links resolved."""
        return self.data.resolve()

    @cached_property
    def identity(self) -> Identity:
        """The user that runs the server. Raises ServerError if root can use no other identity."""
        if os.geteuid() != 0:
            return CurrentUser()
        owner = self.data.stat().st_uid if self.data.exists() else None
        choices: list[Identity] = []
        if owner in {None, 0}:
            choices.append(UserNamespace())
        if owner != 0:
            choices.append(nobody())
        for identity in choices:
            if can_run(identity, self.binaries / "postgres"):
                return identity
        raise ServerError(
            "PostgreSQL does not run as root, and here root can neither make a user namespace nor"
            f" let the user nobody use {self.data if owner == 0 else self.binaries}: start as an"
            " ordinary user, or set ENISHI_DATABASE_URL."
        )

    def ensure(self) -> None:
        """Create the data if there is none. Raises ServerError for data of another version."""
        self.log.parent.mkdir(parents=True, exist_ok=True)
        version_file = self.data / "PG_VERSION"
        if version_file.exists():
            self._refuse_other_version(version_file.read_text().strip())
        elif self.data.exists() and any(self.data.iterdir()):
            raise ServerError(f"{self.data} is not empty and holds no PostgreSQL data: move it.")
        else:
            self._relocate_for_nobody()
            self._initialise()

    def chown(self, folder: Path) -> None:
        """Change the owner of a new folder to the user that runs the server."""
        if isinstance(self.identity, OtherUser):
            os.chown(folder, self.identity.uid, self.identity.gid)

    def _refuse_other_version(self, written_by: str) -> None:
        installed = version_of(self.binaries / "postgres")
        if written_by != str(installed):
            raise ServerError(
                f"{self.data} was written by PostgreSQL {written_by}, the programs in"
                f" {self.binaries} are PostgreSQL {installed}: see “Another PostgreSQL version” in"
                " docs/operations.md, or move the folder away to start afresh."
            )

    def _relocate_for_nobody(self) -> None:
        """Link the data folder to one in /var/lib if the Unix user `nobody` runs the server.

        That user may not be able to enter the folder above the data, such as the home of root.
        """
        self.data.parent.mkdir(parents=True, exist_ok=True)
        if not isinstance(self.identity, OtherUser) or self.data.is_symlink():
            return
        target = Path("/var/lib") / f"enishi-{digest_of(self.data)}"
        target.mkdir(mode=0o700, exist_ok=True)
        self.chown(target)
        if self.data.exists():
            self.data.rmdir()
        self.data.symlink_to(target / self.data.name)

    def _initialise(self) -> None:
        """Run initdb in a temporary folder and rename it: the data folder is never incomplete."""
        unfinished = self.folder.with_name(f"{self.folder.name}.unfinished")
        shutil.rmtree(unfinished, ignore_errors=True)
        unfinished.mkdir(mode=0o700)
        self.chown(unfinished)
        # The builtin provider sorts and classifies characters equally on every machine; with
        # LC_CTYPE=C, pg_trgm would extract no trigrams from Japanese text, without an error.
        locale = ("--locale-provider=builtin", "--builtin-locale=C.UTF-8", "--locale=C.UTF-8")
        # Access is controlled by the modes of the socket and of its folder.
        access = ("--auth-local=trust", "--auth-host=reject", "-U", NAME)
        settings = ("-c", "shared_buffers=128MB", "-c", "timezone=UTC", "-c", "log_timezone=UTC")
        initdb = str(self.binaries / "initdb")
        child = Child(
            Command(
                name="initdb",
                argv=(
                    *(initdb, "-D", str(unfinished), "--encoding=UTF8"),
                    *(*locale, *access, *settings),
                ),
                log=self.log,
                identity=self.identity,
                cwd=unfinished,
            )
        )
        try:
            child.wait()
        finally:
            code = child.stop()
        if code != 0:
            raise ServerError(f"initdb failed: {last_line(self.log)}.")
        if self.folder.exists():
            self.folder.rmdir()
        unfinished.rename(self.folder)
