"""Each module of a domain lies in a room and has a name that rooms.py lists; so do handlers."""

import ast
import re
from collections.abc import Iterable, Iterator

import pytest
from tests.architecture.rooms import FILES, OTHERS, PACKAGES, ROOMS
from tests.architecture.sql_texts import module_of
from tests.architecture.test_layout import ROOT, python_files

# Relative to enishi: "accounts.pages.sign_in". Empty `__init__` files of packages are no modules.
MODULES = {
    module_of(path).removeprefix("enishi."): path
    for path in python_files("platform")
    if path.stem != "__init__"
}
# What makes a function or class of Litestar's a handler.
HANDLERS = {"Controller", "delete", "get", "head", "patch", "post", "put", "route", "websocket"}


def _misplaced(modules: Iterable[str]) -> Iterator[str]:
    for module in modules:
        package, *inside = module.split(".")
        if package not in OTHERS and not _is_listed(package, inside):
            yield module


def _is_listed(room: str, inside: list[str]) -> bool:
    if room not in ROOMS or not inside:
        return False
    first, *rest = inside
    if rest and f"{room}.{first}" in ROOMS:
        return _is_listed(f"{room}.{first}", rest)
    if first in PACKAGES and len(rest) == 1:
        return True
    return not rest and (first in FILES or first in ROOMS[room])


def test_every_module_of_a_domain_is_listed() -> None:
    assert sum(module.split(".")[0] not in OTHERS for module in MODULES) > 200
    assert list(_misplaced(MODULES)) == []


@pytest.mark.parametrize(
    "module",
    [
        "accounts.sign_in_pages",  # pages are in `pages`
        "accounts.pages.office.members",  # which has no packages in it
        "consultations.replies.service",  # a room that is not listed
        "consultations.core.writer",  # a mechanism of another room
        "letters.service",  # a domain that is not listed
        "letters",
    ],
)
def test_a_module_in_the_wrong_room_would_be_noticed(module: str) -> None:
    assert list(_misplaced([module])) == [module]


def test_no_line_is_left_of_a_module_that_is_gone() -> None:
    folder = ROOT / "platform/enishi"
    listed = [f"{room}.{name}" for room, names in ROOMS.items() for name in names]
    gone = [name for name in listed if name not in MODULES]
    packages = [*ROOMS, *(name for name in OTHERS if name not in MODULES)]
    gone += [name for name in packages if not folder.joinpath(*name.split(".")).is_dir()]
    assert gone == []


def test_the_decision_record_lists_the_same() -> None:
    record = (ROOT / "docs/decisions/0012-rooms-of-a-domain.md").read_text()
    rows = re.findall(r"^\| ([a-z._]+) \| (`.+`) \|$", record, re.MULTILINE)
    assert {room: re.findall(r"\w+", names) for room, names in rows} == {
        room: list(names) for room, names in ROOMS.items() if names
    }
    everywhere = record.partition("**Files**")[2].partition("**Mechanisms**")[0]
    assert {*FILES, *PACKAGES} <= set(re.findall(r"`(\w+)`", everywhere))


def test_the_lists_are_sorted() -> None:
    for names in (FILES, PACKAGES, OTHERS, ROOMS, *ROOMS.values()):
        assert list(names) == sorted(names)


def _handlers(source: str) -> set[str]:
    return {
        alias.name
        for node in ast.walk(ast.parse(source))
        if isinstance(node, ast.ImportFrom) and (node.module or "").split(".")[0] == "litestar"
        for alias in node.names
    } & HANDLERS


def test_handlers_are_in_pages_in_the_api_or_in_web() -> None:
    with_handlers = [name for name, path in MODULES.items() if _handlers(path.read_text())]
    assert len(with_handlers) > 30
    assert [
        name
        for name in with_handlers
        if not name.startswith("web.") and not {"pages", "api"} & set(name.split(".")[1:-1])
    ] == []


def test_annotations_that_are_read_at_run_time_are_no_strings() -> None:
    """By Litestar and pydantic; a schema may import pydantic through another module of ours."""
    reads = ("litestar", "pydantic", "enishi.kit.schema", "enishi.kit.forms", "enishi.kit.jobs")
    imports = [
        (name, {node.module or "" for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)})
        for name, path in MODULES.items()
        for tree in [ast.parse(path.read_text())]
    ]
    read = [(name, found) for name, found in imports if any(m.startswith(reads) for m in found)]
    assert len(read) > 100
    assert [name for name, found in read if "__future__" in found] == []
