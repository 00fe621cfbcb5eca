"""The list of programmes with its filters and counts, at 20,000 listings and 100,000 sessions.

Each request has another address, so that no kept page answers it; page, counts and rows are made
anew. The arrays of what is listed are kept as they are on a site in use; what loading them takes is
a row of its own. In a process and a database of their own, by one client.
"""

import asyncio
import itertools
import json
import statistics
import subprocess
import sys
import time
from collections.abc import Iterator
from typing import Any

import httpx
from tests.bench.model import BenchRow
from tests.bench.scale import empty_platform
from tests.fixtures.accounts import make_organisation

from enishi import wiring
from enishi.kit import clock, db
from enishi.places.gazetteer import gazetteer
from enishi.programmes.finding import arrays
from enishi.web.app import create_app

LISTINGS, SESSIONS_EACH = 20_000, 5
REQUESTS = 200
_TEXT = (
    "棚田の田植えと里山の手入れを、地域の人と一日いっしょに行います。昼食つき、長ぐつは貸します。"
)
_PROGRAMMES = """
INSERT INTO programmes_programme (id, organisation_id, slug, state, municipality_code,
    prefecture_code, kind, title, summary, body, theme_code, host_name, minors, fee_adult,
    fee_child, wheelchair, conditions, money, access, contact, created_at, changed_at, published_at)
SELECT uuidv7(), $6, 'bench-' || n, 'published', place.code,
    left(place.code, 2) || place.digits,
    (ARRAY['experience', 'helping', 'working_holiday', 'online'])[n % 4 + 1],
    jsonb_build_object('ja', '体験その' || n), jsonb_build_object('ja', $3::text),
    jsonb_build_object('ja', repeat($3::text, 5)),
    (ARRAY['birth-rate', 'local-industry', ''])[n % 3 + 1], '里の会',
    (ARRAY['accompanied', 'not_admitted'])[n % 2 + 1], n % 7 * 1000, n % 7 * 500, n % 5 = 0,
    '{}', '{}', '{}', '{}', $4::timestamptz, $4,
    $4 - n * interval '1 minute'
FROM generate_series(1, $5::int) n
JOIN unnest($1::text[], $2::text[]) WITH ORDINALITY AS place (code, digits, no)
    ON place.no = n % cardinality($1::text[]) + 1
"""
_SESSIONS = """
INSERT INTO programmes_session (id, programme_id, organisation_id, state, starts_at, ends_at,
    opens_at, closes_at, meeting_place, capacity, taken, created_at)
SELECT uuidv7(), p.id, p.organisation_id, 'planned', begins, begins + lasts,
    $1 - interval '1 day', begins - interval '1 day', '{}', 20, hashtext(p.slug || n) & 15, $1
FROM programmes_programme p, generate_series(1, $2::int) n,
    LATERAL (SELECT $1::timestamptz + (hashtext(n || p.slug) & 255) * interval '1 day'
            + interval '2 days' AS begins,
        CASE n WHEN 1 THEN interval '3 hours' WHEN 2 THEN interval '2 days'
            WHEN 3 THEN interval '8 days' ELSE interval '7 hours' END AS lasts) AS drawn
"""
_QUERIES = (
    "", "prefecture=210005", "length=stay&season=winter", "adults=2&child_count=1&cost=10000",
    "weekend=yes&children=yes&child_age=7", "places=yes&adults=4&sort=price", "wheelchair=yes",
    "kind=helping&theme=birth-rate&sort=new", "q=田植え", "kind=online&cost=free&wheelchair=yes",
)  # fmt: skip


def rows(*, full: bool) -> Iterator[BenchRow]:
    with empty_platform() as environment:
        done = subprocess.run(
            [sys.executable, "-m", "tests.bench.finding"],
            env=environment,
            check=True,
            stdout=subprocess.PIPE,
        )
    for row in json.loads(done.stdout.splitlines()[-1]):
        yield BenchRow(**row)


async def measure() -> list[BenchRow]:
    await db.open_pool()
    wiring.register_all()
    await _fill()
    async with httpx.AsyncClient(
        transport=httpx.ASGITransport(app=create_app()), base_url="http://enishi.test"
    ) as client:
        await _ask(client, "/ja/programmes")  # compiles the templates
        loading = [await _loading() for _ in range(5)]
        times = []
        for n, query in zip(range(REQUESTS), itertools.cycle(_QUERIES), strict=False):
            # Another day each time: no page and no count that is kept.
            day = f"2026-01-{n // len(_QUERIES) + 1:02}"
            times.append(await _ask(client, f"/ja/programmes?{query}&since={day}"))
    await db.close_pool()
    size = f"{LISTINGS:,} listings, {LISTINGS * SESSIONS_EACH:,} sessions"
    times.sort()
    return [
        BenchRow("programmes: list with counts, not kept, p95", times[-REQUESTS // 20], "ms",
                 "promise: 60 ms", times[-REQUESTS // 20] / 60, size),
        BenchRow("programmes: list with counts, not kept, median", statistics.median(times), "ms"),
        BenchRow("programmes: load the arrays", statistics.median(loading), "ms", note=size),
    ]  # fmt: skip


async def _fill() -> None:
    codes = [code for code, place in gazetteer().by_code.items() if place.is_municipality]
    digits = [gazetteer().by_code[code].prefecture_code[2:] for code in codes]
    office = await make_organisation("bench")
    async with db.unit_of_work():
        await db.execute(_PROGRAMMES, codes, digits, _TEXT, clock.now(), LISTINGS, office)
        await db.execute(_SESSIONS, clock.now(), SESSIONS_EACH)
    await db.execute("ANALYZE")


async def _loading() -> float:
    arrays.invalidate()
    started = time.perf_counter()
    await arrays.listed()
    return (time.perf_counter() - started) * 1000


async def _ask(client: httpx.AsyncClient, address: str) -> float:
    started = time.perf_counter()
    answer = await client.get(address)
    took = (time.perf_counter() - started) * 1000
    if answer.status_code != 200:
        raise SystemExit(f"{address} answered {answer.status_code}")
    return took


def _as_json(measured: list[BenchRow]) -> list[dict[str, Any]]:
    return [row.as_json() for row in measured]


if __name__ == "__main__":
    print(json.dumps(_as_json(asyncio.run(measure()))))
