"""Specifications become drawings: off the event loop, once each, and nothing in them but shapes.

The drawing needs no font on the server: text stays text, set in the reader's own font, and the
specifications leave room by an estimate of its width (`room`), never by measuring.
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
# Whatever else the renderer may come to write is a change to look at, not to pass on.
_ELEMENTS = frozenset(("svg", "g", "path", "line", "rect", "text", "tspan"))
_ATTRIBUTES = frozenset(
    (
        *("d", "x", "y", "x1", "x2", "y1", "y2", "dx", "dy", "width", "height", "rx", "ry"),
        *("transform", "viewBox", "fill", "stroke", "stroke-width", "stroke-dasharray"),
        *("stroke-miterlimit", "stroke-linejoin", "stroke-linecap", "opacity", "fill-opacity"),
        *("stroke-opacity", "text-anchor", "font-size", "font-weight", "display"),
    )
)
# For scripts and for readers; the drawing is hidden from both, its table is what is read.
_DROPPED = re.compile(r"role|aria-.*|class|version|pointer-events|font-family|cursor|href")
_LONG_NUMBER = re.compile(r"-?\d+\.\d{3,}")

# What drawings are made by: after an upgrade those that somebody kept are not recognised.
MAKER = hashlib.sha256(
    b"".join(
        resources.files("enishi.kit.charts").joinpath(name).read_bytes()
        for name in ("specs.py", "tiles.py", "drawing.py")
    )
).hexdigest()[:16]

_noted: ContextVar[dict[str, Markup] | None] = ContextVar("enishi_drawings", default=None)
_drawn: LruMap[str, Markup] = LruMap(_KEPT)
_under_way: dict[str, "asyncio.Task[Markup]"] = {}


@dataclass(frozen=True)
class Format:
    """The paper that a chart is drawn for; sizes in pixels, the room for names in ems."""

    width: int
    font: int
    label_ems: float
    is_wide: bool


class UnsafeDrawingError(RuntimeError):
    """The renderer wrote something that a page with our content security policy must not hold."""


async def draw(specify: Callable[..., dict[str, Any]], form: Format, *figures: Any) -> Markup:
    """The SVG of the specification of these figures, drawn once however many ask at once.

    Known by a hash of what goes in: making the specification already takes a tenth of a second.
    """
    told = json.dumps([MAKER, specify.__name__, form.width, figures], default=vars)
    key = hashlib.sha256(told.encode()).hexdigest()
    drawing = await _draw(key, specify, form, *figures)
    if (noted := _noted.get()) is not None:
        noted[key] = drawing
    return drawing


@contextmanager
def noting() -> Iterator[dict[str, Markup]]:
    """Note each drawing that the block asks for, by its key, so that others may `keep` it."""
    noted: dict[str, Markup] = {}
    token = _noted.set(noted)
    try:
        yield noted
    finally:
        _noted.reset(token)


def keep(drawings: Mapping[str, str]) -> None:
    """Take drawings that another process noted, as if they had been drawn here."""
    for key, drawing in drawings.items():
        _drawn.put(key, Markup(drawing))  # noqa: S704 (cleaned when it was drawn)


async def _draw(
    key: str, specify: Callable[..., dict[str, Any]], form: Format, *figures: Any
) -> Markup:
    drawn = _drawn.get(key)
    if drawn is not None:
        return drawn
    task = _under_way.get(key)
    if task is None:
        task = asyncio.create_task(asyncio.to_thread(_render, specify, form, *figures))
        _under_way[key] = task
        task.add_done_callback(lambda done: _keep(key, done))
    # Shielded: whoever asked first may leave without taking the drawing from the others.
    return await asyncio.shield(task)


def _keep(key: str, task: "asyncio.Task[Markup]") -> None:
    del _under_way[key]
    if task.cancelled() or task.exception() is not None:
        return
    _drawn.put(key, task.result())


def _render(specify: Callable[..., dict[str, Any]], form: Format, *figures: Any) -> Markup:
    import vl_convert  # noqa: PLC0415 (starts a JavaScript engine: only where charts are drawn)

    return cleaned(vl_convert.vegalite_to_svg(specify(form, *figures)))


def cleaned(svg: str) -> Markup:
    """The drawing without roles, classes, fonts and sizes. Raises UnsafeDrawingError."""
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
    """The width of a text in its own font size, estimated: full-width letters 1, others 0.6."""
    return sum(1.0 if unicodedata.east_asian_width(each) in "WFA" else 0.6 for each in text)


def room(texts: list[str], size: float) -> int:
    """Pixels that the widest line of these texts needs, set at `size` pixels."""
    lines = [line for text in texts for line in text.split("\n")]
    return round(max((ems(line) for line in lines), default=0) * size) + 4


def wrapped(text: str, most: float) -> str:
    """The text in lines of at most `most` ems, broken between phrases or words where possible."""
    pieces = re.split(r"(?<=[ -])", text) if text.isascii() else line_breaks.split(text)
    lines = [""]
    for piece in pieces:
        if lines[-1] and ems(lines[-1] + piece) > most:
            lines.append("")
        for letter in piece:
            # A closing mark never begins a line.
            if ems(lines[-1] + letter) > most and letter not in ")）」』、。":
                lines.append("")
            lines[-1] += letter
    return "\n".join(line.strip() for line in lines)
