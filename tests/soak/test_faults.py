"""A whole site on a full disk, beside a frozen database, and while its web server is killed."""

import http.client
import os
import signal
import statistics
import sys
import time
import uuid
from collections.abc import Iterator
from contextlib import AbstractContextManager
from pathlib import Path
from urllib.parse import urlencode

import pytest
from tests.fixtures.disks import fill, small_disk
from tests.servers.harness import (
    Site,
    children_of,
    clean_environment,
    eventually,
    running_site,
    short_folder,
)
from tests.servers.test_disk_reserve import use_up_the_log
from tests.servers.test_up import UP, server_called

from enishi.servers.processes import processes_in

pytestmark = pytest.mark.soak

ROOT = Path(__file__).parents[2]
DISK = 640 << 20  # bytes: a new cluster, its log, the reserve
KILLS = int(os.environ.get("ENISHI_SOAK_KILLS", "50"))
PAGES = ("/ja/", "/en/", "/ja/dialogues", "/ja/programmes", "/ja/statistics")
# `enishi up` gives up on a service that ends four times a minute: here it is killed more often.
PATIENT_UP = (
    *(sys.executable, "-c"),
    "from enishi.cli import main, up; up.Service.may_restart = lambda _: True; main()",
    *("up", "--port", "0", "--workers", "2"),
)


@pytest.fixture
def folder() -> Iterator[Path]:
    with short_folder() as made:
        yield made


def start(folder: Path, data: Path, argv: tuple[str, ...] = UP) -> AbstractContextManager[Site]:
    # In development no page is kept.
    env = clean_environment(ENISHI_DATA_DIR=str(data), ENISHI_ENVIRONMENT="test")
    return running_site(argv, folder, ROOT, env)


def ask(site: Site, method: str, path: str) -> tuple[int, str, float]:
    """The status, Retry-After and seconds of a request; status 0 without an answer."""
    began = time.monotonic()
    connection = http.client.HTTPConnection(site.address.removeprefix("http://"), timeout=60)
    body = urlencode({"address": f"{uuid.uuid4()}@example.org", "submission": str(uuid.uuid4())})
    headers = {
        "sec-fetch-site": "same-origin",
        "content-type": "application/x-www-form-urlencoded",
    }
    try:
        connection.request(method, path, body if method == "POST" else None, headers)
        answer = connection.getresponse()
        answer.read()
        status, retry_after = answer.status, answer.headers.get("retry-after", "")
    except (OSError, http.client.HTTPException):
        status, retry_after = 0, ""
    finally:
        connection.close()
    return status, retry_after, time.monotonic() - began


def writes(site: Site) -> bool:
    """Whether a form that stores something is accepted: a code to sign in is asked for."""
    return ask(site, "POST", "/ja/sign-in")[0] in {200, 303}


def web_processes(site: Site) -> set[int]:
    return set(children_of(server_called(site, b"enishi.cli web")))


def test_a_site_on_a_full_disk_is_read_and_writes_again_once_there_is_room(folder: Path) -> None:
    with small_disk(folder / "disk", DISK) as disk, start(folder, disk / "data") as site:
        assert site.address
        eventually(lambda: writes(site))
        before = web_processes(site)
        ballast = fill(disk)
        use_up_the_log(f"postgresql://enishi@/enishi?host={disk}/data/run&port=5432")
        site.wait_for("The disk is full: PostgreSQL only reads")
        for page in PAGES:
            eventually(lambda page=page: ask(site, "GET", page)[0] == 200)  # type: ignore[misc]
        for _ in range(5):
            status, retry_after, _ = ask(site, "POST", "/ja/sign-in")
            assert (status, retry_after) == (503, "60")
            assert [ask(site, "GET", page)[0] for page in PAGES] == [200] * len(PAGES)
        assert web_processes(site) == before  # none was ended, as by a file it had mapped
        ballast.unlink()
        site.wait_for("There is room on the disk again")
        eventually(lambda: writes(site))
        assert web_processes(site) == before
        assert site.terminate() == 0


def test_a_frozen_database_is_not_waited_for_and_all_goes_on_when_it_thaws(folder: Path) -> None:
    with start(folder, folder / "data") as site:
        assert site.address
        eventually(lambda: writes(site))
        assert ask(site, "GET", "/ja/")[0] == 200
        before = web_processes(site)
        servers = processes_in((folder / "data" / "postgres").resolve(), "postgres")
        assert len(servers) > 3
        for server in servers:
            os.kill(server, signal.SIGSTOP)
        try:
            for _ in range(3):
                for method, path in (("GET", "/ja/dialogues/none"), ("POST", "/ja/sign-in")):
                    status, retry_after, seconds = ask(site, method, path)
                    assert (status, retry_after) == (503, "5")
                    assert seconds < 20, (path, seconds)
                status, _, seconds = ask(site, "GET", "/readyz")
                assert (status, seconds < 4) == (503, True), (status, seconds)
                assert ask(site, "GET", "/ja/")[0] == 200  # a page that is kept
        finally:
            for server in servers:
                os.kill(server, signal.SIGCONT)
        site.wait_until_ready()
        eventually(lambda: writes(site))
        assert web_processes(site) == before
        assert site.terminate() == 0


def test_a_killed_web_server_serves_again_each_time(folder: Path) -> None:
    """Prints how long it took: `pytest -s`. The log of all processes is shown if it fails."""
    took: list[float] = []
    with start(folder, folder / "data", PATIENT_UP) as site:
        assert site.address
        for kill in range(KILLS):
            master = server_called(site, b"enishi.cli web")
            began = time.monotonic()
            os.kill(master, signal.SIGKILL)
            eventually(lambda master=master: not Path(f"/proc/{master}").exists())  # type: ignore[misc]
            eventually(lambda: ask(site, "GET", "/readyz")[0] == 200)
            took.append(time.monotonic() - began)
            assert took[-1] < 30, f"kill {kill}: {took[-1]:.1f} s\n{site.output}"
        assert site.terminate() == 0
    quickest, middle, slowest = min(took), statistics.median(took), max(took)
    sys.stdout.write(f"{KILLS} kills: {quickest:.1f} to {slowest:.1f} s, median {middle:.1f} s\n")
