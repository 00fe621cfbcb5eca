"""Page, API, file and mail take figures of people from one place: the queries of statistics.

That no other package names a table of statistics is asked by test_sql.py.
"""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

from tests.architecture.test_layout import ROOT, python_files

from enishi.statistics.service import live_figures

STATISTICS = ROOT / "platform/enishi/statistics"


def imported(path: Path) -> Iterator[str]:
    """Full names of the modules and names that a file imports."""
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.ImportFrom):
            yield from (f"{node.module}.{alias.name}" for alias in node.names)
        elif isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)


def test_no_page_or_answer_of_statistics_reads_the_database_itself() -> None:
    readers = [*(STATISTICS / "pages").glob("*.py"), *(STATISTICS / "api").glob("*.py")]
    assert len(readers) > 6
    reading = {path.name for path in readers if "enishi.kit.db" in set(imported(path))}
    assert reading == set()


def test_only_a_release_counts_the_cells_of_cubes() -> None:
    """The exact counts stay there: everything else reads what was released."""
    counting = {
        path.relative_to(ROOT / "platform").as_posix()
        for path in python_files("platform", "jobs")
        if any(name.startswith("enishi.statistics.queries.cubes.") for name in imported(path))
    }
    assert counting == {"enishi/statistics/service/cube_releases.py"}


def test_the_gate_reads_each_rule_of_the_list_or_says_why_it_need_not() -> None:
    listed = re.findall(
        r"^- \*\*(.+?)\*\*:", (ROOT / "docs/live-figures.md").read_text(), re.MULTILINE
    )
    read = [rule for source in live_figures.SOURCES for rule in source.rules]
    assert sorted([*read, *live_figures.NOT_READ]) == sorted(listed)
    assert "step" in read
