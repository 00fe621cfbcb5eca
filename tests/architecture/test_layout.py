"""The layout that docs/decisions/0001 describes, held by tests instead of by memory."""

import ast
import re
import subprocess
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
FILE_LIMIT, FUNCTION_LIMIT, TEMPLATE_LIMIT, PARAMETER_LIMIT = 300, 50, 150, 5
OURS = ("platform", "jobs", "tests", "tools")
# Written by others, or data: not for reading.
FOREIGN = ("/vendor/", "/piccolo_migrations/", "/data/")
# Names of this world's places and tools that must not be written into the repository.
UNWANTED = re.compile(
    rb"""/work/ | /tmp/w\b | /root/ | /home/\w+/ | files\.pythonhosted\.org
    | --(?:extra-)?index-url\s | ^\s*(?:extra-)?index-url\s*= """,
    re.VERBOSE | re.MULTILINE,
)


@cache
def tracked() -> tuple[Path, ...]:
    """Every file of the repository, new ones included, ignored ones not."""
    listed = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard", "-z"],
        cwd=ROOT,
        check=True,
        capture_output=True,
    ).stdout.decode()
    paths = (ROOT / name for name in listed.split("\0") if name)
    return tuple(path for path in paths if path.is_file())


def python_files(*folders: str) -> Iterator[Path]:
    for path in tracked():
        inside = path.relative_to(ROOT).as_posix()
        if path.suffix == ".py" and inside.startswith(folders or OURS) and not is_foreign(path):
            yield path


def is_foreign(path: Path) -> bool:
    return any(part in path.as_posix() for part in FOREIGN)


def named(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


@pytest.mark.parametrize(("root", "package"), [("platform", "enishi"), ("jobs", "enishi_jobs")])
def test_a_source_root_holds_its_one_package_and_is_none_itself(root: str, package: str) -> None:
    """With an `__init__.py`, `platform/` would shadow the standard library's module."""
    inside = {path.relative_to(ROOT / root).parts[0] for path in tracked() if _in(path, root)}
    assert inside == {package}
    assert (ROOT / root / package / "__init__.py").is_file()


def _in(path: Path, folder: str) -> bool:
    return path.is_relative_to(ROOT / folder)


def test_every_folder_of_a_package_is_a_package() -> None:
    folders = {path.parent for path in python_files("platform", "jobs")}
    assert [named(each) for each in folders if not (each / "__init__.py").is_file()] == []


def test_no_module_is_a_drawer_for_everything() -> None:
    drawers = {"utils", "helpers", "common", "manager", "misc"}
    assert [named(path) for path in python_files() if drawers & {path.stem, path.parent.name}] == []


def test_nothing_is_longer_than_a_reader_can_hold() -> None:
    too_long = []
    for path in python_files():
        text = path.read_text()
        lines = text.count("\n")
        if lines > FILE_LIMIT:
            too_long.append(f"{named(path)}: {lines} lines")
        too_long += [
            f"{named(path)}:{node.lineno}: {node.name} has {length} lines"
            for node in ast.walk(ast.parse(text))
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
            and (length := _length(node)) > FUNCTION_LIMIT
        ]
    assert too_long == []


def _length(function: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    """Its lines without the docstring, which may be as long as shapes and units need."""
    first = function.body[0]
    whole = (function.end_lineno or 0) - function.lineno + 1
    if ast.get_docstring(function) is None:
        return whole
    return whole - ((first.end_lineno or 0) - first.lineno + 1)


def test_templates_are_short() -> None:
    lines = {
        named(path): path.read_text().count("\n")
        for path in tracked()
        if _in(path, "frontend_templates") and path.suffix in (".html", ".txt")
    }
    assert lines
    assert {name: count for name, count in lines.items() if count > TEMPLATE_LIMIT} == {}


def test_no_function_of_the_platform_takes_more_than_five_parameters() -> None:
    """Signatures that Piccolo, click or Litestar prescribe are counted too: none needed more."""
    too_many = [
        f"{named(path)}:{node.lineno}: {node.name}"
        for path in python_files("platform", "jobs")
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        and not node.decorator_list  # a handler's or a command's parameters are its interface
        and _count(node.args) > PARAMETER_LIMIT + 1  # self, or the thing itself
    ]
    assert too_many == []


def _count(arguments: ast.arguments) -> int:
    return len(arguments.posonlyargs) + len(arguments.args) + len(arguments.kwonlyargs)


def test_nothing_is_left_to_do_in_a_comment() -> None:
    marks = re.compile(r"\b(TODO|FIXME|XXX|HACK)\b")
    here = Path(__file__)
    left = [
        f"{named(path)}:{number}"
        for path in python_files()
        if path != here
        for number, line in enumerate(path.read_text().splitlines(), 1)
        if marks.search(line)
    ]
    assert left == []


def test_the_repository_names_no_machine_and_no_package_index() -> None:
    found = []
    for path in tracked():
        if path == Path(__file__) or "/vendor/" in path.as_posix():
            continue
        content = path.read_bytes()
        found += [f"{named(path)}: {match[0]!r}" for match in UNWANTED.finditer(content)]
    assert found == []


def test_time_comes_from_the_one_clock() -> None:
    """SQL's now() and Python's would each answer for themselves; a frozen clock moves neither."""
    clock = ROOT / "platform/enishi/kit/clock.py"
    python = re.compile(r"\b(?:datetime|date)\.(?:now|today|utcnow)\(|\btime\.time\(")
    sql = re.compile(r"\bnow\(\)|\bCURRENT_(?:TIMESTAMP|DATE|TIME)\b|\bclock_timestamp\(")
    wrong = []
    for path in python_files("platform", "jobs"):
        if path == clock:
            continue
        text = path.read_text()
        wrong += [named(path) for _ in python.finditer(text)]
        wrong += [
            f"{named(path)}:{node.lineno}"
            for node in ast.walk(ast.parse(text))
            if isinstance(node, ast.Constant)
            and isinstance(node.value, str)
            and sql.search(node.value)
            and re.search(r"\b(?:SELECT|INSERT|UPDATE|DELETE|CREATE)\b", node.value)
        ]
    assert wrong == []
