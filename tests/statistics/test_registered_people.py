"""How many people are registered with a place: as published, the same figure everywhere."""

import uuid
from datetime import timedelta

import httpx

from enishi.kit import clock, db
from enishi.kit.ids import new_id
from enishi.statistics.metrics import Dimension, get_metrics
from enishi.statistics.queries import figures, releases
from enishi.statistics.schemas import Scope
from enishi.statistics.service.releases import last_closed_month, publish

_HIDA, _TAKAYAMA, _GIFU = "212172", "212032", "210005"
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


async def test_pages_of_places_show_the_bands_of_the_newest_release(
    visitor: httpx.AsyncClient,
) -> None:
    await _registered()
    await _happened(*((_OPENED, _TAKAYAMA, new_id()) for _ in range(20)))
    await publish(())
    as_of = await releases.find_latest_day()
    assert as_of is not None
    await _happened((_OPENED, _HIDA, new_id()))  # changes nothing that was published

    hida = (await visitor.get(f"/ja/places/municipalities/{_HIDA}")).text
    assert "0–9人" in hida
    until = last_closed_month(as_of)
    assert until.strftime("%Y年%-m月%-d日") in hida
    assert '/ja/statistics/definitions#relation.people"' in hida
    assert "10–49人" in (await visitor.get(f"/ja/places/prefectures/{_GIFU}")).text
    released = await releases.get_release(as_of)
    rows = dict(released.tables["places"].column("relation.people"))
    assert _HIDA not in rows  # that a row of few is there would say that it is not zero
    assert rows[_TAKAYAMA].lowest == 10


async def test_before_anything_was_published_nothing_is_claimed(visitor: httpx.AsyncClient) -> None:
    for address in (f"municipalities/{_HIDA}", f"prefectures/{_GIFU}"):
        page = (await visitor.get(f"/ja/places/{address}")).text
        assert "最初の統計と一緒に公表します" in page
        assert "registered-people__band" not in page
