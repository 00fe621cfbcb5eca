"""The JSON API of programmes answers what the pages show, and no more."""

from datetime import timedelta

import httpx
import pytest
from tests.programmes.conftest import party, somebody
from tests.programmes.listed import make_date, make_programme, text

from enishi.kit import clock
from enishi.programmes.allocation.service import applications

AT = "/api/v1/programmes"


async def test_the_list_is_narrowed_and_read_in_pages(
    visitor: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    near = await make_programme(fee_adult=0, wheelchair=True)
    far = await make_programme(minors="not_admitted")
    hidden = await make_programme(state="draft", published_at=None)
    for days, programme in ((20, far), (10, near), (5, hidden)):
        await make_date(programme, days)
    for query, expected in (
        ("", [near, far]),
        ("?cost=free", [near]),
        ("?wheelchair=true&children=true", [near]),
        ("?municipality=212172&prefecture=210005", [near, far]),
        ("?prefecture=010006", []),
        ("?prefecture=010006&municipality=212172", []),  # not in the prefecture: ignored
        ("?kind=online", []),
        ("?month=2001-01", []),
    ):
        answer = await visitor.get(AT + query)
        assert answer.status_code == 200, answer.text
        assert [item["slug"] for item in answer.json()["items"]] == [each.slug for each in expected]
    monkeypatch.setattr("enishi.programmes.finding.queries.list_public.__defaults__", (None, 1))
    first = (await visitor.get(AT)).json()
    second = (await visitor.get(AT, params={"after": first["next"]})).json()
    assert [page["items"][0]["slug"] for page in (first, second)] == [near.slug, far.slug]
    assert second["next"] is None


async def test_one_tells_of_its_conditions_and_how_its_dates_stand(
    visitor: httpx.AsyncClient,
) -> None:
    programme = await make_programme(money={"included": text("昼食", "Lunch"), "lodging": "none"})
    coming = await make_date(programme, capacity=3)
    await make_date(programme, -9, opens_at=clock.now() - timedelta(days=60))
    await applications.apply(somebody(), coming, party(2))
    told = (await visitor.get(f"{AT}/{programme.slug}")).json()
    assert told["money"]["included"] == {"ja": "昼食", "en": "Lunch", "easy_ja": ""}
    assert told["organisation"]["ja"]
    over, open_one = told["sessions"]
    assert (over["can_apply"], open_one["can_apply"]) == (False, True)
    assert (open_one["free"], open_one["capacity"]) == (1, 3)
    # Counters and owners are for the office only.
    assert not {"taken", "tickets", "organisation_id"} & {*open_one, *told}


@pytest.mark.parametrize("state", ["draft", "closed"])
async def test_visibility_is_that_of_the_pages(visitor: httpx.AsyncClient, state: str) -> None:
    programme = await make_programme(state=state)
    await make_date(programme)
    answer = await visitor.get(f"{AT}/{programme.slug}")
    page = await visitor.get(f"/ja/programmes/{programme.slug}")
    assert answer.status_code == page.status_code == (404 if state == "draft" else 200)
    assert (await visitor.get(AT)).json()["items"] == []


@pytest.mark.parametrize("query", ["month=2026-13", "kind=x", "prefecture=21", "cost=5", "theme=A"])
async def test_a_condition_that_means_nothing_is_a_problem(
    visitor: httpx.AsyncClient, query: str
) -> None:
    answer = await visitor.get(f"{AT}?{query}")
    assert answer.status_code == 400
    assert answer.headers["content-type"] == "application/problem+json"
