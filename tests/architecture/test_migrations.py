"""Migration steps: listed with their checksums, never edited, self-contained and reversible."""

import ast
from pathlib import Path

import pytest
from piccolo.apps.migrations.commands.backwards import run_backwards
from tests.architecture.test_layout import ROOT
from tools import checksums

from enishi.cli import migrate
from enishi.kit import db
from enishi.piccolo_conf import APP_REGISTRY

# The one module of ours that a step may import: what a released step imports has to stay.
ALLOWED = {"enishi.kit.sql_migration"}
_ACROSS = """
SELECT DISTINCT split_part(conrelid::regclass::text, '_', 1) AS domain,
    split_part(confrelid::regclass::text, '_', 1) AS referenced
FROM pg_constraint WHERE contype = 'f'
    AND split_part(conrelid::regclass::text, '_', 1)
        <> split_part(confrelid::regclass::text, '_', 1)
"""
_LEFT = """
SELECT relname AS name FROM pg_class
WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'p', 'v', 'm', 'S')
UNION SELECT proname FROM pg_proc WHERE pronamespace = 'public'::regnamespace
"""


def test_every_step_is_listed_and_as_it_was_when_it_was_listed() -> None:
    assert checksums.problems() == []


def test_a_step_imports_nothing_that_moves() -> None:
    """A released step is not edited when the code around it is moved or renamed."""
    imported = {
        name
        for step in checksums.present()
        for node in ast.walk(ast.parse((checksums.PLATFORM / step.path).read_text()))
        for name in _imported(node)
    }
    assert {name for name in imported if name.startswith("enishi")} == ALLOWED


def _imported(node: ast.AST) -> list[str]:
    if isinstance(node, ast.Import):
        return [alias.name for alias in node.names]
    return [node.module or ""] if isinstance(node, ast.ImportFrom) else []


async def test_a_foreign_key_to_another_domain_is_a_dependency_of_the_migrations() -> None:
    """`enishi migrate` goes by these dependencies: the other domain's tables are made first."""
    found = {(row["domain"], row["referenced"]) for row in await db.fetch(_ACROSS)}
    declared = {
        (name, dependency.split(".")[1])
        for name, app in APP_REGISTRY.app_configs.items()
        for dependency in app.migration_dependencies
    }
    assert found
    assert found - declared == set()


@pytest.mark.as_owner
async def test_every_step_can_be_taken_back(own_database: None) -> None:
    async with db.DB.transaction():
        await run_backwards("all", migration_id="all", auto_agree=True)
    assert [row["name"] for row in await db.fetch(_LEFT)] == ["migration", "migration_id_seq"]
    assert await db.fetch_value("SELECT count(*) FROM migration") == 0
    assert await migrate.run_pending()


@pytest.fixture
def platform(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Three steps of two apps, listed as the first release."""
    monkeypatch.setattr(checksums, "PLATFORM", tmp_path)
    for app, minute in (("one", 0), ("two", 1), ("two", 2)):
        write(tmp_path, app, minute)
    checksums.update()
    return tmp_path


def write(platform: Path, app: str, minute: int, body: str = "") -> Path:
    folder = platform / app / "piccolo_migrations"
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{app}_2027_01_01t00_{minute:02}_00_000000.py"
    path.write_text(f'ID = "2027-01-01T00:{minute:02}:00:000000"\n{body}')
    return path


def test_what_is_edited_removed_or_not_listed_is_named(platform: Path) -> None:
    assert checksums.problems() == []
    write(platform, "one", 0, "# edited")
    (platform / "two/piccolo_migrations/two_2027_01_01t00_01_00_000000.py").unlink()
    write(platform, "two", 3)
    assert checksums.problems() == [
        "removed: two/piccolo_migrations/two_2027_01_01t00_01_00_000000.py",
        "edited: one/piccolo_migrations/one_2027_01_01t00_00_00_000000.py",
        "not listed (make checksums): two/piccolo_migrations/two_2027_01_01t00_03_00_000000.py",
    ]


def test_a_later_step_is_listed_below_the_first_release(platform: Path) -> None:
    first = checksums.listed()[checksums.FIRST]
    write(platform, "one", 5)
    assert [step.migration_id for step in checksums.update()] == ["2027-01-01T00:05:00:000000"]
    assert checksums.update() == []
    assert checksums.problems() == []
    assert checksums.listed()[checksums.FIRST] == first
    assert [step.app for step in checksums.listed()[checksums.LATER]] == ["one"]


def test_listing_again_does_not_forgive_an_edit(platform: Path) -> None:
    path = write(platform, "one", 0, "# edited")
    assert checksums.update() == []
    assert checksums.problems() == [f"edited: {path.relative_to(platform)}"]


def test_names_ids_and_their_order_are_looked_at(platform: Path) -> None:
    write(platform, "one", 2)  # an ID of the other app
    write(platform, "two", 0).write_text('ID = "2027-01-01T00:09:00:000000"\n')
    checksums.update()
    one, two = "one/piccolo_migrations/one_2027", "two/piccolo_migrations/two_2027"
    at, later = "01_01t00_00_00_000000.py", "01_01t00_02_00_000000.py"
    assert checksums.problems() == [
        f"not named after its app and ID: {two}_{at}",
        f"one ID, 2027-01-01T00:00:00:000000, for {one}_{at} and {two}_{at}",
        f"one ID, 2027-01-01T00:02:00:000000, for {one}_{later} and {two}_{later}",
        f"older than a step listed before it: {two}_{at}",
    ]


def test_the_file_is_one_that_sha256sum_reads() -> None:
    lines = (checksums.PLATFORM / checksums.NAME).read_text().splitlines()
    for line in lines:
        if line and not line.startswith("#"):
            digest, name = line.split("  ")
            assert len(digest) == 64
            assert (ROOT / "platform/enishi" / name).is_file()
