"""The strings in our sources, evaluated: a statement made of constants as PostgreSQL gets it."""

import ast
import importlib
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from tests.architecture.test_layout import ROOT, python_files

_STATEMENT = re.compile(
    r"\s*\(?(?:SELECT|INSERT INTO|UPDATE|DELETE FROM|MERGE INTO|WITH|VALUES|COPY|TRUNCATE|LOCK"
    r"|CREATE|ALTER|DROP|SET|EXPLAIN|ANALYZE)\s"
)
_KEYWORD = re.compile(
    r"\b(?:SELECT|INSERT|UPDATE|DELETE|FROM|JOIN|WHERE|WITH|SET|VALUES|CREATE|ALTER|DROP)\b"
)


@dataclass(frozen=True)
class Text:
    """A string expression that is no part of another one.

    place: the module, and the constant, function or method that it stands in.
    value: what it evaluates to with the names of its module; None if it takes local names too.
    written: its literal parts, with {} for what is filled in.
    """

    place: str
    line: int
    value: str | None
    written: str

    @property
    def is_statement(self) -> bool:
        return self.value is not None and bool(_STATEMENT.match(self.value))

    @property
    def is_composed_sql(self) -> bool:
        return self.value is None and bool(_KEYWORD.search(self.written))


@cache
def our_texts() -> tuple[Text, ...]:
    return tuple(
        text
        for path in python_files("platform", "jobs")
        if path.stem != "__main__"  # importing it would start it
        for text in texts_in(
            path.read_text(),
            module_of(path),
            vars(importlib.import_module(module_of(path))),
        )
    )


def module_of(path: Path) -> str:
    parts = path.relative_to(ROOT).with_suffix("").parts[1:]
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def texts_in(source: str, module: str, names: Mapping[str, Any]) -> Iterator[Text]:
    """All texts of a source but its docstrings; `names` is the namespace of the module."""
    for name, statement in _named_statements(ast.parse(source).body):
        for node in _outermost_strings(statement):
            value = _evaluate(node, names)
            if value is None or isinstance(value, str):
                yield Text(f"{module}.{name}", node.lineno, value, _written(node))


def _named_statements(body: list[ast.stmt]) -> Iterator[tuple[str, ast.stmt]]:
    for statement in body:
        if isinstance(statement, ast.ClassDef):
            for name, part in _named_statements(statement.body):
                yield f"{statement.name}.{name}", part
        elif isinstance(statement, ast.Assign):
            yield ast.unparse(statement.targets[0]), statement
        elif isinstance(statement, ast.AnnAssign):
            yield ast.unparse(statement.target), statement
        elif not _is_docstring(statement):
            yield getattr(statement, "name", ""), statement


def _outermost_strings(node: ast.AST) -> Iterator[ast.expr]:
    for child in ast.iter_child_nodes(node):
        if isinstance(child, ast.expr) and _is_string(child):
            yield child
        elif not _is_docstring(child):
            yield from _outermost_strings(child)


def _is_docstring(node: ast.AST) -> bool:
    return isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)


def _is_string(node: ast.expr) -> bool:
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Add):
        return _is_string(node.left) or _is_string(node.right)
    return isinstance(node, ast.JoinedStr) or (
        isinstance(node, ast.Constant) and isinstance(node.value, str)
    )


def _evaluate(node: ast.expr, names: Mapping[str, Any]) -> Any:
    """None if it takes what only the running function knows. Only SQL may call functions here."""
    calls = any(isinstance(each, ast.Call) for each in ast.walk(node))
    if calls and not _KEYWORD.search(_written(node)):
        return None
    try:
        return eval(compile(ast.Expression(node), "<text>", "eval"), dict(names))  # noqa: S307 (ours)
    except Exception:  # noqa: BLE001 (a local name, or an operation on one)
        return None


def _written(node: ast.expr) -> str:
    if isinstance(node, ast.Constant):
        return str(node.value)
    if isinstance(node, ast.BinOp):
        return _written(node.left) + _written(node.right)
    if isinstance(node, ast.JoinedStr):
        return "".join(_written(part) for part in node.values)
    # What is filled in may hold texts itself, such as those of a choice.
    return "{" + " ".join(_written(each) for each in _outermost_strings(node)) + "}"
