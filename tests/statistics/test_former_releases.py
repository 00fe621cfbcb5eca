"""A release that was made with metrics of before reads as it did."""

from datetime import date

import httpx
from tests.statistics.banded_rows import put_release

from enishi.kit import clock, db
from enishi.kit.ids import new_id

_DAY = date(2026, 11, 23)
_FORMER = date(2026, 11, 22)


async def test_a_release_with_retired_metrics_keeps_its_page_charts_and_files(
    visitor: httpx.AsyncClient,
) -> None:
    await put_release(_DAY, prefectures={"13": (12, 0)}, months={"2026-11": (12, 0, 0, 0)})
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
