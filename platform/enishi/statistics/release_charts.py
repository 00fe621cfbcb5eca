"""The charts of a release, each with its whole table behind it."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta

from enishi.disclosure.bands import BANDS
from enishi.kit import charts
from enishi.kit.charts import About, Chart
from enishi.kit.charts.tiles import TILES
from enishi.kit.formatting import format_date, format_number
from enishi.kit.i18n import gettext
from enishi.places import queries as places
from enishi.statistics.key_labels import Labeller, get_labeller
from enishi.statistics.labels import DIMENSIONS
from enishi.statistics.metrics import BY_KEY, Dimension
from enishi.statistics.retired_metrics import FORMER
from enishi.statistics.schemas import Cell, Release, ReleaseTable

_MOST_BARS = 10


@dataclass(frozen=True)
class Published(About):
    """Marks are drawn at the lowest count of a band; texts name the band."""

    def figure(self, number: float) -> str:
        return BANDS.get(int(number), format_number(number))


def about(release: Release, table: str, title: str, unit: str) -> Published:
    until = release.tables[table].until or release.as_of
    source = gettext("縁（えにし）の利用統計。%(day)sまで。", day=format_date(until))
    return Published(title, unit, source)


async def months(release: Release) -> Chart:
    """Participants and attendance in the last thirteen months; other figures are in the table."""
    table, label = release.tables["months"], await get_labeller(Dimension.MONTH)
    shown = [_stored(table, key) for key in ("dialogue.joined", "programme.attended")]
    is_running = (release.as_of + timedelta(days=1)).day != 1
    chart = await charts.lines(
        about(release, "months", gettext("月ごとの参加（延べ）"), gettext("人")),
        [label(row.key) for row in table.rows],
        {str(BY_KEY[key].title): [cell.lowest for _, cell in table.column(key)] for key in shown},
        is_running=is_running,
    )
    last = release.as_of.isoformat()[: len("2026-11")] if is_running else None

    def marked(key: str) -> str:
        return gettext("%(moment)s（途中）", moment=label(key)) if key == last else label(key)

    return _with_table(chart, table, Dimension.MONTH, marked)


async def prefectures(release: Release) -> Chart:
    """Participants of dialogues by the prefecture they live in."""
    return await _mapped(
        release,
        "prefectures",
        Dimension.PREFECTURE,
        (
            "dialogue.joined",
            gettext("参加者の住む都道府県"),
            gettext("10人以上の参加がある都道府県：%(count)s"),
        ),
    )


async def registrations(release: Release) -> Chart:
    """Registrations by the prefecture of the municipality, wherever the person lives."""
    return await _mapped(
        release,
        "ties",
        Dimension.PLACE_PREFECTURE,
        (
            "relation.registrations",
            gettext("縁のある土地：つながりの登録"),
            gettext("10件以上の登録がある都道府県：%(count)s"),
        ),
    )


async def themes(release: Release) -> Chart:
    return await _ranked(
        release,
        "themes",
        Dimension.THEME,
        (
            "dialogue.voices",
            gettext("テーマごとの声"),
            gettext("10件以上の声があるテーマ：%(count)s"),
        ),
    )


async def largest_places(release: Release) -> Chart:
    return await _ranked(
        release,
        "places",
        Dimension.PLACE,
        (
            "relation.registrations",
            gettext("地域ごとのつながりの登録"),
            gettext("10件以上の登録がある地域：%(count)s"),
        ),
    )


async def _mapped(
    release: Release, table_name: str, dimension: Dimension, texts: tuple[str, str, str]
) -> Chart:
    """One metric by prefecture; `texts` as for `_ranked`."""
    metric, title, how_many = texts
    table, label = release.tables[table_name], await get_labeller(dimension)
    metric = _stored(table, metric)
    values = {key: cell.lowest for key, cell in table.column(metric) if key}
    chart = await charts.prefectures(
        about(release, table_name, title, str(BY_KEY[metric].unit)),
        {code: values.get(code, 0) for code in TILES},
        {each.code[:2]: each.short_name for each in places.list_prefectures()},
    )
    count = format_number(sum(value > 0 for value in values.values()))
    summary = how_many % {"count": count}
    return _with_table(replace(chart, summary=summary), table, dimension, label)


async def _ranked(
    release: Release, table_name: str, dimension: Dimension, texts: tuple[str, str, str]
) -> Chart:
    """The largest values of one metric as bars, without the unknown key; the table has all rows.

    `texts`: the metric's key, the title, and the summary with %(count)s.
    """
    metric, title, how_many = texts
    table, label = release.tables[table_name], await get_labeller(dimension)
    named = [(key, cell) for key, cell in table.column(metric) if key and cell.lowest]
    largest = sorted(named, key=lambda each: -each[1].lowest)[:_MOST_BARS]
    chart = await charts.bars(
        about(release, table_name, title, str(BY_KEY[metric].unit)),
        [(label(key), cell.lowest) for key, cell in largest],
    )
    # The summary names no winner: a release does not rank places or themes.
    summary = how_many % {"count": format_number(len(named))}
    return _with_table(replace(chart, summary=summary), table, dimension, label)


def _stored(table: ReleaseTable, key: str) -> str:
    """The metric, or the retired one in its place that a former release holds."""
    return key if key in table.metrics else FORMER[key]


def _with_table(chart: Chart, table: ReleaseTable, dimension: Dimension, label: Labeller) -> Chart:
    titles = [str(BY_KEY[key].title) for key in table.metrics]
    return replace(
        chart,
        table=charts.Table(
            chart.title,
            (str(DIMENSIONS[dimension]), *((title, "number") for title in titles)),
            tuple((label(row.key), *map(str, row.cells)) for row in table.rows),
        ),
    )


BY_TABLE: Mapping[str, Callable[[Release], Awaitable[Chart]]] = {
    "months": months,
    "prefectures": prefectures,
    "ties": registrations,
    "themes": themes,
    "places": largest_places,
}
"""Every chart of a release, by the name of the table behind it, in the order of the page."""


def headline(release: Release) -> Sequence[tuple[str, Cell]]:
    """The figures of the whole site, by metric."""
    table = release.tables["headline"]
    return list(zip(table.metrics, table.rows[0].cells, strict=True))
