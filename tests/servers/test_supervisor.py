"""The supervisor with commands of shell: what it does when something ends."""

import os
import re
import signal
import sys
from pathlib import Path

import pytest
from tests.servers.harness import PATIENCE, children_of, eventually, running_site, wait_until_gone

from enishi.servers.errors import ServerError
from enishi.servers.processes import Child, Command, last_line
from enishi.servers.supervisor import Service, Supervisor

# A supervisor over two services that write down when they are told to stop.
SUPERVISED = """
import sys
from pathlib import Path
from enishi.servers.processes import Command
from enishi.servers.supervisor import Service, Supervisor

folder = Path(sys.argv[1])

def service(name):
    script = f"trap 'echo {name} >> {folder}/stopped; exit 0' TERM; while :; do sleep 0.1; done"
    return Service(lambda: Command(name, ("sh", "-c", script), cwd=folder))

with Supervisor(print) as supervisor:
    supervisor.start(service("database"))
    supervisor.start(service("web"))
    print("Enishi is ready: http://nowhere/", flush=True)
    supervisor.watch()
print("Stopped.")
"""


def shell(name: str, script: str, folder: Path, **more: object) -> Service:
    return Service(lambda: Command(name, ("sh", "-c", script), cwd=folder, **more))  # type: ignore[arg-type]


@pytest.mark.parametrize("signum", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_a_signal_stops_the_last_service_first_and_ends_in_order(
    folder: Path, signum: signal.Signals
) -> None:
    with running_site([sys.executable, "-c", SUPERVISED, folder], folder, Path.cwd()) as site:
        assert site.address
        site.process.send_signal(signum)
        assert site.end() == 0
        assert site.output.endswith("Stopped.\n")
        assert (folder / "stopped").read_text().split() == ["web", "database"]
        wait_until_gone(folder)


def test_signals_that_were_ignored_at_the_start_stop_nothing(folder: Path) -> None:
    """As under nohup, or in the background of a script: only SIGTERM ends the site."""
    ignoring = ("sh", "-c", 'trap "" INT HUP; exec "$@"', "sh")
    argv = [*ignoring, sys.executable, "-c", SUPERVISED, folder]
    with running_site(argv, folder, Path.cwd()) as site:
        assert site.address
        site.process.send_signal(signal.SIGINT)
        site.process.send_signal(signal.SIGHUP)
        # A supervisor that had been asked to stop would not start a service again.
        os.kill(max(children_of(site.process.pid)), signal.SIGKILL)
        site.wait_for("was killed by signal 9; starting it again")
        assert site.terminate() == 0
        assert site.output.endswith("Stopped.\n")


def test_no_service_outlives_a_killed_supervisor(folder: Path) -> None:
    with running_site([sys.executable, "-c", SUPERVISED, folder], folder, Path.cwd()) as site:
        assert site.address
        site.process.kill()
        wait_until_gone(folder)
        assert sorted((folder / "stopped").read_text().split()) == ["database", "web"]


def test_a_service_that_ends_is_started_again(folder: Path) -> None:
    said: list[str] = []
    once = f"test -e {folder}/second && exec sleep 1000; touch {folder}/second; exit 3"

    def watch() -> None:
        with Supervisor(said.append) as supervisor:
            supervisor.start(shell("web", once, folder))
            started_again = Service(lambda: Command("witness", ("sh", "-c", witness), cwd=folder))
            supervisor.start(started_again)
            supervisor.watch()

    # Ends the test from outside, once the service has been started a second time.
    witness = (
        f"while ! test -e {folder}/second; do sleep 0.1; done; sleep 2; kill -TERM {os.getpid()}"
    )
    watch()
    assert said[0] == "web ended with exit code 3; starting it again."
    assert len([line for line in said if line.startswith("web")]) == 1


def test_a_service_that_keeps_on_ending_stops_everything(folder: Path) -> None:
    said: list[str] = []
    with (
        pytest.raises(ServerError, match="web ended with exit code 3; it keeps on ending"),
        Supervisor(said.append) as supervisor,
    ):
        supervisor.start(shell("database", "exec sleep 1000", folder))
        supervisor.start(shell("web", f"echo x >> {folder}/starts; exit 3", folder))
        supervisor.watch()
    assert (folder / "starts").read_text().count("x") == 4
    wait_until_gone(folder)


def test_the_message_quotes_the_last_line_of_the_log(folder: Path) -> None:
    log = folder / "web.log"
    with (
        pytest.raises(
            ServerError, match=rf"exit code 1: no memory left \(see {re.escape(str(log))}"
        ),
        Supervisor(print) as supervisor,
    ):
        supervisor.start(
            shell("web", "echo starting; echo no memory left; exit 1", folder, log=log)
        )
        supervisor.wait_until(lambda: False, "The site", PATIENCE)


def test_a_statement_in_the_log_is_not_quoted(folder: Path) -> None:
    log = folder / "postgres.log"
    log.write_text(
        "2026-11-29 23:23:10.316 UTC [6728] FATAL:  no space left\n"
        "2026-11-29 23:23:10.316 UTC [6728] DETAIL:  Key (address)=(hanako@example.jp) exists.\n"
        "2026-11-29 23:23:10.316 UTC [6728] STATEMENT:  \n"
        "\tUPDATE people SET\n\t    name = 'x'\n\t\n"
    )
    assert last_line(log) == f"2026-11-29 23:23:10.316 UTC [6728] FATAL:  no space left (see {log})"
    log.write_text("x" * 900)
    assert last_line(log) == f"{'x' * 200}… (see {log})"


def test_a_service_that_cannot_run_is_started_once_it_can(folder: Path) -> None:
    """As PostgreSQL on a full disk: neither tried in vain, nor a reason to stop the rest."""
    said: list[str] = []
    full, starts = folder / "full", folder / "starts"
    full.touch()
    # Ends while the disk is full, in all longer than the limit of restarts allows.
    script = f"echo x >> {starts}; test -e {full} && exit 1; touch {folder}/up; exec sleep 1000"
    service = shell("database", script, folder)
    service.cannot_run = full.exists
    emptied = f"sleep 2; rm {full}; while ! test -e {folder}/up; do sleep 0.1; done"
    with Supervisor(said.append) as supervisor:
        supervisor.start(service)
        ends = shell("witness", f"{emptied}; kill -TERM {os.getpid()}; sleep 60", folder)
        supervisor.start(ends)
        supervisor.watch()
    assert said == [
        "database ended with exit code 1; it is started again as soon as it can run.",
        "database ended with exit code 1; starting it again.",
    ]
    assert starts.read_text().count("x") == 2


def test_a_service_that_should_be_restarted_is_stopped_and_started(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("enishi.servers.supervisor._CHECK_INTERVAL", 0.2)
    said: list[str] = []
    starts = folder / "starts"
    service = shell("database", f"echo x >> {starts}; exec sleep 1000", folder)
    service.should_restart = lambda: starts.exists() and starts.read_text().count("x") == 1
    witness = f"while test $(wc -l < {starts}) -lt 2; do sleep 0.1; done; kill -TERM {os.getpid()}"
    with Supervisor(said.append) as supervisor:
        supervisor.start(service)
        supervisor.start(shell("witness", f"{witness}; sleep 60", folder))
        supervisor.watch()
    assert said == []  # it was asked for
    assert starts.read_text().count("x") == 2


def test_a_command_that_fails_stops_the_start(folder: Path) -> None:
    with (
        pytest.raises(ServerError, match=r"migrations failed \(exit code 4\)"),
        Supervisor(print) as supervisor,
    ):
        supervisor.run_once(Command("migrations", ("sh", "-c", "exit 4")))


def test_a_program_that_is_missing_is_named(folder: Path) -> None:
    with (
        pytest.raises(ServerError, match=r"web cannot be started: .*no-such-program"),
        Supervisor(print) as supervisor,
    ):
        supervisor.start(Service(lambda: Command("web", ("no-such-program",))))


def test_a_child_that_will_not_stop_is_killed_with_all_it_started(folder: Path) -> None:
    deaf = f"trap '' TERM; touch {folder}/up; sh -c 'while :; do sleep 0.1; done'; :"
    child = Child(Command("deaf", ("sh", "-c", deaf), cwd=folder, stop=((signal.SIGTERM, 0.2),)))
    eventually((folder / "up").exists)
    assert child.stop() == -signal.SIGKILL
    wait_until_gone(folder)


def test_a_child_stands_back_within_our_session(folder: Path) -> None:
    """Outside of it a nice value may count for nothing, as Linux shares time by session."""
    child = Child(Command("worker", ("sleep", "60"), cwd=folder, niceness=5))
    try:
        assert os.getpgid(child.pid) == child.pid
        assert os.getsid(child.pid) == os.getsid(0)
        ours = os.getpriority(os.PRIO_PROCESS, 0)
        assert os.getpriority(os.PRIO_PROCESS, child.pid) == ours + 5
    finally:
        child.stop()


def test_the_supervisor_of_a_container_collects_what_it_inherits(folder: Path) -> None:
    """As process 1 it becomes the parent of orphans; a zombie must not keep it from sleeping."""
    script = (
        "import ctypes; ctypes.CDLL(None).prctl(36, 1, 0, 0, 0)\n"  # PR_SET_CHILD_SUBREAPER
        + SUPERVISED.replace(
            'supervisor.start(service("web"))',
            'supervisor.start(service("web"))\n'
            "    orphan = Command('x', ('sh', '-c', '(sleep 0.3; exit 5) & exit 0'))\n"
            "    import subprocess; subprocess.run(orphan.argv, check=True)",
        )
    )
    with running_site([sys.executable, "-c", script, folder], folder, Path.cwd()) as site:
        assert site.address
        # Two services stay; the orphan sleeps, ends, and is collected.
        eventually(lambda: list(children_of(site.process.pid).values()) == ["S", "S"])
        assert site.terminate() == 0
