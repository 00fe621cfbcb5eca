"""HTML forms: every field is checked, every message is shown at once, nothing typed is lost.

Field names are paths: `title`, `title.ja`, `party.0.birth_year`. Several controls of one name
(checkboxes) give a list where the shape asks for one. What was typed is kept as typed; what it
means is a pydantic model; what is wrong with it stands at the field it belongs to.
"""

import types
import typing
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any, Generic, TypeVar

from litestar import Request
from pydantic import BaseModel, ValidationError

from enishi.kit.i18n import LazyText
from enishi.kit.messages import explain

F = TypeVar("F", bound=BaseModel)

_MOST_FIELDS = 2000
_MOST_ITEMS = 200
WHOLE_FORM = ""  # the key of a message that belongs to no single field


@dataclass
class Form(Generic[F]):
    """What was typed, what it means if all of it is valid, and what is wrong with it if not."""

    typed: dict[str, list[str]] = field(default_factory=dict)
    value: F | None = None
    errors: dict[str, str] = field(default_factory=dict)

    def text(self, name: str, default: object = "") -> str:
        """What to show in the field: what was typed, else the default."""
        values = self.typed.get(name)
        return values[0] if values else str(default if default is not None else "")

    def texts(self, name: str, default: Iterable[object] = ()) -> list[str]:
        """As text, for a group of checkboxes: nothing ticked in a sent form stays nothing."""
        if self.typed:
            return self.typed.get(name, [])
        return [str(each) for each in default]

    def error(self, name: str) -> str:
        return self.errors.get(name, "")

    def refuse(self, name: str, message: LazyText | str) -> "Form[F]":
        """Add a refusal that only the service could see (taken, closed, unknown)."""
        self.errors[name] = str(message)
        return self

    @property
    def is_sent(self) -> bool:
        return bool(self.typed)


async def read_form(request: Request[Any, Any, Any], shape: type[F]) -> Form[F]:
    """Read and check a sent form. Unknown fields are ignored; files stay with the request."""
    typed: dict[str, list[str]] = {}
    for name, value in (await request.form()).multi_items():
        if isinstance(value, str) and len(typed) < _MOST_FIELDS:
            typed.setdefault(name, []).append(value.replace("\r\n", "\n"))
    return check(typed, shape)


def check(typed: dict[str, list[str]], shape: type[F]) -> Form[F]:
    known = {name: values for name, values in typed.items() if _first(name) in shape.model_fields}
    try:
        return Form(known, shape.model_validate(_nested(known, shape)))
    except ValidationError as error:
        messages: dict[str, str] = {}
        for problem in error.errors(include_url=False):
            # The first thing wrong with a field is the one to say.
            messages.setdefault(_path(problem["loc"], known), explain(problem))
        return Form(known, errors=messages)


def _first(name: str) -> str:
    return name.partition(".")[0]


def _path(loc: tuple[int | str, ...], typed: dict[str, list[str]]) -> str:
    """The form's name of a place in the model, or the nearest field around it that was sent."""
    parts = [str(part) for part in loc]
    for length in range(len(parts), 0, -1):
        name = ".".join(parts[:length])
        if name in typed:
            return name
    return ".".join(parts) or WHOLE_FORM


def _nested(typed: dict[str, list[str]], shape: type[BaseModel]) -> dict[str, Any]:
    tree: dict[str, Any] = {}
    for name, values in typed.items():
        _put(tree, name.split("."), values)
    return _shaped(tree, shape)


def _put(tree: dict[str, Any], path: list[str], values: list[str]) -> None:
    for part in path[:-1]:
        branch = tree.setdefault(part, {})
        if not isinstance(branch, dict):
            return  # both `a` and `a.b` were sent: the first one counts
        tree = branch
    tree.setdefault(path[-1], values)


def _shaped(tree: dict[str, Any], shape: type[BaseModel]) -> dict[str, Any]:
    """Lists where the model has lists, documents where it has models, else the one text."""
    made: dict[str, Any] = {}
    for name, info in shape.model_fields.items():
        branch = tree.get(name)
        kind = _kind(info.annotation)
        if kind.item is not None:
            made[name] = _items(branch, kind.item)
        elif kind.model is not None:
            made[name] = _shaped(branch, kind.model) if isinstance(branch, dict) else None
            if made[name] is None or (kind.optional and _is_blank(branch)):
                made.pop(name)
        elif isinstance(branch, list):
            text = branch[0]
            # An empty field of an optional value means "none"; of a text, the empty text.
            if text.strip() or not kind.optional:
                made[name] = text
    return made


@dataclass(frozen=True)
class _Kind:
    model: type[BaseModel] | None = None
    item: Any = None
    optional: bool = False


def _kind(annotation: Any) -> _Kind:
    origin = typing.get_origin(annotation)
    arguments = typing.get_args(annotation)
    if origin is typing.Annotated:
        return _kind(arguments[0])
    if origin in (typing.Union, types.UnionType):
        kinds = [_kind(each) for each in arguments if each is not type(None)]
        optional = type(None) in arguments
        return _Kind(kinds[0].model, kinds[0].item, optional)
    if origin in (list, tuple, set, frozenset):
        return _Kind(item=arguments[0])
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return _Kind(model=annotation)
    return _Kind()


def _items(branch: Any, item: Any) -> list[Any]:
    model = _kind(item).model
    if isinstance(branch, list):
        return [text for text in branch if text.strip()]
    if not isinstance(branch, dict):
        return []
    numbers = sorted(int(key) for key in branch if key.isdecimal() and len(key) < 4)
    found = [branch[str(number)] for number in numbers[:_MOST_ITEMS] if str(number) in branch]
    if model is None:
        return [values[0] for values in found if isinstance(values, list)]
    return [_shaped(each, model) for each in found if isinstance(each, dict)]


def _is_blank(branch: Any) -> bool:
    if isinstance(branch, dict):
        return all(_is_blank(each) for each in branch.values())
    return not any(str(text).strip() for text in branch or [])
