"""Static files: joined, compressed, and kept for ever under the address of their content."""

import re

import httpx
import pytest
from tests.web.conftest import Visit

from enishi.paths import STATIC
from enishi.settings import Settings, get_settings
from enishi.web import bundles, static

FOR_EVER = "public, max-age=31536000, immutable"
FILES = ("site.css", "site.js", "img/mark.svg", "vendor/htmx/htmx.min.js")


@pytest.fixture(params=["test", "development"])
def environment(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> str:
    """Of `make run` too, where a file may change under the running server."""
    settings = Settings(environment=request.param, database_url=get_settings().database_url)
    monkeypatch.setattr(static, "get_settings", lambda: settings)
    return str(request.param)


@pytest.mark.parametrize("name", FILES)
async def test_a_file_may_be_kept_for_ever_under_the_address_of_its_content(
    visit: Visit, environment: str, name: str
) -> None:
    url = static.url(name)
    assert re.fullmatch(rf"/static/{re.escape(name)}\?v=[0-9a-f]{{12}}", url)
    async with visit() as client:
        answer = await client.get(url)
    assert answer.status_code == 200
    assert answer.headers["cache-control"] == FOR_EVER


@pytest.mark.parametrize("version", ["", "?v=", "?v=0123456789ab", "?w=1"])
async def test_under_another_version_s_address_a_file_is_not_kept(
    visit: Visit, version: str
) -> None:
    """A page of an older process names an older file: what it gets must not stay under its name."""
    async with visit() as client:
        answer = await client.get(f"/static/site.css{version}")
        current = await client.get(static.url("site.css"))
    assert (answer.status_code, answer.content) == (200, current.content)
    assert answer.headers["cache-control"] == "no-cache"


@pytest.mark.parametrize(
    ("accepted", "coding"),
    [("gzip, deflate, br, zstd", "br"), ("zstd", "zstd"), ("gzip", "gzip"), ("identity", None)],
)
@pytest.mark.parametrize("name", FILES)
async def test_a_file_is_compressed_as_the_client_accepts(
    visit: Visit, name: str, accepted: str, coding: str | None
) -> None:
    async with visit() as client:
        plain = await client.get(static.url(name), headers={"accept-encoding": "identity"})
        answer = await client.get(static.url(name), headers={"accept-encoding": accepted})
        known = {"accept-encoding": accepted, "if-none-match": answer.headers["etag"]}
        again = await client.get(static.url(name), headers=known)
    assert answer.content == plain.content
    assert answer.headers.get("content-encoding") == coding
    assert answer.headers["vary"] == "accept-encoding"
    size = int(answer.headers["content-length"])
    assert size < len(plain.content) * 0.5 or coding is None
    assert (again.status_code, again.content) == (304, b"")
    assert again.headers["etag"] == answer.headers["etag"]


async def test_types_are_named(visit: Visit) -> None:
    async with visit() as client:
        types = [(await client.get(static.url(name))).headers["content-type"] for name in FILES]
    script = "text/javascript; charset=utf-8"
    assert types == ["text/css; charset=utf-8", script, "image/svg+xml", script]


def test_a_file_that_is_missing_is_noticed_when_its_address_is_asked_for() -> None:
    with pytest.raises(FileNotFoundError):
        static.url("css/missing.css")


@pytest.mark.parametrize(
    "path", ["../base.html", "%2e%2e/base.html", "..%2fbase.html", "", "img", "css/base.css"]
)
async def test_only_what_pages_ask_for_is_served(visit: Visit, path: str) -> None:
    async with visit() as client:
        assert (await client.get(f"/static/{path}")).status_code in (403, 404)


async def test_an_edited_source_is_seen_at_once_in_development(
    monkeypatch: pytest.MonkeyPatch, environment: str
) -> None:
    before = static.url("site.css")
    monkeypatch.setitem(static._JOINED, "site.css", lambda: "body{}")
    monkeypatch.setattr(static, "_newest_change", lambda: 1)
    assert (static.url("site.css") != before) == (environment == "development")
    static._read_all.cache_clear()


OF_ONE_PAGE = ("js/verify.js",)  # loaded by its page, which works offline from then on


def test_each_source_is_in_a_bundle_once() -> None:
    scripts = (*bundles.SCRIPTS, *OF_ONE_PAGE)
    for folder, joined in (("css", bundles.STYLES), ("js", scripts)):
        found = {f"{folder}/{path.name}" for path in (STATIC / folder).iterdir()}
        assert sorted(joined) == sorted(found)


_OF_ALL_PAGES = {
    *("css/foundation.css", "css/base.css", "css/layout.css", "css/navigation.css"),
    *("css/controls.css", "css/blocks.css", "css/flow.css", "css/accounts.css"),
    *("css/tables.css", "css/charts.css", "css/print.css"),
}
# Of one page each, because nothing else is marked up so.
_TOLD_APART_BY_MARKUP = {
    "ol.party > li + li",
    "ul.party",
    "ul.party > li",
    ".page__head > .row + h1",
}


def _selectors(name: str) -> list[str]:
    text = re.sub(r"/\*.*?\*/", "", (STATIC / name).read_text(encoding="utf-8"), flags=re.DOTALL)
    groups = [
        group for group in re.findall(r"([^{};@]+)\{", text) if re.search(r"[.#][a-z]", group)
    ]
    return [each.strip() for group in groups for each in re.split(r",(?![^(]*\))", group)]


def _names(selectors: list[str]) -> set[str]:
    return set(re.findall(r"[.#][a-z][\w-]*", " ".join(selectors)))


def test_a_rule_for_some_pages_names_something_of_theirs() -> None:
    """In one sheet for all, `.breadcrumb` in the part for an office would change every page."""
    of_each = {name: _selectors(name) for name in bundles.STYLES}
    found = set()
    for name in of_each.keys() - _OF_ALL_PAGES:
        others = {each for each in of_each if each not in (name, "css/print.css")}
        elsewhere = _names([each for other in others for each in of_each[other]])
        elsewhere = {each for each in elsewhere if not each.startswith(".page--")}
        found |= {each for each in of_each[name] if not _names([each]) - elsewhere}
    assert found - {""} == _TOLD_APART_BY_MARKUP


def test_a_style_sheet_is_joined_without_what_only_its_authors_read() -> None:
    styles = """
    /* what; it { is } */
    .a > .b ,
    .c:hover { color : red;  content: "; {/* } " attr(x) ' a  b;'; }

    @media (width >= 48rem) { .d .e { margin: 0 auto } }
    """
    assert bundles.without_authors_space(styles) == (
        ".a > .b,.c:hover{color : red;content: \"; {/* } \" attr(x) ' a  b;';}"
        "@media (width >= 48rem){.d .e{margin: 0 auto}}"
    )


def test_of_the_tokens_those_stay_that_a_style_uses() -> None:
    tokens = ":root {\n --a: 1px;\n --b: var(--c);\n --c: red;\n --d: 2px;\n}"
    styles = ".x { color: var(--b); width: var( --own ); }"
    assert bundles.used_tokens(tokens, styles) == ":root{--b:var(--c);--c:red;}"


def test_a_script_is_joined_without_comments_and_indentation() -> None:
    script = """/* What
   it is. */
(() => {
  // why
  const at = "http://x"; // stays
  /* one line */

  say(`//${at}`);
})();
"""
    joined = '(() => {\nconst at = "http://x"; // stays\nsay(`//${at}`);\n})();'
    assert bundles.without_comment_lines(script) == joined


def test_no_string_of_a_script_goes_over_several_lines() -> None:
    """Indentation is taken away, and in such a string it would be text."""
    for name in bundles.SCRIPTS:
        for line in (STATIC / name).read_text(encoding="utf-8").splitlines():
            assert line.count("`") % 2 == 0, f"{name}: {line}"


async def test_a_page_asks_for_one_style_sheet_and_one_script(visitor: httpx.AsyncClient) -> None:
    page = (await visitor.get("/ja/")).text
    assert re.findall(r'<link rel="stylesheet" href="([^"]+)"', page) == [static.url("site.css")]
    assert re.findall(r'<script src="([^"]+)" defer>', page) == [static.url("site.js")]
    assert page.count("<script") == 1
