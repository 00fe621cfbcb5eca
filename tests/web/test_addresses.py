"""Addresses of pages."""

import pytest
from litestar import Litestar
from litestar.exceptions import NoRouteMatchFoundException
from litestar.routes import HTTPRoute
from tests.web.conftest import Visit

from enishi.kit import i18n, links
from enishi.kit.i18n import Language


@pytest.mark.parametrize(
    ("path", "query", "english"),
    [
        ("/ja/", "", "/en/"),
        ("/ja/dialogues/water", "page=2&q=%E6%B0%B4", "/en/dialogues/water?page=2&q=%E6%B0%B4"),
        ("/en/x", "a=1", "/en/x?a=1"),
        ("/ja/水 & 緑?#", "", "/en/%E6%B0%B4%20%26%20%E7%B7%91%3F%23"),
        ("/", "a=1", "/en/?a=1"),
        ("/files/x", "", "/en/"),
        ("//evil.test/", "", "/en/"),
        ("/ja//evil.test", "", "/en//evil.test"),
    ],
)
def test_the_language_switch_keeps_the_page_and_the_query(
    path: str, query: str, english: str
) -> None:
    urls = links.language_urls(path, query)
    assert urls == {"ja": english.replace("/en", "/ja", 1), "en": english}


async def test_a_page_links_to_itself_in_the_other_language(visit: Visit) -> None:
    async with visit() as client:
        page = (await client.get("/ja/terms?a=1&b=%22%3E%3Cscript%3E")).text
    assert 'href="/en/terms?a=1&amp;b=%22%3E%3Cscript%3E"' in page
    assert "<script>" not in page.replace("<script src", "")


def test_a_link_is_in_the_reader_s_language_unless_another_is_named() -> None:
    assert links.link("legal:terms") == "/ja/terms"
    assert links.link("legal:terms", "en") == "/en/terms"
    with i18n.speaking(Language.EN):
        assert links.link("legal:terms") == "/en/terms"
    with pytest.raises(NoRouteMatchFoundException):
        links.link("legal:nothing")


def test_an_empty_value_of_a_query_is_a_flag() -> None:
    query = {"saved": "", "q": "水 & 緑"}
    assert links.link("legal:terms", query=query) == "/ja/terms?saved&q=%E6%B0%B4+%26+%E7%B7%91"


def test_the_routes_that_letters_name_are_the_application_s(troubled: Litestar) -> None:
    """The worker knows a route by its declaration only."""
    import enishi_jobs.schedule  # noqa: F401 (its handlers declare the routes of their letters)

    patterns = {
        handler.name: route.path_format
        for route in troubled.routes
        if isinstance(route, HTTPRoute)
        for handler in route.route_handlers
    }
    declared = dict(links.declared())
    assert {"accounts:guardian", "accounts:invitation", "applications:show"} <= declared.keys()
    assert {"dialogues:receipt", "operator:sign-in"} <= declared.keys()
    assert {name: patterns.get(name) for name in declared} == declared


def test_a_process_without_routes_builds_the_same_addresses(
    troubled: Litestar, monkeypatch: pytest.MonkeyPatch
) -> None:
    with_routes = links.absolute("accounts:guardian", "en", token="a.b_c-d")
    monkeypatch.setattr(links, "_resolve", None)
    links._reverse.cache_clear()
    try:
        assert links.absolute("accounts:guardian", "en", token="a.b_c-d") == with_routes
    finally:
        links._reverse.cache_clear()


@pytest.mark.parametrize("host", ["", "[", "x:y", "enishi.test:99999"])
async def test_pages_need_no_host_that_makes_sense(visit: Visit, host: str) -> None:
    async with visit(host=host) as client:
        assert (await client.get("/ja/")).status_code == 200
        assert (await client.get("/ja/nowhere")).status_code == 404
