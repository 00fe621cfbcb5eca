"""Imports between our files go one way, stand at the top, and leave the tables of others alone."""

import ast
import re
import tomllib
from collections.abc import Iterator, Mapping
from graphlib import CycleError, TopologicalSorter

import pytest
from tests.architecture.sql_texts import module_of
from tests.architecture.test_layout import ROOT, named, python_files

Function = ast.FunctionDef | ast.AsyncFunctionDef
SOURCES = {module_of(path): path.read_text() for path in python_files("platform", "jobs")}
# On the line itself: ruff asks for the code, we for the reason.
_REASON = re.compile(r"# noqa: PLC0415 \(.+\)")


def _imports(tree: ast.AST, *, in_functions: bool) -> Iterator[ast.Import | ast.ImportFrom]:
    for node in ast.iter_child_nodes(tree):
        if isinstance(node, ast.Import | ast.ImportFrom):
            yield node
        elif in_functions or not isinstance(node, Function):
            yield from _imports(node, in_functions=in_functions)


def _edges(sources: Mapping[str, str], *, in_functions: bool = False) -> dict[str, set[str]]:
    """The modules of `sources` that each of them imports.

    `from a import b` is an import of a.b where that is a module, else of a. That Python runs a
    package's `__init__` before its modules is left out: it holds for every module of the package.
    """
    edges: dict[str, set[str]] = {}
    for module, source in sources.items():
        wanted = set()
        for node in _imports(ast.parse(source), in_functions=in_functions):
            for alias in node.names:
                if isinstance(node, ast.Import):
                    wanted.add(alias.name)
                else:
                    full = f"{node.module}.{alias.name}"
                    wanted.add(full if full in sources else str(node.module))
        edges[module] = wanted & sources.keys() - {module}
    return edges


def _circle(edges: dict[str, set[str]]) -> list[str]:
    try:
        TopologicalSorter(edges).prepare()
    except CycleError as error:
        circle: list[str] = error.args[1]
        return circle
    return []


def test_files_do_not_import_each_other_in_a_circle() -> None:
    edges = _edges(SOURCES)
    assert len(edges) > 400
    assert _circle(edges) == []


def test_nor_with_the_imports_inside_functions() -> None:
    """A circle that is cut by a late import is still one for its reader."""
    assert _circle(_edges(SOURCES, in_functions=True)) == []


def test_a_circle_would_be_noticed() -> None:
    sources = {
        "house": "",
        "house.attic": "from house import cellar",
        "house.cellar": "def fill():\n    from house.attic import boxes",
    }
    assert _circle(_edges(sources)) == []
    assert set(_circle(_edges(sources, in_functions=True))) == {"house.attic", "house.cellar"}


def test_an_import_inside_a_function_says_why() -> None:
    silent = []
    for path in python_files("platform", "jobs"):
        text = path.read_text()
        lines = text.splitlines()
        top = set(_imports(tree := ast.parse(text), in_functions=False))
        silent += [
            f"{named(path)}:{node.lineno}"
            for node in _imports(tree, in_functions=True)
            if node not in top and not _REASON.search(lines[node.lineno - 1])
        ]
    assert silent == []


@pytest.mark.parametrize("module", [each for each in SOURCES if each.split(".")[-1] == "tables"])
def test_a_contract_keeps_tables_private_to_their_domain(module: str) -> None:
    """import-linter holds the contracts; this one holds that there is a contract for each."""
    settings = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["importlinter"]
    importers = [
        contract["allowed_importers"]
        for contract in settings["contracts"]
        if contract["type"] == "protected"
        for pattern in contract["protected_modules"]
        if re.fullmatch(pattern.replace(".", r"\.").replace("*", r"[^.]+"), module)
    ]
    domain = ".".join(module.split(".")[:2])
    assert importers == [[domain]]
