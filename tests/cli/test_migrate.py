"""What goes wrong with a migration is said in one sentence, and changes nothing."""

import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner
from tests.servers.harness import clean_environment

from enishi.cli import main, migration_files
from enishi.kit import db
from enishi.settings import get_settings

ROOT = Path(__file__).parents[2]


@pytest.fixture
def platform(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A copy of the released steps, which the command compares instead of ours."""
    source = migration_files.PLATFORM
    shutil.copy(source / "migrations.sha256", tmp_path)
    for step in source.glob("*/piccolo_migrations/*.py"):
        to = tmp_path / step.relative_to(source)
        to.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(step, to)
    monkeypatch.setattr(migration_files, "PLATFORM", tmp_path)
    return tmp_path


def steps(platform: Path) -> list[Path]:
    return sorted(platform.glob("audit/piccolo_migrations/audit_*.py"))


def test_an_edited_step_is_refused_by_name(platform: Path) -> None:
    migration_files.require_unedited()
    steps(platform)[0].write_text("# edited\n")
    answer = CliRunner().invoke(main, ["migrate"])
    assert answer.exit_code == 1
    assert f"{steps(platform)[0]} was edited" in answer.output
    assert len(answer.output.strip().splitlines()) == 1


def test_a_removed_step_is_refused_by_name(platform: Path) -> None:
    gone = steps(platform)[0]
    gone.unlink()
    answer = CliRunner().invoke(main, ["migrate", "--check"])
    assert answer.exit_code == 1
    assert f"{gone} is missing" in answer.output


def migrate() -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "enishi.cli", "migrate"],
        cwd=ROOT,
        env=clean_environment(ENISHI_DATABASE_URL=get_settings().database_dsn),
        capture_output=True,
        text=True,
        check=False,
    )


async def test_a_step_that_fails_is_named_and_changes_nothing(own_database: None) -> None:
    """As after an edit of its ID: the step runs again over its own tables."""
    step = await db.fetch_value(
        "DELETE FROM migration WHERE id = (SELECT max(id) FROM migration"
        " WHERE app_name = 'operations') RETURNING name"
    )
    answer = migrate()
    assert answer.returncode == 1
    assert len(answer.stderr.strip().splitlines()) == 1, answer.stderr
    assert f"at the step {step}: " in answer.stderr
    assert "already exists" in answer.stderr
    assert not await db.fetch("SELECT FROM migration WHERE name = $1", step)
