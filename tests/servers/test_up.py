"""`enishi up` as a whole: real servers, real site, real worker."""

import asyncio
import json
import os
import re
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import AbstractContextManager
from pathlib import Path

import asyncpg
import pytest
from click.testing import CliRunner
from pydantic import SecretStr
from tests.servers.harness import (
    Site,
    children_of,
    clean_environment,
    eventually,
    processes_of,
    running_site,
    short_folder,
    wait_until_gone,
)

from enishi.cli import doctor, main
from enishi.servers.processors import available_processors
from enishi.settings import Environment, Settings

ROOT = Path(__file__).parents[2]
ENISHI = (sys.executable, "-m", "enishi.cli")
UP = (*ENISHI, "up", "--port", "0", "--workers", "1")


def environment(folder: Path, **more: str) -> dict[str, str]:
    return clean_environment(ENISHI_DATA_DIR=str(folder / "data"), **more)


def start(folder: Path, command: tuple[str, ...] = UP, **more: str) -> AbstractContextManager[Site]:
    return running_site(command, folder, ROOT, environment(folder, **more))


def enishi(folder: Path, *arguments: str, **more: str) -> subprocess.CompletedProcess[str]:
    """Run a command beside the site of the folder."""
    return subprocess.run(
        [*ENISHI, *arguments],
        cwd=ROOT,
        env=environment(folder, **more),
        capture_output=True,
        text=True,
        check=False,
    )


def run_sql(dsn: str, statement: str) -> str:
    async def run() -> str:
        connection = await asyncpg.connect(dsn)
        try:
            return str(await connection.fetchval(statement))
        finally:
            await connection.close()

    return asyncio.run(run())


def database_of(folder: Path) -> str:
    return f"postgresql://enishi@/enishi?host={folder}/data/run&port=5432"


def server_called(site: Site, name: bytes) -> int:
    """The process of that name among the children of the supervisor."""
    (found,) = [
        pid
        for pid in children_of(site.process.pid)
        if name in Path(f"/proc/{pid}/cmdline").read_bytes().replace(b"\0", b" ")
    ]
    return found


def threads_of_server(pid: int) -> list[int]:
    """The threads of a web process; waits until it serves, for another may have begun before."""
    tasks = Path(f"/proc/{pid}/task")
    eventually(lambda: len(list(tasks.iterdir())) > 1)
    return [int(entry.name) for entry in tasks.iterdir()]


def assert_refused(answer: subprocess.CompletedProcess[str], sentence: str) -> None:
    assert answer.returncode == 1, answer.stderr
    assert re.search(sentence, answer.stderr), answer.stderr
    assert answer.stderr.startswith("Error: ")
    assert len(answer.stderr.strip().splitlines()) == 1  # one sentence, no trace


@pytest.fixture(scope="module")
def shared() -> Iterator[tuple[Path, Site]]:
    """One running site for the tests that leave it running."""
    each = (*UP[:-1], str(len(available_processors())))
    with short_folder() as folder, start(folder, each) as site:
        assert site.address
        yield folder, site


def test_it_answers_pages_and_says_that_it_is_ready(shared: tuple[Path, Site]) -> None:
    _, site = shared
    assert site.get("/readyz")[0] == 200
    status, page = site.get("/ja/")
    assert status == 200
    assert '<html lang="ja"' in page
    assert "PostgreSQL 18" in site.output
    assert "Valkey 9" in site.output


def test_each_web_process_has_a_processor_of_its_own(shared: tuple[Path, Site]) -> None:
    _, site = shared
    workers = children_of(server_called(site, b"enishi.cli web"))
    places = sorted(sorted(os.sched_getaffinity(pid)) for pid in workers)
    assert places == [[processor] for processor in available_processors()]
    for pid in workers:
        threads = threads_of_server(pid)
        assert {os.sched_getscheduler(thread) for thread in threads} == {os.SCHED_BATCH}


def test_the_metrics_of_its_processes_are_joined_and_not_on_the_disk(
    shared: tuple[Path, Site],
) -> None:
    folder, site = shared
    web = Path(f"/proc/{server_called(site, b'enishi.cli web')}/environ").read_bytes()
    [metrics] = [line for line in web.split(b"\0") if line.startswith(b"PROMETHEUS_MULTIPROC_DIR=")]
    assert str(folder).encode() not in metrics
    assert 'enishi_requests_total{method="GET"' in site.get("/metrics")[1]


def test_a_second_start_on_the_same_data_is_refused(shared: tuple[Path, Site]) -> None:
    folder, site = shared
    answer = enishi(folder, "up", "--port", "0")
    assert_refused(answer, rf"already runs on .*data \(process {site.process.pid}\)")
    assert site.get("/readyz")[0] == 200


def test_a_taken_port_is_refused_before_anything_is_started(folder: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        assert_refused(enishi(folder, "up", "--port", port), f"Port {port} .*--port")
    assert not (folder / "data").exists()


def test_the_doctor_finds_all_well_beside_a_running_site(shared: tuple[Path, Site]) -> None:
    folder, site = shared
    assert site.address
    answer = enishi(folder, "doctor", "--json")
    findings = {finding["name"]: finding for finding in json.loads(answer.stdout)}
    assert {name for name, finding in findings.items() if not finding["ok"]} == set()
    assert list(findings) == [
        "enishi", "python", "settings", "disk", "postgresql", "valkey", "migrations",
        "append-only", "figures-key", "signing-key", "worker", "backup",
    ]  # fmt: skip
    assert answer.returncode == 0


def test_the_doctor_says_what_to_do_when_nothing_runs(folder: Path) -> None:
    answer = enishi(folder, "doctor")
    assert answer.returncode == 1
    assert "WRONG postgresql: PostgreSQL does not answer" in answer.stdout
    assert "enishi up" in answer.stdout
    assert not (folder / "data").exists()  # it only looks


def test_the_doctor_misses_keys_and_mail_in_production() -> None:
    site = Settings(environment=Environment.PRODUCTION)
    finding = doctor._secrets(site)
    assert not finding.ok
    assert "ENISHI_KEYS is not set" in finding.found
    key = CliRunner().invoke(main, ["keys", "new", "2026a"]).output.strip()
    site = Settings(environment=Environment.PRODUCTION, keys=SecretStr(key))
    assert doctor._secrets(site).found == "ENISHI_MAIL_URL is not set: no mail can leave."
    mail = SecretStr("smtps://site:secret@mail.example.jp:465")
    assert doctor._secrets(site.model_copy(update={"mail_url": mail})).ok


def test_migrating_again_changes_nothing(shared: tuple[Path, Site]) -> None:
    folder, _ = shared
    assert enishi(folder, "migrate").stdout == "The database is up to date.\n"
    check = enishi(folder, "migrate", "--check")
    assert (check.returncode, check.stdout) == (0, "Nothing is pending.\n")


def test_several_migrations_at_once_do_the_work_once(shared: tuple[Path, Site]) -> None:
    folder, _ = shared
    run_sql(database_of(folder), "CREATE DATABASE empty")
    url = database_of(folder).replace("/enishi?", "/empty?")
    assert enishi(folder, "migrate", "--check", ENISHI_DATABASE_URL=url).returncode == 1
    racers = [
        subprocess.Popen(
            [*ENISHI, "migrate"],
            cwd=ROOT,
            env=environment(folder, ENISHI_DATABASE_URL=url),
            stdout=subprocess.PIPE,
            text=True,
        )
        for _ in range(2)
    ]
    said = sorted(racer.communicate()[0].split(":")[0] for racer in racers)
    assert [racer.returncode for racer in racers] == [0, 0]
    assert said == ["Migrated", "The database is up to date.\n"]


def test_what_was_written_outlives_a_stop_and_kills_and_no_process_does(folder: Path) -> None:
    with start(folder) as site:
        assert site.address
        run_sql(database_of(folder), "CREATE TABLE kept AS SELECT 7 AS n")
        assert site.terminate() == 0
        assert site.output.endswith("Stopped.\n")
        assert processes_of(folder) == []
    with start(folder) as site:
        site.wait_for(r"PostgreSQL \S+ answers")
        answer = enishi(folder, "doctor")  # waits for the end of a start
        assert answer.returncode == 0, answer.stdout
        assert run_sql(database_of(folder), "SELECT n FROM kept") == "7"
        site.process.kill()
        wait_until_gone(folder)
    with start(folder) as site:
        assert site.get("/readyz")[0] == 200
        assert run_sql(database_of(folder), "SELECT n FROM kept") == "7"
        web = server_called(site, b"enishi.cli web")
        assert children_of(web)
        os.kill(web, signal.SIGSTOP)  # so that it cannot end its own processes
        site.process.kill()
        os.kill(web, signal.SIGKILL)
        wait_until_gone(folder)


@pytest.mark.soak
def test_a_killed_database_comes_back_and_the_site_with_it(folder: Path) -> None:
    with start(folder) as site:
        assert site.address
        os.kill(server_called(site, b"bin/postgres"), signal.SIGKILL)
        site.wait_for("PostgreSQL was killed by signal 9.*; starting it again")
        site.wait_until_ready()
        assert site.terminate() == 0
        assert processes_of(folder) == []


def test_servers_that_are_named_are_used_and_none_is_started(
    shared: tuple[Path, Site], folder: Path
) -> None:
    elsewhere, _ = shared
    run_sql(database_of(elsewhere), "CREATE DATABASE named")
    named = {
        "ENISHI_DATABASE_URL": database_of(elsewhere).replace("/enishi?", "/named?"),
        "ENISHI_VALKEY_URL": f"unix://{elsewhere}/data/run/valkey.sock",
    }
    with start(folder, **named) as site:
        assert site.get("/readyz")[0] == 200
        started = [Path(f"/proc/{pid}/comm").read_text() for pid in children_of(site.process.pid)]
        assert not {"postgres\n", "valkey-server\n"} & set(started)
        assert not (folder / "data" / "postgres").exists()
        assert site.terminate() == 0
    assert run_sql(named["ENISHI_DATABASE_URL"], "SELECT 1") == "1"  # left running


def test_a_database_that_is_not_there_is_refused_with_a_sentence(folder: Path) -> None:
    nowhere = f"postgresql://enishi@/enishi?host={folder}"
    answer = enishi(folder, "up", "--port", "0", ENISHI_DATABASE_URL=nowhere)
    assert_refused(answer, "PostgreSQL does not answer")


def test_data_of_another_version_is_refused_with_a_sentence(folder: Path) -> None:
    data = folder / "data" / "postgres"
    data.mkdir(parents=True, mode=0o700)
    (data / "PG_VERSION").write_text("17\n")
    assert_refused(enishi(folder, "up", "--port", "0"), "was written by PostgreSQL 17")
    assert processes_of(folder) == []


@pytest.mark.parametrize("command", ["up", "web", "worker", "migrate", "doctor", "keys"])
def test_a_command_explains_itself_and_its_exit_codes(command: str) -> None:
    answer = CliRunner().invoke(main, [command, "--help"])
    assert answer.exit_code == 0
    assert "Exit codes: 0" in answer.output
    assert CliRunner().invoke(main, [command, "--no-such-option"]).exit_code == 2
