"""What search engines and those who share an address read: robots.txt, sitemaps, og: tags."""

import re
from xml.etree import ElementTree as ET

import httpx
import pytest
from tests.consultations.build import invalidate, make_dialogue
from tests.programmes.listed import make_date, make_programme

from enishi.settings import Settings
from enishi.web.site import crawlers

SITEMAP = "{http://www.sitemaps.org/schemas/sitemap/0.9}"
XHTML = "{http://www.w3.org/1999/xhtml}"


@pytest.fixture(autouse=True)
def _anew() -> None:
    crawlers.invalidate()
    invalidate()


async def read(visitor: httpx.AsyncClient, address: str) -> ET.Element:
    answer = await visitor.get(address)
    assert answer.status_code == 200, address
    assert answer.headers["content-type"] == "application/xml; charset=utf-8"
    return ET.fromstring(answer.text)  # noqa: S314 (our own answer)


def addresses(root: ET.Element) -> list[str]:
    return [each.text or "" for each in root.iter(f"{SITEMAP}loc")]


def path(address: str) -> str:
    return re.sub("^https?://[^/]+", "", address)


async def test_sitemaps_list_public_pages_in_both_languages(visitor: httpx.AsyncClient) -> None:
    public = await make_dialogue()
    draft = await make_dialogue(published_at=None)
    sample = await make_dialogue(is_sample=True)
    programme = await make_programme()
    hidden = await make_programme(state="draft")
    parts = [path(each) for each in addresses(await read(visitor, "/sitemap.xml"))]
    assert parts[:3] == ["/sitemaps/pages/0", "/sitemaps/places/0", "/sitemaps/places/1"]
    found = {path(address) for part in parts for address in addresses(await read(visitor, part))}
    for language in ("ja", "en"):
        assert f"/{language}/dialogues/{public.slug}" in found
        assert f"/{language}/programmes/{programme.slug}" in found
        assert f"/{language}/places/municipalities/212172" in found
    for slug in (draft.slug, sample.slug, hidden.slug):
        assert not any(address.endswith(f"/{slug}") for address in found)
    assert (await visitor.get("/sitemaps/dialogues/1")).status_code == 404
    assert (await visitor.get("/sitemaps/nothing/0")).status_code == 404
    assert (await visitor.get("/sitemaps/places/99999")).status_code == 404


async def test_each_entry_names_its_other_language_and_can_be_read(
    visitor: httpx.AsyncClient,
) -> None:
    root = await read(visitor, "/sitemaps/pages/0")
    for entry in root.iter(f"{SITEMAP}url"):
        codes = [each.get("hreflang") for each in entry.iter(f"{XHTML}link")]
        assert codes == ["ja", "en", "x-default"]
    for address in addresses(root):
        assert (await visitor.get(path(address))).status_code == 200, address


async def test_a_part_is_bounded(
    visitor: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(crawlers, "SIZE", 2)
    monkeypatch.setattr(crawlers, "MOST_PARTS", 3)
    made = [await make_dialogue() for _ in range(3)]
    parts = [path(each) for each in addresses(await read(visitor, "/sitemap.xml"))]
    assert [each for each in parts if "/dialogues/" in each] == [
        "/sitemaps/dialogues/0",
        "/sitemaps/dialogues/1",
    ]
    assert len([each for each in parts if "/places/" in each]) == 3
    [first, _, second, _] = addresses(await read(visitor, "/sitemaps/dialogues/0"))
    assert [path(first), path(second)] == [f"/ja/dialogues/{made[n].slug}" for n in (2, 1)]


async def test_robots_keep_out_of_personal_pages_and_of_sites_for_trying(
    visitor: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    said = (await visitor.get("/robots.txt")).text
    assert "Disallow: /\n" in said
    production = Settings(environment="production", base_url="https://enishi.example")  # type: ignore[arg-type]
    monkeypatch.setattr(crawlers, "get_settings", lambda: production)
    said = (await visitor.get("/robots.txt")).text
    assert "Disallow: /ja/office\n" in said
    assert "Disallow: /\n" not in said
    assert "Sitemap: https://enishi.example/sitemap.xml" in said


async def test_the_manifest_names_an_icon_that_is_there(visitor: httpx.AsyncClient) -> None:
    page = (await visitor.get("/ja/")).text
    [address] = re.findall(r'rel="manifest" href="([^"]+)"', page)
    about = (await visitor.get(address)).json()
    assert about["start_url"] == "/"
    assert (await visitor.get(about["icons"][0]["src"])).status_code == 200


def tags(page: str) -> dict[str, str]:
    found = re.findall(r'<meta property="og:(\w+)" content="([^"]*)">', page)
    assert len(found) == len(dict(found))
    return dict(found)


async def test_public_pages_describe_themselves_to_those_who_share_them(
    visitor: httpx.AsyncClient,
) -> None:
    dialogue = await make_dialogue()
    programme = await make_programme()
    await make_date(programme)
    for address in (
        "/ja/",
        "/ja/dialogues",
        f"/ja/dialogues/{dialogue.slug}",
        "/en/programmes",
        f"/ja/programmes/{programme.slug}",
        "/ja/places/municipalities/212172",
    ):
        answer = await visitor.get(address)
        about = tags(answer.text)
        assert set(about) == {"type", "site_name", "title", "description", "url", "locale"}
        assert path(about["url"]) == address.rstrip("/")
        assert about["title"]
        assert about["description"]
    assert tags((await visitor.get("/ja/sign-in")).text) == {}


@pytest.mark.parametrize("language", ["ja", "en"])
async def test_a_page_that_is_not_there_leads_on(visitor: httpx.AsyncClient, language: str) -> None:
    page = await visitor.get(f"/{language}/nowhere")
    assert page.status_code == 404
    assert f'action="/{language}/places" method="get" role="search"' in page.text
    for name in ("help", "contact"):
        address = f"/{language}/{name}"
        assert f'href="{address}"' in page.text
        shown = await visitor.get(address)
        assert shown.status_code == 200
        inside = set(re.findall(r'href="(/[^"#]+)"', shown.text))
        for link in inside - {"/manifest.webmanifest"}:
            assert (await visitor.get(link)).status_code in (200, 303), link
