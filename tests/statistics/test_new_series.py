"""A lost key: publishing goes on only in a new series, which an operator begins knowingly."""

from collections.abc import Iterator
from datetime import date, datetime, timedelta

import httpx
import pytest
from click.testing import CliRunner
from tests.consultations.build import make_dialogue
from tests.statistics.acts import happened

from enishi.cli import main
from enishi.disclosure.noise import stock_noise
from enishi.kit import clock, db, figures_key, page_cache
from enishi.statistics.errors import NoNewSeriesError
from enishi.statistics.queries import cube_releases
from enishi.statistics.service import cube_releases as service
from enishi.statistics.service import stored_releases

_PLACE = "212172"


def _at(day: date) -> datetime:
    return clock.start_of_day(day) + timedelta(hours=4)


async def _publish(day: date) -> int:
    with clock.frozen_at(_at(day)):
        return await service.publish(())


async def _begin(day: date) -> int:
    with clock.frozen_at(_at(day)):
        return await service.begin_series(())


@pytest.fixture
def kept_key() -> Iterator[None]:
    """Put back the key of the other tests."""
    path = figures_key.path()
    kept = path.read_bytes() if path.exists() else None
    yield
    path.unlink(missing_ok=True)
    if kept is not None:
        path.write_bytes(kept)


@pytest.fixture
async def lost(kept_key: None, rollback: None) -> str:
    """Two months of releases, and their key is gone; answers its id."""
    await happened("registration.opened", 500, day=date(2026, 3, 1), place=_PLACE, home="13")
    for day in (date(2026, 4, 2), date(2026, 5, 1), date(2026, 6, 1)):
        await _publish(day)
    old = figures_key.figures_key(None).id
    figures_key.path().unlink()
    return old


async def test_only_the_new_series_publishes_and_the_job_goes_on_with_it(lost: str) -> None:
    before = await cube_releases.find_latest("tie.place")
    with pytest.raises(figures_key.FiguresKeyMissingError):
        await _publish(date(2026, 7, 10))
    assert await _begin(date(2026, 7, 10)) > 0
    key = figures_key.figures_key(None)
    assert key.id != lost
    nation = await cube_releases.find_latest("tie.nation")
    assert nation is not None
    assert (nation.begins, nation.key_id, nation.label) == (
        *(date(2026, 7, 1), key.id, "2026-07-09"),
    )
    [noise] = stock_noise(key.secret, ["relation.people"], 9, 5)
    assert nation.by_key()[()] == (500 + noise + 5) // 10 * 10
    # What is out stays; periods between are never published; addresses go on.
    assert await cube_releases.find_latest("tie.place") == before
    days = [label for _, label in await cube_releases.list_periods("tie.nation")]
    assert days[0] == "2026-07-09"
    assert days[9] == "2026-05-31"
    assert await _publish(date(2026, 8, 1)) > 0
    assert [label for _, label in await cube_releases.list_periods("tie.place")] == [
        *("2026-07", "2026-05", "2026-04"),
    ]
    assert {each.reason for each in await stored_releases.audit(every=True)} == {""}
    actions = await db.fetch("SELECT action FROM audit_entry WHERE action LIKE 'statistics.s%'")
    assert [row["action"] for row in actions] == ["statistics.series.begun"]


async def test_no_number_of_a_dialogue_is_kept_from_under_the_old_key(kept_key: None) -> None:
    with clock.frozen_at(_at(date(2026, 4, 6))):
        dialogue = await make_dialogue()
    await db.fetch("UPDATE consultations_consultation SET published_at = $1", _at(date(2026, 4, 6)))

    async def join(day: date) -> None:
        await happened(
            "participation.started",
            200,
            day=day,
            organisation_id=dialogue.organisation_id,
            consultation=str(dialogue.id),
        )

    await join(date(2026, 4, 7))
    await _publish(date(2026, 4, 6))
    await _publish(date(2026, 4, 13))  # drawn once, and once again below
    await join(date(2026, 4, 20))
    figures_key.path().unlink()
    await _begin(date(2026, 5, 4))
    release = await cube_releases.find_latest("part.subject")
    assert release is not None
    [row] = release.rows
    assert (row.releases, release.begins) == (1, date(2026, 5, 1))
    name = f"dialogue.joined|subject={dialogue.id}"
    [noise] = stock_noise(figures_key.figures_key(None).secret, [name], 1, 3)
    assert row.value == (400 + noise + 5) // 10 * 10


async def test_a_key_that_is_here_is_not_lost(kept_key: None) -> None:
    await _publish(date(2026, 4, 2))
    with pytest.raises(figures_key.FiguresKeyNotLostError):
        await _begin(date(2026, 6, 1))
    old = figures_key.path().read_bytes()
    figures_key.path().unlink()
    await _begin(date(2026, 6, 2))
    figures_key.path().write_bytes(old)
    with pytest.raises(figures_key.FiguresKeyDiffersError):
        await _publish(date(2026, 6, 3))
    with pytest.raises(figures_key.FiguresKeyNotLostError):
        await _begin(date(2026, 7, 2))


async def test_no_series_begins_without_releases_twice_in_a_month_or_with_nothing_due(
    kept_key: None,
) -> None:
    with pytest.raises(NoNewSeriesError):
        await _begin(date(2026, 4, 2))
    await _publish(date(2026, 4, 2))
    figures_key.path().unlink()
    with pytest.raises(NoNewSeriesError):
        await _begin(date(2026, 4, 2))  # nothing is due
    with pytest.raises(NoNewSeriesError):
        await _begin(date(2026, 4, 20))  # a series began this month
    assert not figures_key.path().exists()


async def test_pages_say_from_which_day_the_noise_is_another(
    lost: str, visitor: httpx.AsyncClient
) -> None:
    said = "2026年7月1日（水）から、人数を調整する乱数を新しく引き直しています。"
    page_cache.invalidate()
    at = "/ja/statistics/tables/tie.nation/2026-05-31"
    assert said not in (await visitor.get(at)).text
    await _begin(date(2026, 7, 10))
    page_cache.invalidate()
    for address in (at, "/ja/statistics", "/ja/statistics/tables/tie.nation/2026-07-09"):
        assert said in (await visitor.get(address)).text, address
    assert (
        "2026年4月1日（水）から、いまの方法で公表しています。"
        in (await visitor.get("/ja/statistics")).text
    )
    document = (await visitor.get("/api/v1/statistics/tie.nation")).json()
    assert (document["begins"], document["rows"][0]["releases"]) == ("2026-07-01", 9)


def test_the_command_says_what_it_means_and_asks() -> None:
    answer = CliRunner().invoke(main, ["releases", "begin-series"], input="n\n")
    assert answer.exit_code == 1
    assert "cannot be undone" in answer.output
    assert "two draws" in answer.output
