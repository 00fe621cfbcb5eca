"""Render specifications to SVG: in a thread, once each, with only known elements in the result.

The server needs no font: text stays text in the font of the reader, and the specifications reserve
room by an estimate of its width (`room`).
"""

import asyncio
import hashlib
import json
import re
import unicodedata
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from importlib import resources
from typing import Any
from xml.etree import ElementTree as ET

from markupsafe import Markup

from enishi.kit import line_breaks
from enishi.kit.lru import LruMap

_KEPT = 512
_SVG = "{http://www.w3.org/2000/svg}"
# Other elements or attributes, after an upgrade of the renderer, raise UnsafeDrawingError.
_ELEMENTS = frozenset(("svg", "g", "path", "line", "rect", "text", "tspan"))
_ATTRIBUTES = frozenset(
    (
        *("d", "x", "y", "x1", "x2", "y1", "y2", "dx", "dy", "width", "height", "rx", "ry"),
        *("transform", "viewBox", "fill", "stroke", "stroke-width", "stroke-dasharray"),
        *("stroke-miterlimit", "stroke-linejoin", "stroke-linecap", "opacity", "fill-opacity"),
        *("stroke-opacity", "text-anchor", "font-size", "font-weight", "display"),
    )
)
# Roles, labels and classes: the SVG is hidden from screen readers, which read the table.
_DROPPED = re.compile(r"role|aria-.*|class|version|pointer-events|font-family|cursor|href")
_LONG_NUMBER = re.compile(r"-?\d+\.\d{3,}")

# The version of the code that draws: stored drawings of another version are not used.
VERSION = hashlib.sha256(
    b"".join(
        resources.files("enishi.kit.charts").joinpath(name).read_bytes()
        for name in ("specs.py", "tiles.py", "drawing.py")
    )
).hexdigest()[:16]

_recorded: ContextVar[dict[str, Markup] | None] = ContextVar("enishi_drawings", default=None)
_drawn: LruMap[str, Markup] = LruMap(_KEPT)
_running: dict[str, "asyncio.Task[Markup]"] = {}


@dataclass(frozen=True)
class Format:
    """The size of a drawing, in pixels; `label_ems` is the room for names, in ems."""

    width: int
    font: int
    label_ems: float
    is_wide: bool


class UnsafeDrawingError(RuntimeError):
    """The renderer wrote an element or attribute that is not in the allowed set."""


async def draw(specify: Callable[..., dict[str, Any]], form: Format, *figures: Any) -> Markup:
    """The SVG of these figures, rendered once also for concurrent requests.

    The cache key is a hash of the arguments: building the specification already takes 0.1 s.
    """
    arguments = json.dumps([VERSION, specify.__name__, form.width, figures], default=vars)
    key = hashlib.sha256(arguments.encode()).hexdigest()
    drawing = await _draw(key, specify, form, *figures)
    if (recorded := _recorded.get()) is not None:
        recorded[key] = drawing
    return drawing


@contextmanager
def recording() -> Iterator[dict[str, Markup]]:
    """Collect the drawings of the block by key, so that another process can `keep` them."""
    recorded: dict[str, Markup] = {}
    token = _recorded.set(recorded)
    try:
        yield recorded
    finally:
        _recorded.reset(token)


def keep(drawings: Mapping[str, str]) -> None:
    """Put drawings of another process into the cache of this one."""
    for key, drawing in drawings.items():
        _drawn.put(key, Markup(drawing))  # noqa: S704 (cleaned when it was drawn)


async def _draw(
    key: str, specify: Callable[..., dict[str, Any]], form: Format, *figures: Any
) -> Markup:
    drawn = _drawn.get(key)
    if drawn is not None:
        return drawn
    task = _running.get(key)
    if task is None:
        task = asyncio.create_task(asyncio.to_thread(_render, specify, form, *figures))
        _running[key] = task
        task.add_done_callback(lambda done: _store(key, done))
    # A cancelled request must not cancel the rendering that other requests wait for.
    return await asyncio.shield(task)


def _store(key: str, task: "asyncio.Task[Markup]") -> None:
    del _running[key]
    if task.cancelled() or task.exception() is not None:
        return
    _drawn.put(key, task.result())


def _render(specify: Callable[..., dict[str, Any]], form: Format, *figures: Any) -> Markup:
    import vl_convert  # noqa: PLC0415 (starts a JavaScript engine: only where charts are drawn)

    return cleaned(vl_convert.vegalite_to_svg(specify(form, *figures)))


def cleaned(svg: str) -> Markup:
    """The SVG without roles, classes, fonts and sizes. Raises UnsafeDrawingError."""
    root = ET.fromstring(svg)  # noqa: S314 (written by the renderer, checked below)
    for parent in root.iter():
        for child in list(parent):
            if child.tag == f"{_SVG}path" and child.get("display") == "none":
                parent.remove(child)
    for element in root.iter():
        _clean(element)
    for size in ("width", "height"):
        root.attrib.pop(size, None)
    root.set("aria-hidden", "true")
    root.set("focusable", "false")
    ET.register_namespace("", _SVG[1:-1])
    return Markup(ET.tostring(root, encoding="unicode"))  # noqa: S704 (cleaned above)


def _clean(element: ET.Element) -> None:
    name = element.tag.removeprefix(_SVG)
    if name not in _ELEMENTS:
        raise UnsafeDrawingError(name)
    for attribute, value in list(element.attrib.items()):
        if _DROPPED.fullmatch(attribute):
            del element.attrib[attribute]
        elif attribute not in _ATTRIBUTES:
            raise UnsafeDrawingError(f"{name} {attribute}")
        else:
            element.set(attribute, _LONG_NUMBER.sub(_rounded, value))


def _rounded(number: re.Match[str]) -> str:
    return f"{float(number[0]):.1f}"


def ems(text: str) -> float:
    """An estimate of the width of a text, in ems: full-width letters 1, others 0.6."""
    return sum(1.0 if unicodedata.east_asian_width(each) in "WFA" else 0.6 for each in text)


def room(texts: list[str], size: float) -> int:
    """The estimated width of the widest line of these texts at a font size, in pixels."""
    lines = [line for text in texts for line in text.split("\n")]
    return round(max((ems(line) for line in lines), default=0) * size) + 4


def wrapped(text: str, most: float) -> str:
    """The text in lines of at most `most` ems, broken between phrases or words where possible."""
    has_wide = any(unicodedata.east_asian_width(each) in "WF" for each in text)
    pieces = line_breaks.split(text) if has_wide else re.split(r"(?<=[ -])", text)
    lines = [""]
    for piece in pieces:
        if lines[-1] and ems(lines[-1] + piece) > most:
            lines.append("")
        for letter in piece:
            # A closing bracket or stop must not begin a line.
            if ems(lines[-1] + letter) > most and letter not in ")）」』、。":
                lines.append("")
            lines[-1] += letter
    return "\n".join(line.strip() for line in lines)
