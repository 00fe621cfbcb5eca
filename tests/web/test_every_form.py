"""Every field of every form refuses extremes at the field: no 500 later, no silent default.

The forms are found in the code, by the calls that read them, so that a new form is tried too.
"""

import ast
import enum
import importlib
import types
import typing
from collections.abc import Iterator
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pytest
from pydantic import BaseModel

from enishi.consultations.office import part_forms
from enishi.kit.forms import check
from enishi.programmes.listings import listing_forms
from enishi.statistics.office.schemas import PeriodForm

_PLATFORM = Path(__file__).parents[2] / "platform"
# The name of a parameter, where a handler serves several forms -> those forms.
_CHOSEN = {"shape": (*listing_forms.FORMS.values(), *part_forms.FORMS.values())}
# Modules that define the readers, or hand a shape on.
_READERS = ("enishi.kit.forms", "enishi.kit.http.submissions")


def _module_of(path: Path) -> str:
    return ".".join(path.relative_to(_PLATFORM).with_suffix("").parts)


def _shapes_in(path: Path) -> Iterator[type[BaseModel]]:
    module = _module_of(path)
    for node in ast.walk(ast.parse(path.read_text())):
        if not isinstance(node, ast.Call) or len(node.args) < 2:
            continue
        name = getattr(node.func, "attr", getattr(node.func, "id", ""))
        shape = node.args[1]
        if name not in ("read_form", "check") or not isinstance(shape, ast.Name):
            continue
        if shape.id in _CHOSEN:
            yield from _CHOSEN[shape.id]
        else:
            yield getattr(importlib.import_module(module), shape.id)


def _shapes() -> list[type[BaseModel]]:
    found: dict[str, type[BaseModel]] = {}
    for path in sorted(_PLATFORM.glob("enishi/**/*.py")):
        if _module_of(path) in _READERS:
            continue
        for shape in _shapes_in(path):
            if isinstance(shape, type) and issubclass(shape, BaseModel):
                found[shape.__qualname__] = shape
    return list(found.values())


SHAPES = _shapes()


def _fields(annotation: Any, path: str) -> Iterator[tuple[str, str]]:
    """(name as a form sends it, kind) of every control below a model or a type."""
    origin, arguments = typing.get_origin(annotation), typing.get_args(annotation)
    if origin is typing.Annotated:
        yield from _fields(arguments[0], path)
    elif origin in (typing.Union, types.UnionType):
        first = next(each for each in arguments if each is not types.NoneType)
        yield from _fields(first, path)
    elif origin in (list, tuple, set, frozenset):
        is_model = isinstance(arguments[0], type) and issubclass(arguments[0], BaseModel)
        yield from _fields(arguments[0], f"{path}.0" if is_model else path)
    elif origin is typing.Literal:
        yield path, "choice"
    elif isinstance(annotation, type) and issubclass(annotation, BaseModel):
        for name, info in annotation.model_fields.items():
            yield from _fields(info.annotation, f"{path}.{name}" if path else name)
    else:
        yield path, _kind(annotation)


def _kind(annotation: Any) -> str:
    if not isinstance(annotation, type):
        return "text"
    if issubclass(annotation, (enum.Enum, bool)):
        return "choice"
    if issubclass(annotation, int):
        return "number"
    if issubclass(annotation, (date, datetime)):
        return "date"
    return "text" if issubclass(annotation, str) else "other"


_TOO_MANY_MARKS = "が゙" + "\N{COMBINING ACUTE ACCENT}" * 40
EXTREMES = {
    "date": [
        "0001-01-01",
        "9999-12-31",
        "0008-04-01",
        "0026-11-01",
        "令和88年4月1日",
        "２０９９年",
    ],
    "number": [str(10**12), str(-(10**12)), "9" * 5000, "1e400", "NaN", "1_0"],
    "text": ["字" * 100_000, "字" + _TOO_MANY_MARKS],
    "choice": ["neither", "no-such-choice", "字" * 100_000],
    "other": ["字" * 100_000],
}
CASES = [
    pytest.param(shape, name, extreme, id=f"{shape.__name__}-{name}-{kind}{number}")
    for shape in SHAPES
    for name, kind in _fields(shape, "")
    for number, extreme in enumerate(EXTREMES[kind])
]


def test_the_forms_are_found() -> None:
    names = {shape.__name__ for shape in SHAPES}
    assert {"SessionDayForm", "RulesForm", "SeedsForm", "PaperForm", "ProfileForm"} <= names
    assert PeriodForm in SHAPES
    assert len(SHAPES) > 25


@pytest.mark.parametrize(("shape", "name", "extreme"), CASES)
def test_an_extreme_is_refused_at_its_field(
    shape: type[BaseModel], name: str, extreme: str
) -> None:
    form = check({name: [extreme]}, shape)
    assert form.value is None
    at_the_field = [key for key in form.errors if name == key or name.startswith(f"{key}.")]
    assert at_the_field, form.errors
    assert form.text(name) == extreme
