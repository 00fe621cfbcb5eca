"""Connections that send nothing, or their headers slowly, are closed by the server."""

import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from tests.servers.harness import _prepare_child, eventually

from enishi.cli.up import free_port

ROOT = Path(__file__).parents[2]
# The real server with half a second instead of twenty, and an application that answers "ok".
SERVE = """
import sys
from enishi.servers import web
web._HEADER_MILLISECONDS = 500
web._MODULE, web._FACTORY = "tests.servers.small_app", "create_app"
web.serve("127.0.0.1", int(sys.argv[1]), 1)
"""


@pytest.fixture(scope="module")
def port() -> Iterator[int]:
    chosen = free_port("127.0.0.1", 0)
    process = subprocess.Popen(
        [sys.executable, "-c", SERVE, str(chosen)],
        cwd=ROOT,
        preexec_fn=_prepare_child,  # noqa: PLW1509 (a few calls of the C library)
    )
    try:
        eventually(lambda: _answers(chosen))
        yield chosen
    finally:
        process.terminate()
        process.wait()


def _answers(port: int) -> bool:
    try:
        with closing(connection(port)) as opened:
            opened.sendall(b"GET / HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\r\n")
            return opened.recv(4096).startswith(b"HTTP/1.1 200")
    except OSError:
        return False


def connection(port: int) -> socket.socket:
    return socket.create_connection(("127.0.0.1", port), timeout=60)


@pytest.mark.parametrize("sent", [b"", b"GET / HTTP/1.1\r\nhost: localhost\r\n"])
def test_a_connection_without_a_whole_request_is_closed(port: int, sent: bytes) -> None:
    with closing(connection(port)) as opened:
        opened.sendall(sent)
        assert opened.recv(4096) == b""


def test_a_connection_that_stays_open_without_a_next_request_is_closed(port: int) -> None:
    with closing(connection(port)) as opened:
        opened.sendall(b"GET / HTTP/1.1\r\nhost: localhost\r\n\r\n")
        assert opened.recv(4096).startswith(b"HTTP/1.1 200")
        assert opened.recv(4096) == b""
