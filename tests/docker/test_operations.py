"""docs/operations.md and the program say the same."""

import re
from pathlib import Path

from enishi.settings import Settings

OPERATIONS = (Path(__file__).parents[2] / "docs" / "operations.md").read_text()


def test_every_setting_is_explained_with_its_default() -> None:
    table = OPERATIONS.partition("## Settings")[2].partition("\n## ")[0]
    rows = {}
    for line in re.findall(r"^\|.*$", table, re.MULTILINE):
        cells = [cell.strip() for cell in line.strip("|").split("|")]
        rows |= dict.fromkeys(re.findall(r"`(ENISHI_\w+)`", cells[0]), cells)
    assert set(rows) == {f"ENISHI_{name.upper()}" for name in Settings.model_fields}
    for name, field in Settings.model_fields.items():
        if isinstance(field.default, str | int | Path) and str(field.default):
            assert rows[f"ENISHI_{name.upper()}"][1].strip("`") == str(field.default)
