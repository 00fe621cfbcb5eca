import os
import signal

import redis

from enishi.servers.processes import Child
from enishi.servers.valkey import Valkey


def test_a_write_survives_a_kill_and_a_restart(valkey: Valkey) -> None:
    valkey.prepare()
    child = Child(valkey.command())
    try:
        valkey.wait_ready(child)
        with redis.Redis.from_url(valkey.dsn) as client:
            client.set("queued", "働く")
            assert client.execute_command("WAITAOF", 1, 0, 0)[0] == 1  # it is on the disk
        os.kill(child.pid, signal.SIGKILL)
    finally:
        child.stop()
    with valkey.running() as dsn, redis.Redis.from_url(dsn) as client:
        assert client.get("queued") == "働く".encode()


def test_it_listens_on_no_port_and_evicts_nothing_when_full(valkey: Valkey) -> None:
    with valkey.running() as dsn, redis.Redis.from_url(dsn) as client:
        settings = client.config_get("port", "maxmemory-policy", "appendonly")
    assert settings == {"port": "0", "maxmemory-policy": "noeviction", "appendonly": "yes"}
