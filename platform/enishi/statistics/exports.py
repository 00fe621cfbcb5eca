"""A published table as a file: CSV for spreadsheets, JSON for programs.

Former releases have bands in their cells.
"""

from collections.abc import Iterable
from datetime import date
from itertools import chain
from typing import Any

from enishi.disclosure.bands import Band
from enishi.kit.i18n import LazyText, gettext_lazy
from enishi.kit.spreadsheets import Column, Kind, Layout, Row, counted
from enishi.statistics.cube_tables import CubeTable, metric_of
from enishi.statistics.cubes import Cube
from enishi.statistics.key_labels import get_labeller
from enishi.statistics.labels import CUBE_DIMENSIONS, CUBES, DIMENSIONS, NOTE, TABLES
from enishi.statistics.metrics import BY_KEY, Dimension
from enishi.statistics.release_tables import BY_NAME
from enishi.statistics.schemas import Cell, Release, ReleaseTable


def dimension_of(table: ReleaseTable) -> Dimension | None:
    """None for the table of the whole site, and for one that releases no longer contain."""
    known = BY_NAME.get(table.name)
    return known.dimension if known else None


def layout_of(name: str, metrics: Iterable[str] = ()) -> Layout:
    """The file of a table of banded releases; `metrics` are those of a stored one."""
    table = BY_NAME[name]
    return Layout(
        f"release-{name}",
        TABLES[name],
        gettext_lazy("公表した統計。ファイルの名前にある日までの数で、後から変えません。"),
        (*key_columns(table.dimension), *figure_columns(metrics or table.metrics)),
    )


def office_layout(name: str, of: LazyText, dimension: Dimension, keys: Iterable[str]) -> Layout:
    """The file of a breakdown of an organisation's own figures. of: what the figures count."""
    return Layout(
        f"office-{name}",
        gettext_lazy("団体の数値（%(of)s）：%(by)s", of=of, by=DIMENSIONS[dimension]),
        gettext_lazy("団体の対話と体験の記録。ファイルの名前にある日の間の数。"),
        (*key_columns(dimension), *figure_columns(keys)),
        is_public=False,
    )


def key_columns(dimension: Dimension | None) -> tuple[Column, ...]:
    """The columns of a key. A month has two, because a spreadsheet makes a day of one."""
    if dimension is None:
        return ()
    if dimension is Dimension.DAY:
        return (Column("day", gettext_lazy("日付"), gettext_lazy("日本時間の一日。"), Kind.DAY),)
    if dimension is Dimension.MONTH:
        return (
            Column("year", gettext_lazy("年"), gettext_lazy("西暦。"), Kind.NUMBER),
            Column(
                "month",
                gettext_lazy("月"),
                gettext_lazy("日本時間の一か月。終わっていない月は、ファイルの日まで。"),
                Kind.NUMBER,
            ),
        )
    return (
        Column("code", gettext_lazy("符号"), gettext_lazy("分からないものは空で、最後の行です。")),
        Column("name", DIMENSIONS[dimension], gettext_lazy("符号の意味。")),
    )


def key_cells(dimension: Dimension | None, key: str, label: str) -> tuple[object, ...]:
    """The cells of `key_columns`."""
    if dimension is None:
        return ()
    if dimension is Dimension.DAY:
        return (date.fromisoformat(key),)
    if dimension is Dimension.MONTH:
        return tuple(map(int, key.split("-")))
    return (key, label)


def figure_columns(keys: Iterable[str]) -> tuple[Column, ...]:
    """Two columns for each metric: the number, and what is said instead of one."""
    metrics = [BY_KEY[key] for key in keys]
    return tuple(
        column
        for metric in metrics
        for column in counted(metric.key, metric.title, metric.definition, metric.unit)
    )


async def as_rows(table: ReleaseTable) -> list[Row]:
    """The rows of `layout_of`, with the unknown last."""
    dimension = dimension_of(table)
    label = await get_labeller(dimension) if dimension else str
    return [
        (
            *key_cells(dimension, row.key, label(row.key)),
            *chain.from_iterable(map(_value_and_note, table.metrics, row.cells)),
        )
        for row in sorted(table.rows, key=lambda each: not each.key)
    ]


def _value_and_note(key: str, cell: Cell) -> tuple[int | None, str]:
    if cell.band is Band.ROUNDED:
        return cell.value, ""
    return None, f"{cell}{BY_KEY[key].unit}"


async def as_document(release: Release, table: ReleaseTable) -> dict[str, Any]:
    """The table with the definitions of its metrics.

    A figure is {"band": "10-49"} or, rounded to ten, {"count": 1230}.
    """
    dimension = dimension_of(table)
    label = await get_labeller(dimension) if dimension else str
    return {
        "table": table.name,
        "as_of": release.as_of.isoformat(),
        "until": (table.until or release.as_of).isoformat(),
        "made_at": release.made_at.isoformat(),
        "has_samples": table.has_samples,
        "metrics": [
            {
                "key": key,
                "title": str(BY_KEY[key].title),
                "definition": str(BY_KEY[key].definition),
                "unit": str(BY_KEY[key].unit).strip(),
            }
            for key in table.metrics
        ],
        "rows": [
            {
                "code": row.key,
                "name": label(row.key),
                "figures": {
                    key: _figure(cell) for key, cell in zip(table.metrics, row.cells, strict=True)
                },
            }
            for row in table.rows
        ],
    }


def _figure(cell: Cell) -> dict[str, str | int]:
    if cell.band is Band.ROUNDED:
        return {"count": cell.value}
    return {"band": _plain(cell)}


def _plain(cell: Cell) -> str:
    """In ASCII and without thousands separators, for programs."""
    return str(cell).replace("–", "-").replace(",", "")


TOTAL, PART, UNKNOWN_ROW = "total", "part", "unknown"
ROW_KINDS = {
    TOTAL: gettext_lazy("総数"),
    PART: gettext_lazy("内訳"),
    UNKNOWN_ROW: gettext_lazy("分からない"),
}


def cube_layout(cube: Cube) -> Layout:
    """The file of a cube: a row for each cell, and the total where the cells add up to it."""
    metric = metric_of(cube)
    keys = (
        (
            Column(
                f"{each.name}_code", _code_title(each.name), gettext_lazy("空は、分からないもの。")
            ),
            Column(each.name, CUBE_DIMENSIONS[each.name], gettext_lazy("符号の意味。")),
        )
        for each in cube.dimensions
    )
    return Layout(
        cube.name,
        CUBES[cube.name],
        NOTE,
        (
            Column(
                "until",
                gettext_lazy("いつまで"),
                gettext_lazy("この日の終わりまでの数。"),
                Kind.DAY,
            ),
            Column(
                "row", gettext_lazy("行の種類"), gettext_lazy("総数、内訳、分からないのどれか。")
            ),
            *chain.from_iterable(keys),
            *counted("people", metric.title, metric.definition, metric.unit),
            Column(
                "begins",
                gettext_lazy("公表を始めた日"),
                gettext_lazy("公表の番号は、この日のある期間から数えます。"),
                Kind.DAY,
            ),
            Column(
                "releases",
                gettext_lazy("公表の回数"),
                gettext_lazy(
                    "このます目を公表した回数。乱数の大きさは、この回数で決まります。対話ごとの表では、"
                    "対話によって違います。"
                ),
                Kind.NUMBER,
            ),
        ),
    )


def _code_title(dimension: str) -> LazyText:
    return gettext_lazy("%(of)sの符号", of=CUBE_DIMENSIONS[dimension])


def cube_rows(table: CubeTable) -> list[Row]:
    """The rows of `cube_layout`: the total first, then every cell in the order of the page."""
    until, begins = table.release.until, table.release.begins
    width = 2 * len(table.cube.dimensions)
    rows: list[Row] = []
    if table.total is not None:
        rows.append((until, ROW_KINDS[TOTAL], *[""] * width, table.total, "", begins, None))
    for row in table.rows:
        kind = ROW_KINDS[UNKNOWN_ROW if row.is_unknown else PART]
        key = chain.from_iterable(zip(row.key, row.names, strict=True))
        said = row.text if row.people is None else ""
        rows.append((until, kind, *key, row.people, said, begins, row.releases))
    return rows


def cube_document(table: CubeTable) -> dict[str, Any]:
    """The table for programs, as a file and in the API. people: null for fewer than `small`."""
    release, metric = table.release, table.metric
    return {
        "cube": table.cube.name,
        "title": table.title,
        "metric": {
            "key": metric.key,
            "title": str(metric.title),
            "definition": str(metric.definition),
            "unit": str(metric.unit).strip(),
        },
        "period": release.label,
        "begins": release.begins.isoformat(),
        "until": release.until.isoformat(),
        "made_at": release.made_at.isoformat(),
        "has_samples": release.has_samples,
        "method": release.method,
        "sigma": release.sigma,
        "small": release.small,
        "margin": table.margin,
        "note": str(NOTE),
        "gate": release.gate.model_dump(),
        "dimensions": [{"key": name, "title": title} for name, title in table.dimensions],
        "total": table.total,
        "rows": [
            {
                "key": list(row.key),
                "names": list(row.names),
                "people": row.people,
                "releases": row.releases,
            }
            for row in table.rows
        ],
    }
