"""How many people are registered with a place: as published, the same figure everywhere."""

import uuid
from datetime import UTC, date, datetime, timedelta

import httpx

from enishi.kit import clock, db
from enishi.kit.ids import new_id
from enishi.statistics import labels
from enishi.statistics.metrics import Dimension, get_metrics
from enishi.statistics.periods import Cadence
from enishi.statistics.queries import cube_releases, figures
from enishi.statistics.schemas import Scope
from enishi.statistics.service.cube_releases import publish

_HIDA, _TAKAYAMA, _GIFU = "212172", "212032", "210005"
_NOON = datetime(2026, 11, 12, 3, tzinfo=UTC)  # of a day on which the last month is published
_LAST_MONTH = date(2026, 10, 31)
_OPENED, _WITHDRAWN = "registration.opened", "registration.withdrawn"


async def _happened(*acts: tuple[str, str, uuid.UUID | None]) -> None:
    """Acts (kind, municipality, person) of some days ago."""
    kinds, places, people = map(list, zip(*acts, strict=True))
    await db.fetch(
        """
        INSERT INTO statistics_fact (act_id, source, kind, day, person_key, place_code, amount)
        SELECT gen_random_uuid(), 'tests', k, $4, p, m, 1
        FROM unnest($1::text[], $2::text[], $3::uuid[]) AS t (k, m, p)
        """,
        kinds,
        places,
        people,
        clock.today() - timedelta(days=40),
    )


async def _registered() -> None:
    """Eleven with Hida: one left, one left and came back, one is with Takayama too, one erased."""
    people = [new_id() for _ in range(10)]
    await _happened(
        *((_OPENED, _HIDA, person) for person in people),
        (_WITHDRAWN, _HIDA, people[0]),
        (_WITHDRAWN, _HIDA, people[1]),
        (_OPENED, _HIDA, people[1]),
        (_OPENED, _TAKAYAMA, people[2]),
        (_OPENED, _HIDA, None),
        (_WITHDRAWN, _HIDA, None),
    )


async def test_a_person_is_counted_once_in_a_place_and_once_in_its_prefecture() -> None:
    await _registered()
    scope = Scope(until=clock.today())
    metrics = get_metrics("relation.registrations", "relation.people")
    by_place = await figures.count_by(Dimension.PLACE, metrics, scope)
    assert by_place == {_HIDA: (9, 9), _TAKAYAMA: (1, 1)}
    by_prefecture = await figures.count_by(Dimension.PLACE_PREFECTURE, metrics, scope)
    assert by_prefecture == {"21": (10, 9)}


async def test_pages_of_places_show_the_numbers_of_the_newest_release(
    visitor: httpx.AsyncClient,
) -> None:
    with clock.frozen_at(_NOON):
        await _registered()
        await _happened(*((_OPENED, _TAKAYAMA, new_id()) for _ in range(200)))
        await publish((), since=dict.fromkeys(Cadence, _LAST_MONTH))
    release = await cube_releases.find_latest("tie.place")
    assert release is not None
    await _happened((_OPENED, _HIDA, new_id()))  # changes nothing that was published

    numbers = release.by_key()
    hida = (await visitor.get(f"/ja/places/municipalities/{_HIDA}")).text
    assert labels.shown_about(numbers[_HIDA,], 20) in hida
    assert release.until.strftime("%Y年%-m月%-d日") in hida
    assert '/ja/statistics/definitions#relation.people"' in hida
    prefecture = (await visitor.get(f"/ja/places/prefectures/{_GIFU}")).text
    shown = labels.shown_about(numbers[_TAKAYAMA,], 20)
    assert shown.startswith("約")
    assert shown in prefecture
    assert "20人未満" in prefecture


async def test_before_anything_was_published_nothing_is_claimed(visitor: httpx.AsyncClient) -> None:
    for address in (f"municipalities/{_HIDA}", f"prefectures/{_GIFU}"):
        page = (await visitor.get(f"/ja/places/{address}")).text
        assert "最初の統計と一緒に公表します" in page
        assert "registered-people__band" not in page
