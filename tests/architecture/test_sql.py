"""SQL names only the tables of its own package, and PostgreSQL understands every statement."""

import ast
import re
from collections.abc import Iterable, Iterator
from textwrap import dedent
from typing import Any

import asyncpg
import pytest
from tests.architecture.sql_texts import Text, our_texts, texts_in
from tests.architecture.test_layout import named, python_files

from enishi.kit import db
from enishi.piccolo_conf import APP_REGISTRY

# Everything in the schema that has a name: also an index or a constraint is its table's own affair.
_NAMES = """
SELECT relname AS name FROM pg_class WHERE relnamespace = 'public'::regnamespace
UNION SELECT conname FROM pg_constraint WHERE connamespace = 'public'::regnamespace
UNION SELECT proname FROM pg_proc WHERE pronamespace = 'public'::regnamespace
"""
# accounts declares the personal data of the layers below it, which cannot import the declaration.
DECLARED_FOR_OTHERS = {
    ("enishi.accounts.privacy._COLUMNS", "audit_entry"),
    ("enishi.accounts.privacy._COLUMNS", "kit_mail"),
}

# Constants that begin like a statement and are a part of one: PostgreSQL is asked about the whole.
PARTS = {
    "enishi.consultations.timeline.queries._PROMISES": "part of _LIST and _COUNT",
    "enishi.consultations.voting.vote_arrays._PACKED": "the caller's query is put in",
    "enishi.consultations.voting.vote_sql._ALLOWED": "part of WRITE and WRITE_AND_WITHDRAW",
    "enishi.consultations.voting.vote_sql._CAST": "part of WRITE and WRITE_AND_WITHDRAW",
    "enishi.consultations.voting.vote_sql._WITHDRAWN": "part of WRITE_AND_WITHDRAW",
    "enishi.programmes.applications.person_acts.APPEND_OF_EVENTS": "part of event_log._APPEND",
    "enishi.statistics.service.fact_sql.MEND": "reads a temporary table; see COMPOSED",
    "enishi.statistics.service.fact_sql.REMOVE_SURPLUS": "reads a temporary table; see COMPOSED",
}
# Functions that put a statement together from what they are given, and what runs each of them.
_BY_STATISTICS = "tests/statistics/test_composed_sql.py asks PostgreSQL about every combination"
COMPOSED = {
    "enishi.cli.database_roles._create": "a role's name; tests/cli/test_database_roles.py",
    "enishi.cli.backup.count_rows": "tables of the catalogue; tests/servers/test_backup.py",
    "enishi.consultations.core.visibility.answer_at": "an instant; test_answers.py",
    "enishi.consultations.core.queries._get_view": "a constant of visibility; tests of its pages",
    "enishi.consultations.core.queries._list": "a constant of visibility; tests of its pages",
    "enishi.kit.bulk_indexes._constraint": "from the catalogue; test_bulk_indexes.py",
    "enishi.kit.bulk_indexes._indexes": "from the catalogue; test_bulk_indexes.py",
    "enishi.kit.bulk_indexes.set_aside": "a BulkTable; test_bulk_indexes.py",
    "enishi.kit.job_board.list_jobs": "a column for each state; tests/operations/test_pages.py",
    "enishi.kit.piggyback_writes.Statement.compose": "test_piggyback_writes.py",
    "enishi.places.service._fill_places": "columns of one constant; test_fill.py",
    "enishi.statistics.queries.count_sql.amounts_of_day_sums": _BY_STATISTICS,
    "enishi.statistics.queries.count_sql.amounts_of_facts": _BY_STATISTICS,
    "enishi.statistics.queries.count_sql.net_persons": _BY_STATISTICS,
    "enishi.statistics.queries.count_sql.persons_of_facts": _BY_STATISTICS,
    "enishi.statistics.queries.count_sql._facts": _BY_STATISTICS,
    "enishi.statistics.queries.count_sql.joined": _BY_STATISTICS,
    "enishi.statistics.queries.count_sql.retention": _BY_STATISTICS,
    "enishi.statistics.queries.count_sql.persons_of_person_days": _BY_STATISTICS,
    "enishi.statistics.queries.cube_sql._of_cube": "a part; test_cubes.py asks about every cube",
    "enishi.statistics.queries.cube_sql.count": "constants; test_cubes.py asks about every cube",
    "enishi.statistics.service.fact_sql._acts": _BY_STATISTICS,
    "enishi.statistics.service.fact_sql.build": _BY_STATISTICS,
    "enishi.statistics.service.fact_sql.collect": _BY_STATISTICS,
    "enishi.statistics.service.fact_sql.move": _BY_STATISTICS,
    "enishi.statistics.service.fact_sql.recount": _BY_STATISTICS,
    "enishi.statistics.service.rollup_sql.Rollup.count_missing": _BY_STATISTICS,
    "enishi.statistics.service.rollup_sql.Rollup.count_surplus": _BY_STATISTICS,
    "enishi.statistics.service.rollup_sql.Rollup.insert": _BY_STATISTICS,
    "enishi.statistics.service.rollup_sql.Rollup.recount": _BY_STATISTICS,
    "enishi.statistics.service.rollup_sql.Rollup.remove_people": _BY_STATISTICS,
    "enishi.statistics.service.rollup_sql.Rollup.replace": _BY_STATISTICS,
}


async def _names() -> set[str]:
    return {row["name"] for row in await db.fetch(_NAMES)} - {"migration"}  # Piccolo's own, a word


def _foreign(texts: Iterable[Text], names: set[str]) -> Iterator[tuple[str, str]]:
    """(place, name) of what a text names although another package owns it."""
    for text in texts:
        # enishi.<package>…; a job, a command and a page of `web` own nothing.
        own = f"{text.place.split('.')[1]}_"
        words = set(re.findall(r"\w+", text.value or text.written))
        yield from ((text.place, name) for name in words & names if not name.startswith(own))


async def test_a_text_names_only_tables_of_its_own_package() -> None:
    """Whether it is SQL or becomes a part of it, as the table of a piggyback write does."""
    assert set(_foreign(our_texts(), await _names())) == DECLARED_FOR_OTHERS


async def test_a_foreign_table_would_be_noticed() -> None:
    source = dedent('''
        """Reads accounts_account."""
        _TABLE = "consultations_vote"

        async def read(where: str) -> None:
            await db.fetch(f"SELECT FROM relations_event e JOIN accounts_account a WHERE {where}")
            await db.fetch(SHARED + " ORDER BY id")
    ''')
    names = await _names() | {"relations_event"}
    shared = {"SHARED": "SELECT id FROM themes_theme"}
    found = set(_foreign(texts_in(source, "enishi.relations.queries", shared), names))
    assert found == {
        ("enishi.relations.queries._TABLE", "consultations_vote"),
        ("enishi.relations.queries.read", "accounts_account"),
        ("enishi.relations.queries.read", "themes_theme"),
    }


async def _refused(texts: Iterable[Text]) -> dict[str, str]:
    """What PostgreSQL says about the statements that it does not understand, by their place."""
    connection = _connection()
    refused = {}
    for text in texts:
        if text.is_statement:
            try:
                async with connection.transaction():  # a savepoint: the next one is asked too
                    await connection.prepare(text.value)
            except asyncpg.PostgresError as error:
                refused[text.place] = f"line {text.line}: {error}"
    return refused


def _connection() -> Any:
    transaction = db.DB.current_transaction.get()
    assert transaction is not None
    return transaction.connection


async def test_postgresql_understands_every_statement() -> None:
    """Each text that is a whole statement is PREPAREd against the migrated database."""
    texts = list(our_texts())
    assert sum(text.is_statement for text in texts) > 250
    refused = await _refused(texts)
    assert {place: said for place, said in refused.items() if place not in PARTS} == {}
    assert set(PARTS) - set(refused) == set(), "these are whole by now"


def test_composed_statements_are_listed() -> None:
    assert {text.place for text in our_texts() if text.is_composed_sql} == set(COMPOSED)


async def test_a_misspelt_column_would_be_noticed() -> None:
    source = dedent("""
        _ACCOUNT = f"SELECT {COLUMNS} FROM accounts_account"
        _SOUND = "SELECT id FROM accounts_account"

        async def read() -> None:
            await db.fetch("SELECT nowhere FROM accounts_account WHERE id = $1", 1)
    """)
    texts = texts_in(source, "enishi.accounts.queries", {"COLUMNS": "id, colour"})
    assert (await _refused(texts)).keys() == {
        "enishi.accounts.queries._ACCOUNT",
        "enishi.accounts.queries.read",
    }


def _mixing(source: str, tables: set[str]) -> Iterator[str]:
    """Functions that name a table of Piccolo's and also run SQL."""
    tree = ast.parse(source)
    imports = [each for each in ast.walk(tree) if isinstance(each, ast.ImportFrom)]
    tables = tables & {
        alias.name for each in imports if "tables" in str(each.module) for alias in each.names
    }
    for function in ast.walk(tree):
        if isinstance(function, ast.FunctionDef | ast.AsyncFunctionDef):
            inside = list(ast.walk(function))
            names = {each.id for each in inside if isinstance(each, ast.Name)}
            attributes = {ast.unparse(each) for each in inside if isinstance(each, ast.Attribute)}
            if names & tables and attributes & _RUNS_SQL:
                yield function.name


_RUNS_SQL = {"db.fetch", "db.fetch_one", "db.fetch_value", "db.execute"}


def test_no_function_mixes_piccolo_and_sql() -> None:
    apps = APP_REGISTRY.app_configs.values()
    tables = {table.__name__ for app in apps for table in app.table_classes}
    mixing = [
        f"{named(path)}: {name}"
        for path in python_files("platform", "jobs")
        for name in _mixing(path.read_text(), tables)
    ]
    assert mixing == []


@pytest.mark.parametrize("piccolo", ["await Thing.select(Thing.id)", "row = Thing(id=1)"])
def test_a_mixing_function_would_be_noticed(piccolo: str) -> None:
    head = "from enishi.things.tables import Thing, ThingState\nasync def act():\n"
    sql = "    await db.execute('SELECT 1', ThingState.NEW)\n"
    assert list(_mixing(f"{head}    {piccolo}\n{sql}", {"Thing"})) == ["act"]
    assert list(_mixing(f"{head}{sql}", {"Thing"})) == []
