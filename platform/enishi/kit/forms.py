"""HTML forms, headless: the raw input, the validated model, and the messages by field.

Field names are paths: `title`, `title.ja`, `party.0.birth_year`. Several controls with one name
(checkboxes) give a list where the model has one. The raw input is kept unchanged, so that a form
that is shown again loses nothing.
"""

import re
import types
import typing
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import date, time
from decimal import Decimal
from typing import Any, Generic, TypeVar

import regex
from pydantic import BaseModel, ValidationError

from enishi.kit.errors import EnishiError
from enishi.kit.i18n import LazyText, gettext_lazy
from enishi.kit.text_validation import TYPED
from enishi.kit.typed_numbers import plain_number
from enishi.kit.validation_messages import explain

F = TypeVar("F", bound=BaseModel)

_DEEPEST_NAME = 8
# Japanese keyboards write digits in two widths, which are equal for these types.
_NUMBERS = (int, float, Decimal)
_ANY_WIDTH = (*_NUMBERS, date, time)
# The longest character of Unicode's emoji list, a couple in two skin tones, has ten code points.
_MOST_CODE_POINTS = 10
_HEAP = gettext_lazy("一つの文字に、記号が重なりすぎています。記号を減らしてください。")
WHOLE_FORM = ""  # the key of a message that belongs to no single field


@dataclass
class Form(Generic[F]):
    """The raw input (`typed`), its model if all of it is valid (`value`), and messages by field."""

    typed: dict[str, list[str]] = field(default_factory=dict)
    value: F | None = None
    errors: dict[str, str] = field(default_factory=dict)
    is_sent: bool = False
    # Why the form may not be carried out although its fields are valid; `value` is None then.
    refusal: EnishiError | None = None
    # Whether the row changed after the form was opened: both values are shown.
    is_overtaken: bool = False

    @property
    def status_code(self) -> int:
        """Of the answer that shows the form again."""
        return self.refusal.status_code if self.refusal else 422

    def text(self, name: str, default: object = "") -> str:
        """The text of a field: the raw input, else the default."""
        values = self.typed.get(name)
        return values[0] if values else str(default if default is not None else "")

    def texts(self, name: str, default: Iterable[object] = ()) -> list[str]:
        """As `text`, for a group of checkboxes: in a sent form no ticked box means none."""
        if self.is_sent:
            return self.typed.get(name, [])
        return [str(each) for each in default]

    def error(self, name: str) -> str:
        return self.errors.get(name, "")

    def refuse(self, name: str, message: LazyText | str) -> "Form[F]":
        """Add a message that only the service can know (taken, closed, unknown)."""
        self.errors[name] = str(message)
        return self


def check(typed: dict[str, list[str]], shape: type[F]) -> Form[F]:
    """The form of the raw input. A refusal of the model, or of a character, is at its field."""
    known = {name: values for name, values in typed.items() if _is_known(name, shape)}
    heaps = {name: str(_HEAP) for name, values in known.items() if any(map(_has_heap, values))}
    tree: dict[str, Any] = {}
    for name, values in known.items():
        _put(tree, name.split("."), values)
    try:
        value = shape.model_validate(_shaped(tree, shape), context=TYPED)
        return Form(known, None if heaps else value, errors=heaps, is_sent=True)
    except ValidationError as error:
        messages = dict(heaps)
        for problem in error.errors(include_url=False):
            # Only the first error of a field is shown.
            messages.setdefault(_name(problem["loc"], tree, known), explain(problem))
        return Form(known, errors=messages, is_sent=True)


def longest(shape: type[BaseModel], name: str) -> int | None:
    """The most characters that a text field of the form takes; None means *no limit*.

    `name` is a path as in the form: "title.ja", "party.0.name". Templates ask for it, so that a
    limit is written in the model only. Raises KeyError for an unknown field.
    """
    annotation: Any = shape
    metadata: list[Any] = []
    for part in name.split("."):
        kind = _kind(annotation)
        if kind.item is not None:  # `part` is the number of an item
            annotation = kind.item
        elif kind.model is None:
            raise KeyError(name)
        else:
            info = kind.model.model_fields[part]
            annotation, metadata = info.annotation, info.metadata
    # A type may bring its own limit, and the field a lower one.
    limits = [each.max_length for each in metadata if hasattr(each, "max_length")]
    return min(limits, default=None)


def _has_heap(text: str) -> bool:
    """Whether a user-perceived character has more code points than any that a language needs.

    Forty accents on one letter cover the lines above it, and are one character to every limit.
    """
    if text.isascii():
        return False
    return any(len(each) > _MOST_CODE_POINTS for each in regex.findall(r"\X", text))


def _is_known(name: str, shape: type[BaseModel]) -> bool:
    return name.partition(".")[0] in shape.model_fields and name.count(".") < _DEEPEST_NAME


def _put(tree: dict[str, Any], path: list[str], values: list[str]) -> None:
    for part in path[:-1]:
        branch = tree.setdefault(part, {})
        if not isinstance(branch, dict):
            return  # both `a` and `a.b` were sent: the first one counts
        tree = branch
    tree.setdefault(path[-1], values)


def _name(loc: tuple[int | str, ...], tree: dict[str, Any], typed: dict[str, list[str]]) -> str:
    """The field name of a location in the model, or of the enclosing field that was sent."""
    parts: list[str] = []
    branch: Any = tree
    for part in loc:
        if isinstance(branch, dict):
            # Items may be sent with other numbers: the second document of a list as number 7.
            numbers = _numbers(branch) if isinstance(part, int) else []
            found = numbers[part] if isinstance(part, int) and part < len(numbers) else str(part)
            branch = branch.get(found)
        else:
            found = str(part)
        parts.append(found)
    around = (".".join(parts[:length]) for length in range(len(parts), 0, -1))
    return next((name for name in around if name in typed), ".".join(parts) or WHOLE_FORM)


def _shaped(tree: dict[str, Any], shape: type[BaseModel]) -> dict[str, Any]:
    """The tree in the shape of the model: lists, documents and texts."""
    made: dict[str, Any] = {}
    for name, info in shape.model_fields.items():
        branch = tree.get(name)
        kind = _kind(info.annotation)
        if kind.item is not None:
            made[name] = _items(branch, _kind(kind.item))
        elif kind.model is not None:
            if info.is_required() or not _is_blank(branch):
                made[name] = _document(branch, kind.model)
        elif isinstance(branch, list):
            made[name] = _text(branch, kind)
    return made


@dataclass(frozen=True)
class _Kind:
    model: type[BaseModel] | None = None
    item: Any = None
    optional: bool = False
    any_width: bool = False
    is_number: bool = False


def _kind(annotation: Any) -> _Kind:
    origin = typing.get_origin(annotation)
    arguments = typing.get_args(annotation)
    if origin is typing.Annotated:
        return _kind(arguments[0])
    if origin in (typing.Union, types.UnionType):
        first = _kind(next(each for each in arguments if each is not types.NoneType))
        return replace(first, optional=types.NoneType in arguments)
    if origin in (list, tuple, set, frozenset):
        return _Kind(item=arguments[0])
    if not isinstance(annotation, type):
        return _Kind()
    if issubclass(annotation, BaseModel):
        return _Kind(model=annotation)
    return _Kind(
        any_width=issubclass(annotation, _ANY_WIDTH), is_number=issubclass(annotation, _NUMBERS)
    )


def _items(branch: Any, kind: _Kind) -> list[Any]:
    if isinstance(branch, list):
        return [_text([text], kind) for text in branch if text.strip()]
    if not isinstance(branch, dict):
        return []
    sent = [branch[number] for number in _numbers(branch)]
    if kind.model is not None:
        return [_document(each, kind.model) for each in sent]
    return [_text(each, kind) if isinstance(each, list) else None for each in sent]


def _numbers(branch: dict[str, Any]) -> list[str]:
    return sorted((key for key in branch if re.fullmatch("[0-9]{1,4}", key)), key=int)


def _document(branch: Any, model: type[BaseModel]) -> dict[str, Any]:
    return _shaped(branch if isinstance(branch, dict) else {}, model)


def _text(values: list[str], kind: _Kind) -> str | None:
    # An empty field of an optional value means "none"; of a text, the empty text.
    if kind.optional and not values[0].strip():
        return None
    if not kind.any_width:
        return values[0]
    # As Python's literals, pydantic reads 1_0 as 10; a person who types it means something else.
    text = unicodedata.normalize("NFKC", values[0]).replace("_", " ")
    return plain_number(text) if kind.is_number else text


def _is_blank(branch: Any) -> bool:
    if isinstance(branch, dict):
        return all(_is_blank(each) for each in branch.values())
    return not any(text.strip() for text in branch or [])
