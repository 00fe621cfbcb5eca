"""Addresses of pages."""

import pytest
from litestar.exceptions import NoRouteMatchFoundException
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


@pytest.mark.parametrize("host", ["", "[", "x:y", "enishi.test:99999"])
async def test_pages_need_no_host_that_makes_sense(visit: Visit, host: str) -> None:
    async with visit(host=host) as client:
        assert (await client.get("/ja/")).status_code == 200
        assert (await client.get("/ja/nowhere")).status_code == 404
