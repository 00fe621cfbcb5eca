"""Servers that are too old, or of another kind, are refused with a sentence."""

import socket
import struct
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from enishi.servers.binaries import find_postgres, find_valkey, version_of
from enishi.servers.errors import ServerError
from enishi.servers.versions import check_database, check_valkey, without_password


@contextmanager
def server(talk: Callable[[socket.socket], None]) -> Iterator[int]:
    """A server on a free port that calls `talk` for each connection; yields the port."""
    with socket.create_server(("127.0.0.1", 0)) as listener:

        def serve() -> None:
            while True:
                try:
                    connection, _ = listener.accept()
                except OSError:
                    return
                with connection:
                    talk(connection)

        threading.Thread(target=serve, daemon=True).start()
        yield listener.getsockname()[1]
        listener.shutdown(socket.SHUT_RDWR)


def message(kind: bytes, body: bytes) -> bytes:
    return kind + struct.pack("!I", len(body) + 4) + body


def postgres_of(version: str) -> Callable[[socket.socket], None]:
    """The start-up messages of a PostgreSQL of that version."""

    def talk(connection: socket.socket) -> None:
        if struct.unpack("!II", connection.recv(8, socket.MSG_PEEK)[:8])[1] == 80877103:
            connection.recv(8)
            connection.sendall(b"N")  # no TLS here
        connection.recv(4096)
        connection.sendall(
            message(b"R", struct.pack("!I", 0))
            + message(b"S", b"server_version\0" + version.encode() + b"\0")
            + message(b"K", struct.pack("!II", 1, 1))
            + message(b"Z", b"I")
        )
        connection.recv(4096)

    return talk


def valkey_of(lines: str) -> Callable[[socket.socket], None]:
    def talk(connection: socket.socket) -> None:
        while request := connection.recv(4096):
            answer = f"${len(lines)}\r\n{lines}\r\n".encode()
            commands = request.count(b"CLIENT") + request.count(b"INFO")
            connection.sendall(answer if b"INFO" in request else b"+OK\r\n" * commands)

    return talk


def test_a_postgresql_that_is_too_old_is_refused() -> None:
    with (
        server(postgres_of("15.18 (Debian 15.18-0+deb12u1)")) as port,
        pytest.raises(ServerError, match=r"is PostgreSQL 15\.18; Enishi needs 18 or newer"),
    ):
        check_database(f"postgresql://enishi:secret@127.0.0.1:{port}/enishi")


def test_a_later_version_is_accepted() -> None:
    with server(postgres_of("19.1")) as port:
        assert check_database(f"postgresql://enishi@127.0.0.1:{port}/enishi") == "19.1"


def test_a_valkey_that_is_too_old_is_refused() -> None:
    with (
        server(valkey_of("redis_version:7.2.4\r\nvalkey_version:7.2.9\r\n")) as port,
        pytest.raises(ServerError, match=r"is Valkey 7\.2\.9; Enishi needs 8 or newer"),
    ):
        check_valkey(f"redis://127.0.0.1:{port}")


def test_redis_is_not_accepted_as_valkey() -> None:
    with (
        server(valkey_of("redis_version:8.2.1\r\n")) as port,
        pytest.raises(ServerError, match=r"not Valkey but Redis 8\.2\.1"),
    ):
        check_valkey(f"redis://127.0.0.1:{port}")


def test_a_server_that_is_not_there_is_named_without_its_password() -> None:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    with pytest.raises(ServerError, match=f"does not answer at .*127.0.0.1:{port}") as refusal:
        check_database(f"postgresql://enishi:secret@127.0.0.1:{port}/enishi")
    assert "secret" not in str(refusal.value)
    with pytest.raises(ServerError, match=f"does not answer at .*127.0.0.1:{port}") as refusal:
        check_valkey(f"redis://:secret@127.0.0.1:{port}")
    assert "secret" not in str(refusal.value)


def test_an_address_without_a_password_is_shown_as_it_is() -> None:
    assert without_password("unix:///run/valkey.sock") == "unix:///run/valkey.sock"


def program(folder: Path, name: str, says: str) -> None:
    folder.mkdir(exist_ok=True)
    (folder / name).write_text(f"#!/bin/sh\necho '{says}'\n")
    (folder / name).chmod(0o755)


def test_programs_of_a_named_folder_that_are_too_old_are_refused(folder: Path) -> None:
    program(folder, "postgres", "postgres (PostgreSQL) 16.2")
    program(folder, "valkey-server", "Valkey server v=7.2.9 sha=0:0 malloc=libc bits=64 build=0")
    with pytest.raises(ServerError, match="holds PostgreSQL 16; Enishi needs 18"):
        find_postgres(folder)
    with pytest.raises(ServerError, match="No Valkey 8 or newer was found in"):
        find_valkey(folder)


def test_a_named_folder_without_programs_is_refused(folder: Path) -> None:
    with pytest.raises(ServerError, match="no working PostgreSQL"):
        find_postgres(folder)


def test_a_named_folder_with_newer_programs_is_used(folder: Path) -> None:
    program(folder, "postgres", "postgres (PostgreSQL) 19beta1")
    assert find_postgres(folder) == folder
    assert version_of(folder / "postgres") == 19
