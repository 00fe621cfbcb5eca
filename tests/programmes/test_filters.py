"""Pages, feeds and the API read the conditions of a list by one table."""

from typing import Any
from xml.etree import ElementTree as ET

import httpx
import pytest
from tests.programmes.test_finding import ATOM, found, listed

from enishi.programmes.listings.filters import ProgrammeFilter


@pytest.mark.parametrize(
    "condition",
    [
        {"prefecture": "210005"},
        {"municipality": "212172"},
        {"month": "2027-01"},
        {"kind": "helping"},
        {"cost": "free"},
        {"theme": "birth-rate"},
        {"children": True},
        {"wheelchair": True},
        {"places": True},
        {"children": True, "wheelchair": True, "cost": "3000"},
    ],
    ids=str,
)
async def test_page_feed_and_api_read_a_query_string_alike(
    visitor: httpx.AsyncClient, condition: dict[str, Any]
) -> None:
    """As the site itself writes it: the addresses are copied from one to the other."""
    for changes in (
        {},
        {"wheelchair": True, "fee_adult": 0, "minors": "with_consent"},
        {"kind": "helping", "theme_code": "birth-rate"},
        {"prefecture_code": "470007", "municipality_code": "473821", "minors": "not_admitted"},
    ):
        await listed(60, **changes)
    query = ProgrammeFilter.model_validate(condition).query()
    on_page = found(await visitor.get(f"/ja/programmes{query}"))
    api = await visitor.get(f"/api/v1/programmes{query}")
    assert api.status_code == 200, api.text
    answer = await visitor.get(f"/ja/programmes/feed.xml{query}")
    feed = ET.fromstring(answer.content)  # noqa: S314 (our own)
    in_feed = [str(each.text).rpartition("/")[2] for each in feed.iter(f"{ATOM}id")][1:]
    assert on_page == [each["slug"] for each in api.json()["items"]]
    assert len(in_feed) == len(on_page)


@pytest.mark.parametrize("spelling", ["yes", "true", "1"])
async def test_a_switch_has_few_spellings(visitor: httpx.AsyncClient, spelling: str) -> None:
    fits = await listed(wheelchair=True)
    await listed()
    assert found(await visitor.get(f"/ja/programmes?wheelchair={spelling}")) == [fits]
    answer = await visitor.get(f"/api/v1/programmes?wheelchair={spelling}")
    assert [each["slug"] for each in answer.json()["items"]] == [fits]
    refused = spelling + "x"
    assert (await visitor.get(f"/ja/programmes?wheelchair={refused}")).status_code >= 400
    assert (await visitor.get(f"/api/v1/programmes?wheelchair={refused}")).status_code == 400


async def test_the_api_describes_each_condition_as_the_filter_reads_it(
    visitor: httpx.AsyncClient,
) -> None:
    paths = (await visitor.get("/api/v1/openapi.json")).json()["paths"]
    described = paths["/api/v1/programmes"]["get"]["parameters"]
    names = {each["name"] for each in described}
    assert names == {*ProgrammeFilter.model_fields, "after"}
    for each in described:
        if each["name"] != "after":
            field = ProgrammeFilter.model_fields[each["name"]]
            assert each["description"] == field.description
