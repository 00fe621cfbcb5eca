"""Making a PostgreSQL data folder, and settling which user it belongs to."""

import os
import shutil
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from enishi.servers.binaries import version_of
from enishi.servers.errors import ServerError
from enishi.servers.folders import digest_of
from enishi.servers.namespace import AsIs, Drop, Identity, UserNamespace, can_run, nobody
from enishi.servers.processes import Child, Command, last_line

NAME = "enishi"  # of the role and of the database; settings.database_dsn says the same


@dataclass(frozen=True)
class Cluster:
    """What PostgreSQL calls a cluster: one data folder, and the programs of its version."""

    binaries: Path
    data: Path
    log: Path

    @property
    def folder(self) -> Path:
        """Where the data really lies."""
        return self.data.resolve()

    @cached_property
    def identity(self) -> Identity:
        """Who runs it; ServerError with the ways out when root can be nobody else."""
        if os.geteuid() != 0:
            return AsIs()
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
        """Make the data if there is none; refuse what these programs cannot read."""
        self.log.parent.mkdir(parents=True, exist_ok=True)
        version_file = self.data / "PG_VERSION"
        if version_file.exists():
            self._refuse_other_version(version_file.read_text().strip())
        elif self.data.exists() and any(self.data.iterdir()):
            raise ServerError(f"{self.data} is not empty and holds no PostgreSQL data: move it.")
        else:
            self._place()
            self._initialise()

    def give(self, folder: Path) -> None:
        """Hand a new folder of ours to the user who runs the server."""
        if isinstance(self.identity, Drop):
            os.chown(folder, self.identity.uid, self.identity.gid)

    def _refuse_other_version(self, written_by: str) -> None:
        ours = version_of(self.binaries / "postgres")
        if written_by != str(ours):
            raise ServerError(
                f"{self.data} was written by PostgreSQL {written_by}, the programs in"
                f" {self.binaries} are PostgreSQL {ours}: see “Another PostgreSQL version” in"
                " docs/operations.md, or move the folder away to start afresh."
            )

    def _place(self) -> None:
        """Put new data where nobody can reach it, if nobody is who runs the server."""
        self.data.parent.mkdir(parents=True, exist_ok=True)
        if not isinstance(self.identity, Drop) or self.data.is_symlink():
            return
        place = Path("/var/lib") / f"enishi-{digest_of(self.data)}"
        place.mkdir(mode=0o700, exist_ok=True)
        self.give(place)
        if self.data.exists():
            self.data.rmdir()
        self.data.symlink_to(place / self.data.name)

    def _initialise(self) -> None:
        """Run initdb beside the final place and move it there: a kill leaves nothing half-made."""
        unfinished = self.folder.with_name(f"{self.folder.name}.unfinished")
        shutil.rmtree(unfinished, ignore_errors=True)
        unfinished.mkdir(mode=0o700)
        self.give(unfinished)
        # The builtin provider sorts and classifies characters the same on every machine; with
        # LC_CTYPE=C trigrams of Japanese text would silently find nothing.
        locale = ("--locale-provider=builtin", "--builtin-locale=C.UTF-8", "--locale=C.UTF-8")
        # Who may connect is settled by the modes of the socket and of its folder.
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
