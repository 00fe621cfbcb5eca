"""Tables, their names and their migrations."""

import importlib
import re
from pathlib import Path
from typing import Any

import pytest
from piccolo.apps.migrations.auto import SchemaDiffer
from piccolo.apps.migrations.auto.diffable_table import DiffableTable
from piccolo.apps.migrations.auto.schema_snapshot import SchemaSnapshot
from piccolo.apps.migrations.commands.base import BaseMigrationManager
from piccolo.conf.apps import AppConfig
from piccolo.table import Table

import enishi
from enishi.kit import db
from enishi.piccolo_conf import APP_REGISTRY

PLATFORM = Path(str(enishi.__file__)).parents[1]
APPS: dict[str, AppConfig] = APP_REGISTRY.app_configs
TABLES = [table for app in APPS.values() for table in app.table_classes]


@pytest.mark.parametrize("name", APPS)
async def test_the_migrations_of_an_app_lead_to_its_tables(name: str) -> None:
    """Piccolo's auto migration would find nothing to do."""
    assert await _missing(APPS[name]) == []


async def _missing(app: AppConfig) -> list[str]:
    managers = await BaseMigrationManager().get_migration_managers(
        app_config=app, max_migration_id=None, offset=0
    )
    differ = SchemaDiffer(
        schema=[_diffable(table) for table in app.table_classes],
        schema_snapshot=SchemaSnapshot(managers).get_snapshot(),
        auto_input="y",
    )
    return [line for each in differ.get_alter_statements() for line in each.statements]


def _diffable(table: type[Table]) -> DiffableTable:
    meta = table._meta
    return DiffableTable(
        class_name=table.__name__,
        tablename=meta.tablename,
        schema=meta.schema,
        columns=meta.non_default_columns,
        constraints=meta.constraints,
    )


def _named(table: type[Table]) -> str:
    return str(table._meta.tablename)


@pytest.mark.parametrize("table", TABLES, ids=_named)
def test_a_table_is_named_after_its_domain(table: type[Table]) -> None:
    domain = table.__module__.split(".")[1]
    assert re.fullmatch(rf"{domain}_[a-z]+(_[a-z]+)*", _named(table))


@pytest.mark.parametrize("table", TABLES, ids=_named)
async def test_constraints_and_indexes_begin_with_the_name_of_their_table(
    table: type[Table],
) -> None:
    """The names of indexes are global in PostgreSQL: two alike would clash."""
    names = await _names_of(_named(table))
    assert names
    assert [name for name in names if not name.startswith(_named(table))] == []


async def _names_of(tablename: str) -> list[str]:
    rows: list[dict[str, Any]] = await db.fetch(
        """
        SELECT conname AS name FROM pg_constraint WHERE conrelid = $1::text::regclass
        UNION SELECT relname FROM pg_class
        JOIN pg_index ON indexrelid = pg_class.oid AND indrelid = $1::text::regclass
        """,
        tablename,
    )
    return [row["name"] for row in rows]


async def test_every_table_in_the_database_belongs_to_a_domain() -> None:
    """Also those that Piccolo cannot say, made by a statement in a migration."""
    rows = await db.fetch(
        "SELECT relname FROM pg_class WHERE relnamespace = 'public'::regnamespace"
        " AND relkind IN ('r', 'p', 'v', 'm', 'S') AND NOT relispartition"
    )
    names = {row["relname"] for row in rows} - {"migration", "migration_id_seq"}
    assert [name for name in names if name.partition("_")[0] not in APPS] == []
    assert names >= {_named(table) for table in TABLES}


async def test_a_forgotten_migration_would_be_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    """The negative control of the first test here."""
    _, *others = APPS["kit"].table_classes
    monkeypatch.setattr(APPS["kit"], "table_classes", others)
    assert await _missing(APPS["kit"])


def test_every_domain_with_tables_is_registered() -> None:
    for name, app in APPS.items():
        domain = Path(str(importlib.import_module(f"enishi.{name}").__file__)).parent
        modules = [
            importlib.import_module(".".join(path.relative_to(PLATFORM).with_suffix("").parts))
            for path in domain.rglob("*tables.py")
        ]
        own = {
            each
            for module in modules
            for each in vars(module).values()
            if isinstance(each, type)
            and issubclass(each, Table)
            and each.__module__ == module.__name__
        }
        assert own == set(app.table_classes)
