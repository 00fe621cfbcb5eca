"""The user that PostgreSQL runs as when root starts it. Restrictions are real user namespaces."""

import ctypes
import os
import shutil
import signal
import subprocess
import sys
import traceback
from collections.abc import Callable
from pathlib import Path

import pytest
from tests.servers.harness import processes_of, wait_until_gone

from enishi.servers.errors import ServerError
from enishi.servers.folders import digest_of, make_private
from enishi.servers.namespace import OtherUser, UserNamespace, nobody
from enishi.servers.postgres import Postgres

root_only = pytest.mark.skipif(os.geteuid() != 0, reason="tests what root does; not run as root")
_CLONE_NEWUSER = 0x10000000


def in_namespace(users: str, work: Callable[[], None]) -> None:
    """Call `work` as root of a user namespace with these users, in which no other can be created.

    users: lines of uid_map. Raises AssertionError if `work` fails; its traceback is printed.
    """
    entered, enter_out = os.pipe()
    mapped_in, mapped = os.pipe()
    pid = os.fork()
    if pid == 0:
        try:
            ctypes.CDLL(None).unshare(_CLONE_NEWUSER)
            os.write(enter_out, b"x")
            os.read(mapped_in, 1)
            Path("/proc/sys/user/max_user_namespaces").write_text("0")
            work()
            os._exit(0)
        except BaseException:  # noqa: BLE001 (the fork must not return into pytest)
            traceback.print_exc()
            sys.stderr.flush()
            os._exit(1)
    os.read(entered, 1)
    for kind in ("uid_map", "gid_map"):
        Path(f"/proc/{pid}/{kind}").write_text(users)
    os.write(mapped, b"x")
    for end in (entered, enter_out, mapped_in, mapped):
        os.close(end)
    _, status = os.waitpid(pid, 0)
    assert os.waitstatus_to_exitcode(status) == 0


@root_only
def test_root_uses_a_user_namespace_and_keeps_its_files(postgres: Postgres) -> None:
    assert isinstance(postgres.cluster.identity, UserNamespace)
    postgres.data.parent.chmod(0o700)  # as private as the home of root
    with postgres.running():
        assert postgres.data.stat().st_uid == 0
        assert postgres.data.parent.stat().st_mode & 0o777 == 0o700


@root_only
def test_a_server_in_a_namespace_dies_with_its_supervisor(postgres: Postgres) -> None:
    """A change of credentials clears PR_SET_PDEATHSIG: it must be set after the change."""
    script = (
        "import os, sys\n"
        "from pathlib import Path\n"
        "from enishi.servers.postgres import Postgres\n"
        "with Postgres(*map(Path, sys.argv[1:])).running():\n"
        "    os.kill(os.getpid(), 9)\n"
    )
    places = (postgres.binaries, postgres.data, postgres.sockets, postgres.log)
    ended = subprocess.run([sys.executable, "-c", script, *places], check=False)
    assert ended.returncode == -signal.SIGKILL
    assert postgres.data.exists()
    wait_until_gone(postgres.data)
    assert not (postgres.data / "postmaster.pid").exists()  # a regular shutdown


@root_only
def test_without_namespaces_root_runs_it_as_nobody_and_changes_no_folder_mode(
    postgres: Postgres, folder: Path
) -> None:
    private = folder / "private"
    private.mkdir(mode=0o700)
    data = private / "postgres"
    target = Path("/var/lib") / f"enishi-{digest_of(data)}"
    binaries = copied_binaries(postgres.binaries, folder)

    def server() -> Postgres:
        return Postgres(binaries, data, private / "run", private / "postgres.log")

    def work() -> None:
        assert isinstance(server().cluster.identity, OtherUser)
        with server().running():
            assert data.resolve() == target / "postgres"
            assert (target / "postgres").stat().st_uid == nobody().uid
            assert private.stat().st_mode & 0o777 == 0o700
        with server().running():
            pass  # the second start uses the same folder

    try:
        in_namespace("0 0 1\n65534 65534 1\n", work)
        assert processes_of(target) == []
    finally:
        shutil.rmtree(target, ignore_errors=True)


def copied_binaries(binaries: Path, folder: Path) -> Path:
    """PostgreSQL's programs in a folder that `nobody` can enter: a checkout may be private."""
    package = binaries.parents[1]
    shutil.copytree(package, folder / package.name, symlinks=True)
    libraries = package.with_name(
        f"{package.name}.libs"
    )  # in the wheel they are beside the package
    if libraries.exists():
        shutil.copytree(libraries, folder / libraries.name)
    return folder / package.name / binaries.relative_to(package)


@root_only
def test_when_root_has_no_other_identity_the_message_says_what_to_do(postgres: Postgres) -> None:
    def work() -> None:
        with pytest.raises(ServerError, match="start as an ordinary user, or set ENISHI_DATABASE"):
            postgres.prepare()

    in_namespace("0 0 1\n", work)


@root_only
def test_a_folder_of_another_user_is_refused_and_not_changed(folder: Path) -> None:
    theirs = folder / "theirs"
    theirs.mkdir(mode=0o750)
    os.chown(theirs, 12345, 12345)
    with pytest.raises(ServerError, match="belongs to user 12345"):
        make_private(theirs)
    assert (theirs.stat().st_uid, theirs.stat().st_mode & 0o777) == (12345, 0o750)
