"""Charts for pages: from plain data to an SVG, its data table and a summary sentence.

    chart = await charts.bars(About("参加者", unit="人"), [("飛騨市", 120), ("加古川市", 340)])
    {{ chart_figure(chart) }}        (frontend_templates/components/chart.html)

The SVG is hidden from screen readers; the table and the summary have all of its content.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from markupsafe import Markup

from enishi.kit.charts import specs
from enishi.kit.charts.drawing import draw
from enishi.kit.charts.tiles import TILES
from enishi.kit.formatting import format_number
from enishi.kit.i18n import Language, current_language, gettext

_MOST_SERIES = len(specs.SERIES)
_KEYS = "①②③④⑤⑥"


@dataclass(frozen=True)
class About:
    """`source`: origin and day of the figures. `missing` stands for no number."""

    title: str
    unit: str = ""
    source: str = ""
    missing: str = ""

    def figure(self, number: float) -> str:
        """The number as text, without its unit. Subclasses may show bands instead of counts."""
        return format_number(number)

    def value(self, number: float | None) -> str:
        text = f"{self.figure(number)}{self.unit}" if number is not None else self.missing
        return text or gettext("該当なし")


@dataclass(frozen=True)
class Table:
    caption: str
    columns: tuple[str | tuple[str, str], ...]  # text, or (text, "number")
    rows: tuple[tuple[str, ...], ...]


@dataclass(frozen=True)
class LegendEntry:
    swatch: Markup
    name: str


@dataclass(frozen=True)
class Chart:
    title: str
    svg: Markup  # a wide and a narrow drawing; the style sheet shows one of them
    table: Table
    summary: str
    legend: tuple[LegendEntry, ...] = ()
    source: str = ""


async def bars(about: About, rows: Sequence[tuple[str, float]]) -> Chart:
    """One value for each name, in the order given."""
    shown = [about.value(value) for _, value in rows]
    return Chart(
        title=about.title,
        svg=await _both(specs.bars, rows, shown),
        table=Table(
            about.title,
            (gettext("項目"), (gettext("値"), "number")),
            tuple((name, text) for (name, _), text in zip(rows, shown, strict=True)),
        ),
        summary=_extremes(about, rows),
        source=about.source,
    )


async def lines(
    about: About,
    moments: Sequence[str],
    series: Mapping[str, Sequence[float | None]],
    *,
    is_running: bool = False,
) -> Chart:
    """A line for each series over the same points in time. At most six series.

    is_running: the last of them is not over: marked, without a line, and not in the summary.
    """
    _refuse_too_many(series)
    closed = len(moments) - (running := int(is_running and bool(moments)))
    legend = [LegendEntry(_line_swatch(i), name) for i, name in enumerate(series)]
    if running:
        moments = [*moments[:closed], gettext("%(moment)s（途中）", moment=moments[-1])]
        legend.append(LegendEntry(_RUNNING, gettext("途中（まだ終わっていない期間）")))
    return Chart(
        title=about.title,
        svg=await _both(specs.lines, moments, series, running),
        table=Table(
            about.title,
            (gettext("時点"), *((name, "number") for name in series)),
            tuple(
                (moment, *(about.value(line[i]) for line in series.values()))
                for i, moment in enumerate(moments)
            ),
        ),
        summary=_courses(about, moments[:closed], {n: v[:closed] for n, v in series.items()}),
        legend=tuple(legend),
        source=about.source,
    )


async def shares(about: About, parts: Sequence[str], rows: Mapping[str, Sequence[float]]) -> Chart:
    """The shares of the parts in each row; the values are counts. At most six parts."""
    _refuse_too_many(parts)
    keys = _KEYS[: len(parts)]
    return Chart(
        title=about.title,
        svg=await _both(specs.shares, rows, keys),
        table=Table(
            about.title,
            (gettext("区分"), *((part, "number") for part in parts), (gettext("計"), "number")),
            tuple(
                (
                    name,
                    *(_count_and_share(about, v, values) for v in values),
                    about.value(sum(values)),
                )
                for name, values in rows.items()
            ),
        ),
        summary=_largest_parts(parts, rows),
        legend=tuple(
            LegendEntry(_box_swatch(*specs.SERIES[i], keys[i]), f"{keys[i]} {part}")
            for i, part in enumerate(parts)
        ),
        source=about.source,
    )


async def prefectures(
    about: About, values: Mapping[str, float | None], names: Mapping[str, str]
) -> Chart:
    """A value for each prefecture by its two-digit code; None or a missing code: no figure."""
    known = {code: value for code in TILES if (value := values.get(code)) is not None}
    bounds = _class_bounds(list(known.values()))
    classes = {code: sum(value >= bound for bound in bounds[1:]) for code, value in known.items()}
    english = current_language() is Language.EN

    def text(code: str) -> specs.TileText:
        name = TILES[code].en if english else TILES[code].ja
        if code not in known:
            return specs.TileText(name, "…", None)
        return specs.TileText(name, about.figure(known[code]), classes[code])

    return Chart(
        title=about.title,
        svg=await _both(specs.tiles, {code: text(code) for code in TILES}),
        table=Table(
            about.title,
            (gettext("都道府県"), (gettext("値"), "number")),
            tuple((names[code], about.value(values.get(code))) for code in TILES),
        ),
        summary=_extremes(about, [(names[code], value) for code, value in known.items()]),
        legend=_class_legend(about, bounds, has_gaps=len(known) < len(TILES)),
        source=about.source,
    )


async def _both(specify: Callable[..., dict[str, Any]], *figures: Any) -> Markup:
    wide = await draw(specify, specs.WIDE, *figures)
    narrow = await draw(specify, specs.NARROW, *figures)
    return Markup(
        '<div class="chart__drawing chart__wide">{}</div>'
        '<div class="chart__drawing chart__narrow">{}</div>'
    ).format(wide, narrow)


def _refuse_too_many(series: Sequence[str] | Mapping[str, Any]) -> None:
    if len(series) > _MOST_SERIES:
        raise ValueError(f"A chart shows at most {_MOST_SERIES} series: {len(series)} were given.")


def _extremes(about: About, rows: Sequence[tuple[str, float]]) -> str:
    if not rows:
        return gettext("データはまだありません。")
    most, least = max(rows, key=lambda row: row[1]), min(rows, key=lambda row: row[1])
    if most[1] == least[1]:
        return gettext("すべて%(value)sです。", value=about.value(most[1]))
    return gettext(
        "最も大きいのは%(most)s（%(most_value)s）、最も小さいのは%(least)s（%(least_value)s）です。",
        most=most[0],
        most_value=about.value(most[1]),
        least=least[0],
        least_value=about.value(least[1]),
    )


def _courses(
    about: About, moments: Sequence[str], series: Mapping[str, Sequence[float | None]]
) -> str:
    sentences = []
    for name, line in series.items():
        known = [(moment, v) for moment, v in zip(moments, line, strict=True) if v is not None]
        if known:
            sentences.append(
                gettext(
                    "%(name)sは、%(first)sの%(before)sから%(last)sの%(after)sになりました。",
                    name=name,
                    first=known[0][0],
                    before=about.value(known[0][1]),
                    last=known[-1][0],
                    after=about.value(known[-1][1]),
                )
            )
    return _joined(sentences) or gettext("データはまだありません。")


def _largest_parts(parts: Sequence[str], rows: Mapping[str, Sequence[float]]) -> str:
    sentences = []
    for name, values in rows.items():
        if total := sum(values):
            share, part = max(zip(values, parts, strict=True), key=lambda pair: pair[0])
            sentences.append(
                gettext(
                    "%(name)sでは%(part)sが最も多く、%(share)sです。",
                    name=name,
                    part=part,
                    share=f"{share / total:.0%}",
                )
            )
    return _joined(sentences) or gettext("データはまだありません。")


def _joined(sentences: list[str]) -> str:
    return (" " if current_language() is Language.EN else "").join(sentences)


def _count_and_share(about: About, value: float, values: Sequence[float]) -> str:
    total = sum(values)
    return f"{about.value(value)} ({value / total:.0%})" if total else about.value(value)


def _class_bounds(values: list[float]) -> list[float]:
    """Lower bounds of at most five classes, with about as many distinct values in each.

    Distinct values are divided, not prefectures: else a map where most have the same value would
    have one colour.
    """
    different = sorted(set(values))
    count = min(len(specs.CLASSES), len(different))
    return [different[i * len(different) // count] for i in range(count)]


def _class_legend(about: About, bounds: list[float], *, has_gaps: bool) -> tuple[LegendEntry, ...]:
    entries = [
        LegendEntry(
            _box_swatch(*specs.CLASSES[i], str(i + 1)),
            gettext("%(value)s以上", value=f"{format_number(bound)}{about.unit}"),
        )
        for i, bound in enumerate(bounds)
    ]
    if has_gaps:
        entries.append(LegendEntry(_box_swatch(*specs.UNKNOWN, "…"), about.value(None)))
    return tuple(entries)


def _box_swatch(fill: str, ink: str, text: str) -> Markup:
    return Markup(
        '<svg class="chart__swatch" viewBox="0 0 36 20" focusable="false">'
        '<rect x="1" y="1" width="34" height="18" fill="{}" stroke="{}"/>'
        '<text x="18" y="15" text-anchor="middle" font-size="13" fill="{}">{}</text></svg>'
    ).format(fill, specs.OUTLINE, ink, text)


def _line_swatch(index: int) -> Markup:
    dash = " ".join(str(length) for length in specs.DASHES[index])
    return Markup(
        '<svg class="chart__swatch" viewBox="0 0 36 20" focusable="false">'
        '<path d="M0 10H36" stroke="{}" stroke-width="3" stroke-dasharray="{}"/>'
        '<path d="{}" fill="{}"/></svg>'
    ).format(specs.line_colour(index), dash, _SHAPES[specs.SHAPES[index]], specs.line_colour(index))


_RUNNING = Markup(
    '<svg class="chart__swatch" viewBox="0 0 36 20" focusable="false">'
    '<circle cx="18" cy="10" r="5" fill="none" stroke="{}" stroke-width="2"/></svg>'
).format(specs.INK)
# The point shapes of lines, centred at (18, 10).
_SHAPES = {
    "circle": "M13 10a5 5 0 1 0 10 0a5 5 0 1 0-10 0Z",
    "square": "M13.5 5.5h9v9h-9Z",
    "triangle-up": "M18 4.5l5.5 10h-11Z",
    "diamond": "M18 3.5l5 6.5-5 6.5-5-6.5Z",
    "cross": "M16 4h4v4h4v4h-4v4h-4v-4h-4v-4h4Z",
    "triangle-down": "M18 15.5l5.5-10h-11Z",
}
