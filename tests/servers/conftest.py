from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.servers.harness import short_folder

from enishi.servers.binaries import find_postgres, find_valkey
from enishi.servers.postgres import Postgres
from enishi.servers.valkey import Valkey


@pytest.fixture
def folder() -> Iterator[Path]:
    with short_folder() as made:
        yield made


@pytest.fixture
def postgres(folder: Path) -> Postgres:
    return postgres_in(folder)


@pytest.fixture
def valkey(folder: Path) -> Valkey:
    return Valkey(find_valkey(), folder / "valkey", folder / "run", folder / "valkey.log")


def postgres_in(folder: Path) -> Postgres:
    """A new object for the server of that folder, as a new supervisor creates it."""
    return Postgres(find_postgres(), folder / "postgres", folder / "run", folder / "postgres.log")
