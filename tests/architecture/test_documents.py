"""What the READMEs and docs/ name is there: files, links, make's targets, commands of enishi."""

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


def lacks(group: str, name: str) -> bool:
    """Whether there is no such command; a command without parts may be followed by a word."""
    found = main.get_command(None, group)  # type: ignore[arg-type]
    parts = getattr(found, "commands", None)
    return found is None or bool(parts and name and name not in parts)
