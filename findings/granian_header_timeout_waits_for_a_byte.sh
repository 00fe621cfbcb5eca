#!/bin/sh
# granian 2.8.7.
# Guess: `http1_settings=HTTP1Settings(header_read_timeout=…)` closes a connection whose headers do
# not arrive in time, above all one that never sends anything.
# Seen: with the default `http=auto` the timeout begins with the first bytes, by which the server
# learns the protocol. Headers that stop after a line are cut in time; a silent connection stays
# open. With `http=1` both are cut.
# Fails if the silent connection is closed under `auto`, or is not closed under `1`.
set -eu
folder=$(mktemp -d)
server=
trap 'test -z "$server" || kill "$server" 2> /dev/null; rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv env
env/bin/pip install --quiet --disable-pip-version-check "granian==2.8.7"
cat > serve.py <<'PY'
import sys

from granian.constants import HTTPModes, Interfaces
from granian.http import HTTP1Settings
from granian.server import Server


async def app(scope, receive, send):
    await send({"type": "http.response.start", "status": 204, "headers": []})
    await send({"type": "http.response.body"})


if __name__ == "__main__":
    Server(
        "serve:app",
        address="127.0.0.1",
        port=int(sys.argv[2]),
        interface=Interfaces.ASGI,
        http=HTTPModes(sys.argv[1]),
        http1_settings=HTTP1Settings(header_read_timeout=1000),
        log_enabled=False,
    ).serve()
PY
cat > ask.py <<'PY'
import socket
import sys
import time


def outcome(sent):
    """Whether the server has closed the connection within eight seconds."""
    for _ in range(100):
        try:
            opened = socket.create_connection(("127.0.0.1", int(sys.argv[1])), timeout=8)
            break
        except OSError:
            time.sleep(0.1)
    opened.sendall(sent)
    try:
        return "closed" if opened.recv(100) == b"" else "answered"
    except TimeoutError:
        return "open"


print(outcome(b"GET / HTTP/1.1\r\n"), outcome(b""))
PY
for mode in auto 1; do
    port=$(python3 -c 'import socket; s = socket.create_server(("127.0.0.1", 0)); print(s.getsockname()[1])')
    env/bin/python serve.py "$mode" "$port" &
    server=$!
    found=$(python3 ask.py "$port")
    kill "$server"
    wait "$server" 2> /dev/null || true
    server=
    echo "$mode: half a request, then silence: $found"
    case "$mode: $found" in
        "auto: closed open" | "1: closed closed") ;;
        *) echo "changed"; exit 1 ;;
    esac
done
