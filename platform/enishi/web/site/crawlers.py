"""What search engines and browsers ask a site for: robots.txt, sitemaps, and the manifest.

A sitemap is split into parts of at most SIZE pages (the protocol allows 50,000 addresses), each
page in both languages with its alternates. There are at most MOST_PARTS parts of a kind, the newest
pages first. Samples are in none.
"""

from collections.abc import Awaitable, Callable, Sequence
from datetime import date
from typing import Any
from xml.sax.saxutils import escape

from litestar import Response, get
from litestar.params import FromPath

from enishi.accounts.access import PUBLIC
from enishi.consultations.core import queries as consultations
from enishi.kit import links
from enishi.kit.cache import SharedCache
from enishi.kit.errors import NotFoundError
from enishi.kit.i18n import DEFAULT_LANGUAGE, Language, gettext
from enishi.places import queries as places
from enishi.programmes.listings.queries import public as programmes
from enishi.settings import Environment, get_settings
from enishi.web import static

SIZE, MOST_PARTS = 1000, 20
_KEPT = {"cache-control": "public, max-age=3600"}
_cache: SharedCache[bytes] = SharedCache(seconds=600, size=4 * MOST_PARTS)

# (route, parameters, day of the last change)
Entry = tuple[str, dict[str, str], date | None]
_PAGES = (
    *("home:index", "home:organisers", "dialogues:index", "programmes:index", "places:index"),
    *("themes:index", "statistics:index", "certificates:verify", "help:index"),
    *(
        "help:contact",
        "dialogues:moderation-policy",
        "legal:terms",
        "legal:privacy",
        "legal:accessibility",
    ),
)
# Pages of persons and offices; each has nothing to find for a search engine.
_PRIVATE = ("me", "my", "office", "operator", "sign-in", "sign-up", "guardian", "invitations")


@get("/robots.txt", name="crawlers:robots", access=PUBLIC, include_in_schema=False)
async def robots() -> Response[str]:
    """Rules for crawlers; a site that is not in production is not to be listed at all."""
    if get_settings().environment is Environment.PRODUCTION:
        closed = [f"Disallow: /{language}/{name}" for language in Language for name in _PRIVATE]
    else:
        closed = ["Disallow: /"]
    lines = ["User-agent: *", *closed, "", f"Sitemap: {_base()}/sitemap.xml", ""]
    return Response("\n".join(lines), media_type="text/plain; charset=utf-8", headers=_KEPT)


@get("/sitemap.xml", name="crawlers:sitemap", access=PUBLIC, include_in_schema=False)
async def index() -> Response[bytes]:
    return _xml(await _cache.get("index", _index))


@get(
    "/sitemaps/{kind:str}/{number:int}",
    name="crawlers:sitemap-part",
    access=PUBLIC,
    include_in_schema=False,
)
async def part(kind: FromPath[str], number: FromPath[int]) -> Response[bytes]:
    if kind not in _KINDS or not 0 <= number < MOST_PARTS:
        raise NotFoundError
    return _xml(await _cache.get((kind, number), lambda: _part(kind, number)))


@get("/manifest.webmanifest", name="crawlers:manifest", access=PUBLIC, include_in_schema=False)
async def manifest() -> Response[dict[str, Any]]:
    """For adding the site to the start screen of a telephone; it opens in the browser."""
    about = {
        "name": gettext("縁 Enishi"),
        "short_name": gettext("縁"),
        "start_url": "/",
        "display": "browser",
        "background_color": "#fbf7f0",
        "theme_color": "#a4262c",
        "icons": [
            {"src": static.url("img/favicon.svg"), "sizes": "any", "type": "image/svg+xml"},
        ],
    }
    return Response(about, media_type="application/manifest+json", headers=_KEPT)


def invalidate() -> None:
    """Cache invalidation for tests, which write pages behind the cache."""
    _cache.invalidate()


async def _site_pages(skipped: int) -> Sequence[Entry]:
    return [(name, {}, None) for name in _PAGES[skipped : skipped + SIZE]]


async def _place_pages(skipped: int) -> Sequence[Entry]:
    found: list[Entry] = []
    for prefecture in places.list_prefectures():
        found.append(("places:prefecture", {"code": prefecture.code}, None))
        found += [
            ("places:municipality", {"code": each.code}, None)
            for each in places.list_municipalities(prefecture.code)
        ]
    return found[skipped : skipped + SIZE]


async def _dialogue_pages(skipped: int) -> Sequence[Entry]:
    rows = await consultations.list_addresses(SIZE, skipped)
    return [("dialogues:show", {"slug": slug}, day) for slug, day in rows]


async def _programme_pages(skipped: int) -> Sequence[Entry]:
    rows = await programmes.list_addresses(SIZE, skipped)
    return [("programmes:show", {"slug": slug}, day) for slug, day in rows]


_KINDS: dict[str, Callable[[int], Awaitable[Sequence[Entry]]]] = {
    "pages": _site_pages,
    "places": _place_pages,
    "dialogues": _dialogue_pages,
    "programmes": _programme_pages,
}
_HEAD = '<?xml version="1.0" encoding="UTF-8"?>\n'
_NAMESPACES = (
    'xmlns="http://www.sitemaps.org/schemas/sitemap/0.9" xmlns:xhtml="http://www.w3.org/1999/xhtml"'
)


async def _index() -> bytes:
    listed = []
    for kind, entries in _KINDS.items():
        for number in range(MOST_PARTS):
            if not await entries(number * SIZE):
                break
            listed.append(f"<sitemap><loc>{_base()}/sitemaps/{kind}/{number}</loc></sitemap>")
    body = "\n".join(listed)
    return f"{_HEAD}<sitemapindex {_NAMESPACES}>\n{body}\n</sitemapindex>\n".encode()


async def _part(kind: str, number: int) -> bytes:
    entries = await _KINDS[kind](number * SIZE)
    if not entries:
        raise NotFoundError
    body = "\n".join(_urls(*entry) for entry in entries)
    return f"{_HEAD}<urlset {_NAMESPACES}>\n{body}\n</urlset>\n".encode()


def _urls(route: str, parameters: dict[str, str], changed: date | None) -> str:
    """The entries of one page: one for each language, each with all alternates."""
    addresses = {
        language.value: escape(links.absolute(route, language.value, **parameters))
        for language in Language
    }
    codes = addresses | {"x-default": addresses[DEFAULT_LANGUAGE.value]}
    alternates = "".join(
        f'<xhtml:link rel="alternate" hreflang="{code}" href="{address}"/>'
        for code, address in codes.items()
    )
    day = f"<lastmod>{changed.isoformat()}</lastmod>" if changed else ""
    return "\n".join(
        f"<url><loc>{address}</loc>{day}{alternates}</url>" for address in addresses.values()
    )


def _base() -> str:
    return get_settings().base_url.rstrip("/")


def _xml(body: bytes) -> Response[bytes]:
    return Response(body, media_type="application/xml; charset=utf-8", headers=_KEPT)


HANDLERS = [robots, index, part, manifest]
