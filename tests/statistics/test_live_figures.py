"""Live pages and releases are read together: by the gate, in the path of the publishing job."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta

import numpy as np
import pytest
from tests.consultations import build
from tests.statistics.acts import happened

from enishi.disclosure.audit import believed
from enishi.disclosure.noise import StockNoise, spread
from enishi.disclosure.rounding import FEWER
from enishi.kit import clock, db, self_checks
from enishi.statistics.cubes import BY_NAME
from enishi.statistics.errors import UnsafeReleaseError
from enishi.statistics.gate import BELIEVED, LEAST_WIDTH, UNBOUNDED, Outlets, Release, certify
from enishi.statistics.printed_cubes import Printed, declared_keys, print_cells, print_cube
from enishi.statistics.queries import cube_releases
from enishi.statistics.service import live_figures, stored_releases
from enishi.statistics.service.live_figures import LiveSource
from enishi_jobs import statistics as jobs

_PLACE = "212172"


@pytest.fixture(autouse=True)
def facts_of_tests_only(monkeypatch: pytest.MonkeyPatch) -> None:
    """The votes of a test make the live page; its facts are written as they are."""
    monkeypatch.setattr(jobs, "FACT_SOURCES", ())


def _at(day: date) -> datetime:
    return clock.start_of_day(day) + timedelta(hours=4)


async def _publish(day: date) -> None:
    with clock.frozen_at(_at(day)):
        await jobs.publish()


async def _refusals() -> int:
    [found] = [c for c in await self_checks.list_checks() if c.name == jobs.GATE_CHECK]
    return found.differences


async def test_the_job_refuses_what_an_exact_live_page_pins(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    async def exact(days: Sequence[date]) -> Mapping[date, Outlets]:
        return {day: {f"relation.people|place={_PLACE}": (40, 40)} for day in days}

    day = date(2026, 3, 1)
    await happened("registration.opened", 40, day=day, place=_PLACE, home="13", age="30-39")
    await _publish(date(2026, 4, 2))
    with monkeypatch.context() as planted:
        sources = (*live_figures.SOURCES, LiveSource(("planted",), exact))
        planted.setattr(live_figures, "SOURCES", sources)
        await _publish(date(2026, 5, 1))
    assert await _refusals() == 1
    assert await cube_releases.list_periods("tie.place") == []
    await _publish(date(2026, 5, 1))
    assert await _refusals() == 0
    assert await cube_releases.list_periods("tie.place") == [(0, "2026-04")]
    assert {each.reason for each in await stored_releases.audit(every=True)} == {""}
    monkeypatch.setattr(live_figures, "SOURCES", sources)
    refused = {each.cube for each in await stored_releases.audit(every=False) if each.reason}
    assert refused == {"tie.place"}


async def _voted(people: int) -> build.Dialogue:
    """A public dialogue with one card, on which so many people voted, and a step of them."""
    dialogue = await build.make_dialogue()
    await db.fetch(
        "UPDATE consultations_consultation SET published_at = $1",
        clock.now() - timedelta(days=1),
    )
    card = await build.make_statement(dialogue, "見本")
    for _ in range(people):
        await build.put_vote(await build.make_participant(dialogue), card, 1)
    await build.publish_sums(dialogue)
    await happened(
        "participation.started",
        people,
        day=clock.today(),
        organisation_id=dialogue.organisation_id,
        consultation=str(dialogue.id),
    )
    return dialogue


async def test_a_dialogue_is_not_released_below_the_voters_on_its_page(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """45 less 8 would be printed as 40, and the page has a card with 45 votes."""

    def low(self: StockNoise, periods: int, sigma: float) -> np.ndarray[tuple[int], np.dtype]:
        return np.full(len(self._names), -8)

    monkeypatch.setattr(StockNoise, "of", low)
    dialogue = await _voted(45)
    day = clock.today() + timedelta(days=15)
    await _publish(day - timedelta(days=14))
    await _publish(day)
    release = await cube_releases.find_latest("part.subject")
    assert release is not None
    assert release.by_key() == {(str(dialogue.id),): 50}
    assert release.gate.least_width >= LEAST_WIDTH
    nation = await cube_releases.find_latest("part.nation")
    assert nation is not None
    assert nation.by_key() == {(): 50}


async def test_the_bounds_are_those_of_the_days_on_which_pages_showed_them() -> None:
    dialogue = await _voted(25)
    today, before = clock.today(), clock.today() - timedelta(days=1)
    found = await live_figures.read([before, today])
    assert before not in found
    assert found[today] == {
        "dialogue.joined": (25, UNBOUNDED),
        "dialogue.joined|place=": (25, UNBOUNDED),
        f"dialogue.joined|subject={dialogue.id}": (25, UNBOUNDED),
    }


async def test_a_page_that_counts_more_than_noise_can_explain_raises_nothing(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Its step is from before an office set people aside: it bounds nothing any more."""
    dialogue = await _voted(40)
    name = f"dialogue.joined|subject={dialogue.id}"

    async def outdated(days: Sequence[date]) -> Mapping[date, Outlets]:
        return {day: {name: (400, UNBOUNDED)} for day in days}

    monkeypatch.setattr(live_figures, "SOURCES", (LiveSource(("planted",), outdated),))
    day = clock.today() + timedelta(days=15)
    await _publish(day - timedelta(days=14))
    await _publish(day)
    assert await _refusals() == 0
    release = await cube_releases.find_latest("part.subject")
    assert release is not None
    assert (release.by_key()[str(dialogue.id),] or 0) < 100


@pytest.mark.parametrize("sigma", [3.0, 4.0, 5.0])
@pytest.mark.parametrize("releases", [1, 5, 36])
def test_no_least_number_and_no_noise_leave_a_single_cell_narrow(
    sigma: float, releases: int
) -> None:
    reach = BELIEVED * sigma * spread(releases)
    least, extra, noise = (
        each.ravel()
        for each in np.meshgrid(
            np.arange(1, 90), np.arange(0, 30, 3), np.arange(-int(reach), int(reach) + 1)
        )
    )
    noisy = least + extra + noise
    least = np.where(least <= noisy + reach, least, 0)
    tens, values = print_cells(noisy, least, 20)
    lo, hi = believed(values, 20, sigma * spread(releases))
    assert (hi - np.maximum(lo, least)).min() >= LEAST_WIDTH
    assert (values[values != FEWER] >= least[values != FEWER]).all()
    assert (tens % 10 == 0).all()
    # Without the floors some are: the negative control.
    _, bare = print_cells(noisy, np.zeros_like(least), 20)
    lo, hi = believed(bare, 20, sigma * spread(releases))
    assert (hi - np.maximum(lo, least)).min() < LEAST_WIDTH


def test_floors_below_a_total_keep_the_sum_and_pass_the_gate() -> None:
    cube, parent = BY_NAME["part.place"], BY_NAME["part.nation"]
    keys = declared_keys(cube)
    random = np.random.default_rng(16)
    counts = np.where(np.arange(len(keys)) % 40 == 0, 35, 0)
    floors = np.where(counts > 0, 34, 0)
    noisy = counts + np.rint(random.normal(size=len(keys)) * 4).astype(np.int64)
    noisy[counts > 0] = 35 - 11
    total = np.array([int(round(counts.sum(), -1))])
    nation = Printed([()], total, total, np.array([1]))
    printed = print_cube(cube, noisy, 1, floors, nation)
    assert printed.tens.sum() == total[0]
    assert (printed.values[counts > 0] >= 34).all()
    names = [name for name, least in zip(cube.cell_names(keys), floors, strict=True) if least]
    outlets = dict.fromkeys(names, (34, UNBOUNDED))
    assert certify(Release(cube, printed, (parent, nation)), None, outlets).least_width >= 10
    bare = print_cube(cube, noisy, 1, np.zeros_like(floors), nation)
    with pytest.raises(UnsafeReleaseError):
        certify(Release(cube, bare, (parent, nation)), None, outlets)
