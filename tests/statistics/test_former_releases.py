"""A release that was made with metrics of before reads as it did."""

from datetime import date, timedelta

import httpx
from tests.statistics.acts import happened

from enishi import wiring
from enishi.kit import clock, db
from enishi.kit.ids import new_id
from enishi.statistics.service import releases

_DAY = date(2026, 11, 23)
_FORMER = date(2026, 11, 22)


async def test_a_release_with_retired_metrics_keeps_its_page_charts_and_files(
    visitor: httpx.AsyncClient,
) -> None:
    await happened("participation.started", 12, organisation_id=new_id(), day=_FORMER, home="13")
    with clock.frozen_at(clock.start_of_day(_DAY) + timedelta(hours=28)):
        await releases.publish(wiring.FACT_SOURCES)
    for row in await db.fetch("SELECT name, rows::text AS rows FROM statistics_release"):
        await db.fetch(
            "INSERT INTO statistics_release (id, name, as_of, rows, made_at)"
            " VALUES ($1, $2, $3, $4, $5)",
            new_id(),
            row["name"],
            _FORMER,
            row["rows"].replace("dialogue.joined", "dialogue.participants"),
            clock.now(),
        )
    for day, title in ((_FORMER, "対話の参加者"), (_DAY, "加わった人（実人数）")):
        at = f"/ja/statistics/{day}"
        page = await visitor.get("/ja/statistics", params={"until": str(day)})
        assert page.status_code == 200, day
        assert title in page.text.replace("<wbr>", "")
        for chart in ("months", "prefectures"):
            assert title in (await visitor.get(f"{at}/tables/{chart}")).text
        header = (await visitor.get(f"{at}/prefectures.csv")).content.decode("utf-8-sig")
        assert title in header.splitlines()[0]
