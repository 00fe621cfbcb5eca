from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest
from tests.consultations.build import make_dialogue, make_opinion, make_participant, make_statement
from tests.servers.backups import store
from tests.servers.harness import short_folder

from enishi.consultations.voting import writer
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


@pytest.fixture
async def site(own_database: None, tmp_path: Path) -> AsyncIterator[Path]:
    """A folder whose data belong to a site with votes, an opinion and two files."""
    dialogue = await make_dialogue()
    statement = await make_statement(dialogue, "雪かきを手伝う人がほしい。")
    await make_opinion(dialogue, "『’\\\n\t$$;--")
    async with writer.writing():
        for value in (1, -1, 0):
            await writer.cast(await make_participant(dialogue), statement, value)
    with short_folder() as folder:
        await store(folder, b"%PDF-1.7 \0\xff")
        await store(folder, b"%PDF-1.7 2")
        yield folder
