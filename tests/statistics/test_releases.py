"""Releases as bands, of before the cubes: they are read as they were, and never changed."""

from datetime import date, timedelta

import asyncpg
import pytest
from tests.statistics.banded_rows import put_release

from enishi.disclosure.bands import Band
from enishi.kit import db
from enishi.kit.errors import NotFoundError
from enishi.statistics import errors, release_tables
from enishi.statistics.metrics import BY_KEY, METRICS, Dimension, get_metrics
from enishi.statistics.queries import figures, releases
from enishi.statistics.schemas import Scope

_DAY = date(2026, 11, 20)


async def test_a_release_is_found_by_its_day() -> None:
    for days in range(3):
        await put_release(_DAY + timedelta(days=days))
    assert await releases.list_days(2) == [_DAY + timedelta(days=2), _DAY + timedelta(days=1)]
    assert await releases.find_latest_day() == _DAY + timedelta(days=2)
    assert await releases.find_latest_day(_DAY) == _DAY
    assert await releases.find_latest_day(_DAY - timedelta(days=1)) is None
    with pytest.raises(NotFoundError):
        await releases.get_release(_DAY - timedelta(days=1))


async def test_cells_are_bands_and_tens() -> None:
    await put_release(_DAY, prefectures={"13": (12, 3), "27": (1234, 99)})
    table = (await releases.get_release(_DAY)).tables["prefectures"]
    first, second = (dict(table.column(metric)) for metric in table.metrics)
    assert (first["13"].band, str(first["13"]), str(second["13"])) == (
        Band.FROM_10_TO_49,
        "10–49",
        "0–9",
    )
    assert (first["27"].value, str(first["27"]), str(second["27"])) == (1230, "1,230", "50–99")


@pytest.mark.as_owner
async def test_the_database_refuses_to_change_a_release() -> None:
    await put_release(_DAY)
    with pytest.raises(asyncpg.RaiseError, match="never changed"):
        async with db.unit_of_work():
            await db.fetch("UPDATE statistics_release SET rows = '{}'")


async def test_a_figure_is_broken_down_only_as_its_definition_allows() -> None:
    shown = BY_KEY["dialogue.seen"]
    with pytest.raises(errors.UndefinedBreakdownError):
        await figures.count_by(Dimension.PREFECTURE, [shown], Scope(until=_DAY))


@pytest.mark.parametrize("table", release_tables.TABLES, ids=lambda table: table.name)
def test_every_table_breaks_down_by_what_its_metrics_allow(table: release_tables.Table) -> None:
    for metric in get_metrics(*table.metrics):
        assert table.dimension is None or table.dimension in metric.dimensions


@pytest.mark.parametrize("metric", METRICS, ids=lambda metric: metric.key)
async def test_every_metric_can_be_counted_by_all_it_may_be(metric: figures.Metric) -> None:
    for dimension in metric.dimensions:
        assert await figures.count_by(dimension, [metric], Scope(until=_DAY)) == {}
    assert str(metric.definition).endswith("。")
