"""The samples of docs/landscape.md are what the command prints for the real conversations.

To renew them after a change of the method: `ENISHI_RENEW_SAMPLES=1 python -m pytest` on this file.
"""

import os
import re
from pathlib import Path

import pytest
from click.testing import CliRunner
from tests.landscape.conftest import CONVERSATIONS, REAL_DATA

from enishi.cli import main

DOCUMENT = Path(__file__).parents[2] / "docs" / "landscape.md"
BLOCK = "```\nOpinion landscape: {name}\n"


@pytest.mark.parametrize("name", CONVERSATIONS)
def test_a_sample_is_what_the_command_prints(name: str) -> None:
    folder = REAL_DATA / name
    if not folder.is_dir():
        pytest.skip(f"no real data at {folder}: set ENISHI_REAL_DATA")
    run = CliRunner().invoke(
        main, ["landscape", str(folder), "--summary", "--language", "en", "--engine", "reference"]
    )
    assert run.exit_code == 0, run.stderr
    printed = "".join(line + "\n" for line in run.stdout.splitlines() if line)
    document = DOCUMENT.read_text(encoding="utf-8")
    begin = document.index(BLOCK.format(name=name)) + len("```\n")
    end = document.index("```", begin)
    if os.environ.get("ENISHI_RENEW_SAMPLES"):
        DOCUMENT.write_text(document[:begin] + printed + document[end:], encoding="utf-8")
        return
    shown = document[begin:end]
    assert shown == printed


def test_every_conversation_has_one_sample() -> None:
    document = DOCUMENT.read_text(encoding="utf-8")
    assert re.findall("```\nOpinion landscape: (.+)\n", document) == list(CONVERSATIONS)
