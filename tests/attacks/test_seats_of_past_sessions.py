"""A4: live pages do not publish what statistics publish in bands only."""

import json
import re
from datetime import timedelta

import httpx
import pytest
from tests.programmes.conftest import party, somebody
from tests.programmes.listed import make_date, make_programme

from enishi.kit import clock
from enishi.programmes.allocation.service import applications

LONG_AGO = clock.now() - timedelta(days=90)


async def test_a_session_that_is_over_or_closed_has_no_seats(visitor: httpx.AsyncClient) -> None:
    programme = await make_programme()
    past = await make_date(programme, -9, opens_at=LONG_AGO, capacity=8)
    closed = await make_date(
        programme, 9, capacity=8, opens_at=LONG_AGO, closes_at=clock.now() - timedelta(hours=1)
    )
    coming = await make_date(programme, 20, capacity=8)
    await applications.apply(somebody(), coming, party(2))
    told = (await visitor.get(f"/api/v1/programmes/{programme.slug}")).json()
    seats = {each["id"]: (each["free"], each["waiting"]) for each in told["sessions"]}
    assert seats == {
        str(past): (None, None),
        str(closed): (None, None),
        str(coming): (6, 0),
    }
    page = (await visitor.get(f"/ja/programmes/{programme.slug}")).text
    assert re.findall(r"あと[0-9]+席", page) == ["あと6席"]
    [document] = re.findall(r'application/ld\+json"[^>]*>(.*?)</script>', page, re.DOTALL)
    events = json.loads(document)["@graph"]
    assert [each.get("remainingAttendeeCapacity") for each in events] == [None, 6]


@pytest.mark.parametrize(
    ("capacity", "label", "number"),
    [(9, "あと9席", 9), (10, "あと10席", 10), (11, "あと10席以上", 10), (400, "あと10席以上", 10)],
)
async def test_seats_are_exact_up_to_ten(
    visitor: httpx.AsyncClient, capacity: int, label: str, number: int
) -> None:
    programme = await make_programme()
    await make_date(programme, 20, capacity=capacity)
    for address in (f"/ja/programmes/{programme.slug}", "/ja/programmes"):
        page = (await visitor.get(address)).text
        assert set(re.findall(r"あと[0-9]+席(?:以上)?", page)) == {label}
    [listed] = (await visitor.get("/api/v1/programmes")).json()["items"]
    [session] = (await visitor.get(f"/api/v1/programmes/{programme.slug}")).json()["sessions"]
    assert (listed["most_free"], session["free"]) == (number, number)
