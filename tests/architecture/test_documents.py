"""What documents name exists: files, links, make's targets, commands of enishi, records."""

import re
import subprocess
from pathlib import Path

import pytest

from enishi.cli import main

ROOT = Path(__file__).parents[2]
_FILE = re.compile(r"`((?:\w[\w.-]*/)*[\w-]+\.(?:py|html|css|js|md|ya?ml|sh|lock))`")
_LINK = re.compile(r"\]\(([^)#\s]+)")
_COMMAND = re.compile(r"`enishi ([a-z]+)(?: ([a-z-]+))?")


def tracked(*patterns: str) -> list[str]:
    listed = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard", *patterns],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    return listed.stdout.split()


DOCUMENTS = tracked("*.md")
assert "README.md" in DOCUMENTS


@pytest.mark.parametrize("document", DOCUMENTS)
def test_files_links_and_commands_that_a_document_names_are_there(document: str) -> None:
    text = (ROOT / document).read_text()
    files = [f"/{name}" for name in tracked()]
    missing = [
        name for name in _FILE.findall(text) if not any(it.endswith(f"/{name}") for it in files)
    ]
    missing += [
        link
        for link in _LINK.findall(text)
        if "://" not in link and not ((ROOT / document).parent / link).exists()
    ]
    targets = re.findall(r"^(\w+):", (ROOT / "Makefile").read_text(), re.MULTILINE)
    missing += [f"make {name}" for name in re.findall(r"`make (\w+)", text) if name not in targets]
    missing += [f"enishi {' '.join(words)}" for words in _COMMAND.findall(text) if lacks(*words)]
    assert missing == []


RECORDS = sorted((ROOT / "docs/decisions").glob("*.md"))


@pytest.mark.parametrize(("number", "record"), list(enumerate(RECORDS, 1)))
def test_decision_records_have_numbers_without_gaps_and_the_same_parts(
    number: int, record: Path
) -> None:
    text = record.read_text()
    assert record.name.startswith(f"{number:04}-")
    assert text.startswith(f"# {number}. ")
    parts = re.findall(r"^## (.+)$", text, re.MULTILINE)
    assert parts == ["Context", "Decision", "Consequences", "Alternatives"]
    named = re.findall(r"[Rr]ecords? (\d+)(?: and (\d+))?", text)
    assert {int(each) for pair in named for each in pair if each} <= set(range(len(RECORDS) + 1))


def lacks(group: str, name: str) -> bool:
    """Whether there is no such command; a command without parts may be followed by a word."""
    found = main.get_command(None, group)  # type: ignore[arg-type]
    parts = getattr(found, "commands", None)
    return found is None or bool(parts and name and name not in parts)
