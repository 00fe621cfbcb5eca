"""`enishi import polis` as an operator runs it, in a process and a database of its own."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from tests.consultations.test_polis_import import SMALL, real, table, write

from enishi.kit import db


def run(*arguments: object) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "enishi.cli", "import", "polis", *map(str, arguments)],
        capture_output=True,
        text=True,
        check=False,
        env=os.environ.copy(),
    )


@pytest.mark.usefixtures("own_database")
async def test_a_folder_becomes_a_dialogue_and_the_counts_are_printed(tmp_path: Path) -> None:
    done = run(write(tmp_path, SMALL), "--dialogue", "buses", "--json")
    assert (done.returncode, done.stderr) == (0, "")
    assert json.loads(done.stdout) == {
        "participants": 3,
        "voters": 2,
        "statements": 2,
        "votes": 2,
        "agrees": 2,
        "disagrees": 0,
        "votes_without_time": 0,
        "notes": [],
    }
    again = run(tmp_path, "--dialogue", "buses")
    assert again.returncode == 1
    assert "already holds" in again.stderr
    [row] = await db.fetch("SELECT count(*) FROM consultations_vote")
    assert row["count"] == 2


@pytest.mark.usefixtures("own_database")
async def test_a_damaged_folder_is_refused_in_one_sentence_and_leaves_nothing(
    tmp_path: Path,
) -> None:
    damaged = SMALL["votes.csv"].replace(",0,2,1\n", ",0,2,")
    done = run(write(tmp_path, SMALL | {"votes.csv": damaged}), "--dialogue", "buses")
    assert done.returncode == 1
    assert done.stderr.strip().endswith("votes.csv, line 4: The vote “” is not -1, 0 or 1.")
    for rows in (
        "SELECT 1 FROM consultations_consultation",
        "SELECT 1 FROM consultations_statement",
        "SELECT 1 FROM consultations_participant",
        "SELECT 1 FROM consultations_vote_event",
        "SELECT 1 FROM organisations_organisation",
    ):
        assert await db.fetch(rows) == []


@pytest.mark.usefixtures("own_database")
async def test_a_large_real_conversation_comes_in_by_the_command() -> None:
    folder = real("vtaiwan.uberx")
    done = run(folder, "--dialogue", "uber", "--publish", "--json")
    cells = [
        cell
        for line in table(folder / "participants-votes.csv")
        for column, cell in line.items()
        if column.isdecimal() and cell
    ]
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout) == {
        "participants": 1921,
        "voters": 1921,
        "statements": 197,
        "votes": len(cells),
        "agrees": cells.count("1"),
        "disagrees": cells.count("-1"),
        "votes_without_time": 0,
        "notes": [],
    }
