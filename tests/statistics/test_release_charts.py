"""The newest release is rendered once, by the worker; web processes show the stored charts."""

from datetime import timedelta
from typing import Any, NoReturn

import httpx
import pytest
from tests.statistics.cube_rows import put_all

from enishi.kit import clock, db, page_cache
from enishi.kit.charts import drawing
from enishi.statistics.queries import chart_store as queries
from enishi.statistics.service import chart_store

_PAGES = ("/ja/statistics", "/en/statistics", "/ja/", "/en/")


def _as_in_another_process() -> None:
    page_cache.invalidate()
    queries.invalidate()
    drawing._drawn.clear()


async def test_nobody_waits_for_a_drawing_that_the_worker_has_made(
    visitor: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert await chart_store.render_newest() == 0  # nothing was published yet
    await put_all(clock.today() - timedelta(days=1))
    _as_in_another_process()
    before = [(await visitor.get(page)).text for page in _PAGES]

    many = await chart_store.render_newest()
    assert many == await db.fetch_value("SELECT count(*) FROM statistics_drawing")
    assert await chart_store.render_newest() == 0

    def render(*_: Any) -> NoReturn:
        raise AssertionError("a visitor waited for a drawing")

    monkeypatch.setattr(drawing, "_render", render)
    _as_in_another_process()
    assert [(await visitor.get(page)).text for page in _PAGES] == before
    # What another version of the platform has drawn is drawn anew, not shown.
    await db.fetch("UPDATE statistics_drawing SET maker = 'another'")
    _as_in_another_process()
    assert (await visitor.get(_PAGES[0])).status_code == 500
