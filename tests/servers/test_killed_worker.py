"""One web process of two is killed: the other takes every connection while it is replaced."""

import os
import signal
import socket
import subprocess
import sys
import time
from contextlib import closing
from pathlib import Path

from tests.servers.harness import _prepare_child, children_of, eventually

from enishi.cli.up import free_port

ROOT = Path(__file__).parents[2]
SERVE = """
import sys
from enishi.servers import web
web._MODULE, web._FACTORY = "tests.servers.small_app", "create_app"
web.serve("127.0.0.1", int(sys.argv[1]), 2)
"""


def listening(port: int) -> int:
    """How many sockets listen on a port of 127.0.0.1: each process has one."""
    lines = Path("/proc/net/tcp").read_text().splitlines()[1:]
    sockets = (line.split()[1:4:2] for line in lines)
    return list(sockets).count([f"0100007F:{port:04X}", "0A"])


def answers(port: int) -> bool:
    try:
        with closing(socket.create_connection(("127.0.0.1", port), timeout=30)) as opened:
            opened.sendall(b"GET / HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\r\n")
            return opened.recv(4096).startswith(b"HTTP/1.1 200")
    except OSError:
        return False


def test_no_connection_is_refused_while_a_killed_process_is_replaced() -> None:
    port = free_port("127.0.0.1", 0)
    server = subprocess.Popen(
        [sys.executable, "-c", SERVE, str(port)],
        cwd=ROOT,
        preexec_fn=_prepare_child,  # noqa: PLW1509 (a few calls of the C library)
    )
    try:
        # Both: a process that is still starting takes nothing when the other one is killed.
        eventually(lambda: listening(port) == 2)
        assert answers(port)
        before = set(children_of(server.pid))
        killed = min(before)
        os.kill(killed, signal.SIGKILL)
        # What it had accepted ends with it.
        eventually(lambda: children_of(server.pid).get(killed, "Z") == "Z")
        asked: list[bool] = []
        until = time.monotonic() + 30
        while time.monotonic() < until:
            asked.append(answers(port))
            running = set(children_of(server.pid))
            if len(asked) > 100 and killed not in running and len(running) == 2:
                break
        assert all(asked)
        assert len(set(children_of(server.pid)) - before) == 1
    finally:
        server.terminate()
        server.wait()
