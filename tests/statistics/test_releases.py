"""What is published: once a day, after protection, and never changed."""

import asyncio
import json
from datetime import date, datetime, timedelta

import asyncpg
import pytest
from tests.statistics.acts import happened

from enishi import wiring
from enishi.disclosure.bands import Band
from enishi.kit import clock, db
from enishi.kit.ids import new_id
from enishi.statistics import errors, release_tables
from enishi.statistics.metrics import METRICS, Dimension, get_metrics
from enishi.statistics.queries import figures
from enishi.statistics.queries import releases as queries
from enishi.statistics.schemas import Scope
from enishi.statistics.service import releases

_DAY = date(2026, 11, 20)
_OFFICE = new_id()


def _on(day: date, hour: int = 4) -> datetime:
    return clock.start_of_day(day) + timedelta(hours=hour)


async def _published(day: date = _DAY, hour: int = 28) -> bool:
    with clock.frozen_at(_on(day, hour)):
        return await releases.publish(wiring.FACT_SOURCES)


async def test_a_day_is_published_once_when_it_is_settled() -> None:
    assert await _published(_DAY, 24 + 4)
    assert not await _published(_DAY, 24 + 20)
    assert await queries.list_days(9) == [_DAY]
    assert not await _published(_DAY, 48 + 1)  # the next day is not settled yet
    assert await _published(_DAY, 48 + 4)
    assert await queries.find_latest_day() == _DAY + timedelta(days=1)
    assert await queries.find_latest_day(_DAY) == _DAY


async def test_what_happened_later_is_not_in_it_and_does_not_change_it() -> None:
    await happened("participation.started", 12, organisation_id=_OFFICE, day=_DAY, home="13")
    await happened(
        "participation.started",
        500,
        organisation_id=_OFFICE,
        day=_DAY + timedelta(days=1),
        home="13",
    )
    await _published()
    before = await queries.get_release(_DAY)
    [(key, cell)] = before.tables["prefectures"].column("dialogue.joined")
    assert (key, cell.band, str(cell)) == ("13", Band.FROM_10_TO_49, "10–49")
    await happened("participation.started", 500, organisation_id=_OFFICE, day=_DAY, home="01")
    await _published()
    assert await queries.get_release(_DAY) == before


@pytest.mark.as_owner
async def test_the_database_refuses_to_change_a_release() -> None:
    await _published()
    with pytest.raises(asyncpg.RaiseError, match="never changed"):
        async with db.unit_of_work():
            await db.fetch("UPDATE statistics_release SET rows = '{}'")


async def test_two_workers_publish_one_release(own_database: None) -> None:
    async def publish() -> bool:
        return await _published()

    assert sorted(await asyncio.gather(*(publish() for _ in range(4)))) == [False] * 3 + [True]
    assert await db.fetch_value("SELECT count(*) FROM statistics_release") == len(
        release_tables.TABLES
    )


async def test_nothing_that_is_published_is_finer_than_its_band() -> None:
    for home, times in (("01", 3), ("13", 47), ("27", 99), ("40", 1234)):
        await happened("participation.started", times, organisation_id=_OFFICE, day=_DAY, home=home)
    await _published()
    rows = await db.fetch("SELECT name, rows FROM statistics_release")
    cells = [c for r in rows for line in json.loads(r["rows"])["rows"] for c in line["cells"]]
    shown = [cell["value"] for cell in cells if cell["value"] >= 0]
    assert 1230 in shown
    assert all(value >= 100 and value % 10 == 0 for value in shown)


async def test_a_dialogue_under_two_themes_counts_under_both() -> None:
    await happened("vote.cast", 150, day=_DAY, theme="work childcare")
    await _published()
    release = await queries.get_release(_DAY)
    votes = {key: str(cell) for key, cell in release.tables["themes"].column("dialogue.votes")}
    assert votes == {"work": "150", "childcare": "150"}
    assert str(release.tables["headline"].column("dialogue.votes")[0][1]) == "150"


async def test_the_months_have_no_gaps() -> None:
    await happened("participation.started", 120, organisation_id=_OFFICE, day=date(2026, 3, 3))
    await _published()
    months = (await queries.get_release(_DAY)).tables["months"].column("dialogue.joined")
    assert [month for month, _ in months][::12] == ["2025-11", "2026-11"]
    assert [str(cell) for _, cell in months if str(cell) != "0–9"] == ["120"]


async def test_a_figure_is_broken_down_only_as_its_definition_allows() -> None:
    shown = next(metric for metric in METRICS if metric.key == "dialogue.seen")
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


async def test_tables_of_places_stand_for_a_month_and_name_no_row_of_few() -> None:
    """A registration of yesterday changes no published row, nor does one in a town with few."""
    month_end = date(2026, 10, 31)
    await happened("registration.opened", 10, day=month_end, place="212172")
    await happened("registration.opened", 9, day=month_end, place="212032")
    await happened("registration.opened", 40, day=date(2026, 11, 1), place="212172")
    for day, until, band in ((_DAY, month_end, "10–49"), (date(2026, 11, 30), None, "50–99")):
        assert await _published(day)
        release = await queries.get_release(day)
        [row] = release.tables["places"].rows
        assert (row.key, str(row.cells[0])) == ("212172", band)
        assert release.tables["places"].until == until
        headline = dict(
            zip(
                release.tables["headline"].metrics,
                release.tables["headline"].rows[0].cells,
                strict=True,
            )
        )
        assert str(headline["relation.registrations"]) == "50–99"
        assert str(headline["programme.attended"]) == "0–9"
