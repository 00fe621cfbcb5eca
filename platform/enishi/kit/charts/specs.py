"""The charts as Altair specifications, in a wide format and in one for phones.

No information is in colour alone: bars and segments have outlines and labels, lines differ in their
dashes and points, and tiles show their value or the number of their class.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from enishi.kit.charts.drawing import Format, ems, room, wrapped
from enishi.kit.charts.tiles import COLUMNS, ROWS, TILES

INK, SOFT, RULE, OUTLINE = "#23201d", "#544e47", "#ddd5c8", "#3b3631"
INDIGO = "#1e3a6b"
# Fill and text colour. Dark and light alternate, so that neighbours also differ in grey print.
SERIES = (
    ("#1e3a6b", "#ffffff"),
    ("#e6c073", "#23201d"),
    ("#2f6b3f", "#ffffff"),
    ("#f0b9b2", "#23201d"),
    ("#5f574e", "#ffffff"),
    ("#bcd0ea", "#23201d"),
)
DASHES = ([1, 0], [7, 4], [2, 3], [10, 3, 2, 3], [4, 2], [12, 5])
SHAPES = ("circle", "square", "triangle-up", "diamond", "cross", "triangle-down")
CLASSES = (
    ("#f3efe6", "#23201d"),
    ("#cfdcec", "#23201d"),
    ("#93b0d6", "#23201d"),
    ("#4a72ab", "#ffffff"),
    ("#1e3a6b", "#ffffff"),
)
UNKNOWN = ("#ffffff", "#544e47")


WIDE = Format(width=700, font=15, label_ems=12, is_wide=True)
NARROW = Format(width=350, font=13, label_ems=7, is_wide=False)


def _finished(chart: Any, form: Format, padding: Mapping[str, int]) -> dict[str, Any]:
    done = chart.configure(
        background="#ffffff",
        padding=dict(padding),
        autosize={"type": "none"},
        font="sans-serif",
        text={"fontSize": form.font, "color": INK},
        axis={
            "labelFontSize": form.font,
            "labelColor": INK,
            "labelLimit": 2000,
            "domainColor": SOFT,
            "tickColor": SOFT,
            "gridColor": RULE,
            "title": None,
        },
        view={"stroke": None},
    ).to_dict()
    spec: dict[str, Any] = done
    return spec


def bars(form: Format, rows: Sequence[tuple[str, float]], shown: Sequence[str]) -> dict[str, Any]:
    """Horizontal bars, with names on the left and values (`shown`) on the right."""
    import altair as alt  # noqa: PLC0415 (a second, only where charts are drawn)

    names = [wrapped(name, form.label_ems) for name, _ in rows]
    is_stacked = not form.is_wide and any(name.count("\n") > 1 for name in names)
    if is_stacked:  # long names on a phone: above their bars, in the whole width
        names = [wrapped(name, form.width / form.font - 1) for name, _ in rows]
    tallest = max((name.count("\n") + 1 for name in names), default=1)
    leading, thick = form.font * 1.4, form.font * 1.5
    above = leading * tallest + 2 if is_stacked else 0
    step = above + thick + form.font if is_stacked else max(thick * 1.5, leading * tallest + 8)
    left, right = 0 if is_stacked else room(names, form.font) + 8, room(list(shown), form.font) + 8
    data = alt.InlineData(
        values=[
            {"i": i, "name": name, "lines": name.count("\n"), "value": value, "shown": text}
            for i, (name, (_, value), text) in enumerate(zip(names, rows, shown, strict=True))
        ]
    )
    base = alt.Chart(data, width=form.width - left - right, height=step * len(rows)).encode(
        y=alt.Y("i:O", axis=None, scale=alt.Scale(padding=0)),
        x=alt.X("value:Q", axis=None, scale=alt.Scale(domainMin=min((0.0, *(v for _, v in rows))))),
    )
    # Vega places the middle of the first line of a text.
    from_bar = above / 2 - (thick + leading) / 2 - 2 if is_stacked else 0
    lift = leading if is_stacked else leading / 2
    label = base.mark_text(
        align="left" if is_stacked else "right",
        dx=0 if is_stacked else -8,
        dy=alt.expr(f"{from_bar} - {lift} * datum.lines"),
        lineBreak="\n",
        lineHeight=leading,
        baseline="middle",
    ).encode(text="name:N", x=alt.value(0))
    value = base.mark_text(align="left", dx=6, dy=above / 2).encode(text="shown:N")
    bar = base.mark_bar(color=INDIGO, stroke=OUTLINE, size=thick, yOffset=above / 2)
    return _finished(
        bar + label + value, form, {"left": left, "right": right, "top": 4, "bottom": 4}
    )


def lines(
    form: Format,
    moments: Sequence[str],
    series: Mapping[str, Sequence[float | None]],
    running: int,
) -> dict[str, Any]:
    """One line for each series, with a gap where a value is None.

    The last `running` moments (0 or 1) are not over: an outlined point without a line to it.
    """
    import altair as alt  # noqa: PLC0415 (a second, only where charts are drawn)

    names = list(series)
    values = [v for line in series.values() for v in line if v is not None]
    left = room([f"{max(values, default=0):,.0f}"], form.font) + 12
    moment = room(list(moments), form.font)
    left, right = max(left, moment // 2), max(24, moment // 2)
    every = -(-len(moments) * (moment + 12) // (form.width - left - right))
    data = alt.InlineData(values=_points(series, len(moments) - running))
    order = list(range(len(names)))
    labels = json.dumps(list(moments), ensure_ascii=False)
    ticks = f"datum.value % {max(every, 1)} == 0 ? {labels}[datum.value] : ''"
    x = alt.X(
        "i:Q",
        scale=alt.Scale(domain=[0, max(len(moments) - 1, 1)], nice=False),
        axis=alt.Axis(
            labelExpr=ticks, values=list(range(len(moments))), grid=False, labelFlush=False
        ),
    )
    base = alt.Chart(data, width=form.width - left - right, height=280 if form.is_wide else 220)
    base = base.encode(
        x=x,
        y=alt.Y("value:Q", axis=alt.Axis(tickCount=5, format=",.0f")),
        color=alt.Color(
            "series:N",
            scale=alt.Scale(domain=order, range=[line_colour(i) for i in order]),
            legend=None,
        ),
    )
    marks = _marks(base, order, is_running=bool(running))
    padding = {"left": left, "right": right, "top": 10, "bottom": form.font * 2 + 8}
    return _finished(marks, form, padding)


def _marks(base: Any, order: list[int], *, is_running: bool) -> Any:
    """Lines with points; an outlined point of its own for what is not over."""
    import altair as alt  # noqa: PLC0415 (a second, only where charts are drawn)

    closed = base.transform_filter("!datum.running")
    line = closed.mark_line(strokeWidth=2.5).encode(
        strokeDash=alt.StrokeDash(
            "series:N", scale=alt.Scale(domain=order, range=list(DASHES)), legend=None
        )
    )
    shape = alt.Shape("series:N", scale=alt.Scale(domain=order, range=list(SHAPES)), legend=None)
    point = closed.mark_point(size=70, filled=True, opacity=1).encode(shape=shape)
    if is_running:
        outlined = base.transform_filter("datum.running")
        point += outlined.mark_point(size=70, filled=False, opacity=1, strokeWidth=2).encode(
            shape=shape
        )
    return line + point


def _points(series: Mapping[str, Sequence[float | None]], closed: int) -> list[dict[str, Any]]:
    """One value for each moment of each series; None breaks its line."""
    return [
        {"i": i, "series": at, "value": value, "running": i >= closed}
        for at, line in enumerate(series.values())
        for i, value in enumerate(line)
    ]


def line_colour(index: int) -> str:
    """The colour of a line: darker than SERIES, whose light colours are too pale on white."""
    return (INDIGO, "#a4262c", "#2f6b3f", "#8a6a1f", "#5f574e", "#6a3a8c")[index % 6]


def shares(
    form: Format, rows: Mapping[str, Sequence[float]], keys: Sequence[str]
) -> dict[str, Any]:
    """One bar for each row, divided into shares; `keys` label the parts and the legend."""
    import altair as alt  # noqa: PLC0415 (a second, only where charts are drawn)

    names = [wrapped(name, form.label_ems) for name in rows]
    left = room(names, form.font) + 8
    width = form.width - left - 8
    height = form.font * 3.4
    parts: list[dict[str, Any]] = []
    for i, (name, values) in enumerate(zip(names, rows.values(), strict=True)):
        at, total = 0.0, sum(values) or 1
        for part, value in enumerate(values):
            share = value / total
            text = f"{keys[part]} {share:.0%}"
            fits = ems(text) * form.font < share * width - 6
            fill, ink = SERIES[part % len(SERIES)]
            parts.append(
                {"i": i, "from": at, "to": at + share, "fill": fill, "ink": ink}
                | {"middle": at + share / 2, "name": name}
                | {"text": text if fits else keys[part] if share * width > form.font + 4 else ""}
            )
            at += share
    base = alt.Chart(alt.InlineData(values=parts), width=width, height=height * len(rows)).encode(
        y=alt.Y("i:O", axis=None, scale=alt.Scale(paddingInner=0.3, paddingOuter=0.1))
    )
    unit = alt.Scale(domain=[0, 1])
    bar = base.mark_bar(stroke=OUTLINE).encode(
        x=alt.X("from:Q", scale=unit, axis=None),
        x2="to:Q",
        color=alt.Color("fill:N", scale=None),
    )
    text = base.mark_text().encode(
        x=alt.X("middle:Q", scale=unit), text="text:N", color=alt.Color("ink:N", scale=None)
    )
    label = base.mark_text(align="right", dx=-8, lineBreak="\n", color=INK).encode(
        x=alt.value(0), text="name:N"
    )
    return _finished(bar + text + label, form, {"left": left, "right": 8, "top": 2, "bottom": 2})


@dataclass(frozen=True)
class TileText:
    name: str
    value: str
    tile_class: int | None  # index in CLASSES; None: no figure


def _below(tile: TileText, form: Format) -> str:
    """The second line of a tile: the value, or the number of its class in the narrow format."""
    if form.is_wide or tile.tile_class is None:
        return tile.value
    return str(tile.tile_class + 1)


def tiles(form: Format, texts: Mapping[str, TileText]) -> dict[str, Any]:
    """The grid of prefectures: each tile has its name and below it a value or its class."""
    import altair as alt  # noqa: PLC0415 (a second, only where charts are drawn)

    side = form.width // COLUMNS
    values = []
    for code, tile in TILES.items():
        text = texts[code]
        fill, ink = UNKNOWN if text.tile_class is None else CLASSES[text.tile_class]
        values.append(
            {"x": tile.column * side, "y": tile.row * side, "fill": fill, "ink": ink}
            | {"x2": (tile.column + 1) * side - 2, "y2": (tile.row + 1) * side - 2}
            | {"xm": (tile.column + 0.5) * side - 1, "y1": (tile.row + 0.36) * side}
            | {"yb": (tile.row + 0.72) * side, "name": text.name, "below": _below(text, form)}
            | {"size": min(form.font - 2, (side - 4) / max(ems(text.name), 2.2))}
        )
    base = alt.Chart(alt.InlineData(values=values), width=side * COLUMNS, height=side * ROWS)
    place: dict[str, Any] = {"scale": None, "axis": None}
    box = base.mark_rect(stroke=OUTLINE, strokeWidth=0.8).encode(
        x=alt.X("x:Q", **place),
        y=alt.Y("y:Q", **place),
        x2="x2:Q",
        y2="y2:Q",
        color=alt.Color("fill:N", scale=None),
    )
    label = base.mark_text(baseline="middle").encode(
        x=alt.X("xm:Q", **place), color=alt.Color("ink:N", scale=None)
    )
    name = label.encode(
        y=alt.Y("y1:Q", **place), text="name:N", size=alt.Size("size:Q", scale=None)
    )
    below = label.encode(
        y=alt.Y("yb:Q", **place),
        text="below:N",
        size=alt.value(form.font - 3 if form.is_wide else form.font - 4),
    )
    return _finished(box + name + below, form, dict.fromkeys(("left", "right", "top", "bottom"), 2))
