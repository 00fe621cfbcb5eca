"""The backup procedure of docs/operations.md: dump, restore into a new database, compare."""

import os
import subprocess
from pathlib import Path

import asyncpg
from tests.consultations.build import make_dialogue, make_opinion, make_participant, make_statement

from enishi.consultations.voting import writer
from enishi.servers.binaries import find_postgres

_TABLES = "SELECT tablename FROM pg_tables WHERE schemaname = 'public' ORDER BY 1"
_DIGEST = "SELECT md5(coalesce(string_agg(t::text, chr(10) ORDER BY t::text), '')) FROM \"{}\" t"
_PARTS = """
SELECT (SELECT count(*) FROM pg_constraint),
    (SELECT count(*) FROM pg_indexes WHERE schemaname = 'public'),
    (SELECT count(*) FROM information_schema.columns WHERE table_schema = 'public')
"""


def run(program: str, *arguments: str) -> None:
    subprocess.run([find_postgres() / program, *arguments], check=True, capture_output=True)


async def contents(url: str) -> tuple[dict[str, str], tuple[int, ...]]:
    """A digest of the rows of each table; the numbers of constraints, indexes and columns."""
    connection = await asyncpg.connect(url)
    try:
        names = [row["tablename"] for row in await connection.fetch(_TABLES)]
        tables = {name: await connection.fetchval(_DIGEST.format(name)) for name in names}
        return tables, tuple(await connection.fetchrow(_PARTS))
    finally:
        await connection.close()


async def test_a_backup_restored_over_a_new_database_equals_the_old_one(
    own_database: None, tmp_path: Path
) -> None:

    dialogue = await make_dialogue()
    statement = await make_statement(dialogue, "雪かきを手伝う人がほしい。")
    await make_opinion(dialogue, "『’\\\n\t$$;--")
    async with writer.writing():
        for value in (1, -1, 0):
            await writer.cast(await make_participant(dialogue), statement, value)
    old = os.environ["ENISHI_DATABASE_URL"]
    name = old.partition("?")[0].rpartition("/")[2]
    new = old.replace(f"/{name}?", f"/{name}_restored?")
    run("psql", f"--dbname={os.environ['ENISHI_TEST_SERVER']}",
        f"--command=CREATE DATABASE {name}_restored TEMPLATE enishi_template")  # fmt: skip
    empty, _ = await contents(new)

    run("pg_dump", "--format=custom", f"--file={tmp_path}/enishi.dump", old)
    run("pg_restore", "--clean", "--if-exists", f"--dbname={new}", f"{tmp_path}/enishi.dump")

    assert await contents(new) == await contents(old)
    changed = {name for name, digest in (await contents(new))[0].items() if digest != empty[name]}
    assert {"consultations_vote", "consultations_vote_event", "consultations_tally"} <= changed
