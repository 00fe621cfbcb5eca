"""A draw is computed again from its file alone, by our command and by a program of others."""

import json
import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result
from tests.programmes import draws

from enishi.cli.verify import verify as command
from enishi.programmes.allocation.draws import draw_file, outcome
from enishi.programmes.allocation.draws.draw_file import DrawFileError
from enishi.programmes.allocation.draws.entries import entry_hash
from enishi.programmes.allocation.draws.verification import verify

ROOT = Path(__file__).parents[2]
PORTED = ROOT / "docs/verify_draw.py"

Lines = list[dict[str, Any]]


@pytest.fixture(scope="module")
def lines() -> list[str]:
    return list(draw_file.written(draws.held()))


def _changed(lines: list[str], change: Callable[[Lines], object]) -> list[str]:
    rows = [json.loads(line) for line in lines]
    change(rows)
    return [json.dumps(row, separators=(",", ":"), ensure_ascii=False) + "\n" for row in rows]


def _of_others(path: Path) -> subprocess.CompletedProcess[str]:
    """The verifier of docs, in a Python that sees none of our packages."""
    return subprocess.run(
        [sys.executable, "-I", str(PORTED), str(path)], capture_output=True, text=True, check=False
    )


def _ours(path: Path) -> Result:
    return CliRunner().invoke(command, ["draw", str(path)])


def _file(tmp_path: Path, lines: list[str]) -> Path:
    path = tmp_path / "draw.jsonl"
    path.write_text("".join(lines), encoding="utf-8")
    return path


def test_what_is_written_is_read(lines: list[str]) -> None:
    held = draws.held()
    header, listed = draw_file.read(lines)
    assert (header.seed, header.entries_hash) == (held.seed, held.entries_hash)
    assert [line.entry for line in listed] == held.entries
    assert [(line.rank, line.placed) for line in listed] == [
        *zip(held.ranks, held.has_place, strict=True)
    ]


def test_a_draw_is_the_same_bytes_each_time(lines: list[str]) -> None:
    assert list(draw_file.written(draws.held())) == lines


def test_an_unaltered_file_agrees(tmp_path: Path, lines: list[str]) -> None:
    path = _file(tmp_path, lines)
    ours, others = _ours(path), _of_others(path)
    assert ours.exit_code == 0, ours.output
    assert ours.output.endswith("all agree\n")
    assert others.returncode == 0, others.stderr
    seed = draws.held().seed
    assert seed in ours.output
    assert seed in others.stdout


@pytest.mark.parametrize(
    ("line", "change"),
    [
        (17, lambda rows: rows[16].update(size=rows[16]["size"] + 1)),
        (17, lambda rows: rows[16].update(weight=rows[16]["weight"] % 3 + 1)),
        (17, lambda rows: rows[16].update(rank=1 if rows[16]["rank"] != 1 else 2)),
        (17, lambda rows: rows[16].update(placed=not rows[16]["placed"])),
        (17, lambda rows: rows[16].update(hash="0" * 64)),
        (17, lambda rows: rows[16].update(id=rows[16]["id"][:-1] + "0")),
        (1, lambda rows: rows.pop(16)),
        (1, lambda rows: rows[0].update(seed="0" * 64)),
        (1, lambda rows: rows[0].update(rule=rows[0]["rule"].replace("20", "21", 1))),
        (1, lambda rows: rows[0]["officials"][1].update(number="abcdef")),
        (1, lambda rows: rows[0]["officials"][1].update(number=None)),
        (18, lambda rows: rows.insert(17, dict(rows[16]))),
    ],
)
def test_one_altered_line_is_named(
    tmp_path: Path, lines: list[str], line: int, change: Callable[[Lines], object]
) -> None:
    path = _file(tmp_path, _changed(lines, change))
    ours, others = _ours(path), _of_others(path)
    assert ours.exit_code == 1
    assert f"line {line}: " in ours.output
    assert others.returncode == 1
    assert re.match(r"line \d+: ", others.stderr)
    if line not in (1, 18):
        assert others.stderr.startswith(f"line {line}: ")


def test_an_entry_that_was_slipped_in_with_its_hash_is_noticed(lines: list[str]) -> None:
    """Whoever writes the hash of a line anew still has another hash of the list."""
    with_more = draws.crowd(61)
    [added] = [entry for entry in with_more if entry not in draws.crowd(60)]
    row = {**added._asdict(), "hash": entry_hash(added), "rank": 1, "placed": True}

    def slip_in(rows: Lines) -> None:
        rows[0]["entries"] += 1
        rows.append(row)
        rows[1:] = sorted(rows[1:], key=lambda each: str(each["id"]))

    found = verify(_changed(lines, slip_in))
    assert found.differences[0].startswith("line 1: entries_hash")


@pytest.mark.parametrize(
    ("number", "text"),
    [
        (1, ""),
        (1, "[]"),
        (1, '{"format": "enishi-draw/2"}'),
        (3, "{"),
        (3, "[" * 100_000),
        (3, '{"id": 1}'),
    ],
)
def test_a_line_that_is_not_one_is_named(lines: list[str], number: int, text: str) -> None:
    with pytest.raises(DrawFileError, match=f"^line {number}: "):
        verify([*lines[: number - 1], text, *lines[number:]])


@pytest.mark.parametrize(
    "values",
    [
        {"size": 0},
        {"size": True},
        {"size": "2"},
        {"weight": 99},
        {"rank": -1},
        {"placed": 1},
        {"stratum": "Family"},
        {"id": "f" * 63},
        {"hash": None},
    ],
)
def test_a_value_that_is_none_is_named(lines: list[str], values: dict[str, object]) -> None:
    with pytest.raises(DrawFileError, match=r"^line 5: "):
        verify(_changed(lines, lambda rows: rows[4].update(values)))


def test_small_strata_that_were_not_joined_are_named() -> None:
    entries = [each._replace(stratum="general") for each in draws.crowd(30)]
    entries[7] = entries[7]._replace(stratum="family")
    told = outcome.draw(draws.rule().text(), entries, draws.officials())
    assert any("stratum" in each for each in verify(draw_file.written(told)).differences)


def test_the_program_for_others_is_short_and_imports_nothing_of_ours() -> None:
    text = PORTED.read_text()
    assert len(text.splitlines()) <= 60
    assert "enishi" not in re.sub(r'"enishi-draw/1"', "", text)


def test_the_command_says_in_one_sentence_what_it_cannot_read(tmp_path: Path) -> None:
    path = tmp_path / "draw.jsonl"
    path.write_bytes(b"\xff\xfe")
    refused = _ours(path)
    assert refused.exit_code == 1
    assert "Traceback" not in refused.output
