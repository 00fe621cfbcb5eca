"""What all responses have in common."""

import contextlib
import io
import json
import re
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from litestar import Litestar
from tests.web.conftest import Visit

from enishi.kit.http import request_log
from enishi.settings import Settings
from enishi.web import security
from enishi.web.edge import Edge

EVERYWHERE = [
    ("GET", "/"),
    ("GET", "/ja/"),
    ("GET", "/en/nowhere"),
    ("GET", "/fr/"),
    ("GET", "/static/site.css"),
    ("GET", "/static/missing.css"),
    ("GET", "/healthz"),
    ("GET", "/metrics"),
    ("GET", "/files/nothing"),
    ("POST", "/ja/"),
    ("BREW", "/ja/"),
    ("GET", "/ja/trouble/500"),
    ("GET", "/api/trouble/409"),
    ("GET", "/api/rows"),
]


@pytest.mark.parametrize(("method", "path"), EVERYWHERE)
async def test_every_answer_is_named_and_has_the_security_headers(
    visit: Visit, method: str, path: str
) -> None:
    async with visit() as client:
        answers = [await client.request(method, path) for _ in range(2)]
    for headers in (answer.headers for answer in answers):
        policy = headers["content-security-policy"].split("; ")
        assert {"default-src 'none'", "frame-ancestors 'none'", "base-uri 'none'"} <= set(policy)
        assert "unsafe" not in headers["content-security-policy"]
        assert headers["x-content-type-options"] == "nosniff"
        assert headers["referrer-policy"] == "same-origin"
        assert headers["cross-origin-opener-policy"] == "same-origin"
        assert "geolocation=()" in headers["permissions-policy"]
        assert headers["cache-control"]
        assert re.fullmatch("[0-9a-f]{32}", headers["x-request-id"])
        assert len(headers.get_list("content-security-policy")) == 1
    assert answers[0].headers["x-request-id"] != answers[1].headers["x-request-id"]
    assert all(answer.status_code != 500 or "500" in path for answer in answers)


async def test_a_page_that_says_how_long_it_may_be_kept_is_believed(visit: Visit) -> None:
    async with visit() as client:
        assert (await client.get("/static/site.css")).headers["cache-control"] != "no-store"
        assert (await client.get("/static/missing.css")).headers["cache-control"] == "no-store"
        assert (await client.get("/ja/trouble/403")).headers["cache-control"] == "no-store"


def test_a_site_with_tls_insists_on_it() -> None:
    assert b"strict-transport-security" in dict(
        security.headers(Settings(base_url="https://enishi.example"))
    )
    assert b"strict-transport-security" not in dict(
        security.headers(Settings(base_url="http://127.0.0.1:8000"))
    )


SAME, FOREIGN = "http://enishi.test", "http://evil.test"
FORGED = [
    {"sec-fetch-site": "cross-site"},
    {"sec-fetch-site": "same-site"},
    {"sec-fetch-site": ""},
    {"sec-fetch-site": "cross-site", "origin": SAME},
    {"origin": FOREIGN},
    {"origin": FOREIGN, "referer": SAME},
    {"origin": "null", "referer": SAME},
    {"origin": "null", "host": ""},
    {"origin": "http://enishi.test.evil.test"},
    {"origin": "http://enishi.test:81"},
    {"origin": "http://enishi.test@evil.test"},
    {"origin": "http://[", "cookie": "a=1"},
    {"origin": "enishi.test"},
    {"referer": f"{FOREIGN}/?{SAME}"},
    {"cookie": "session=1"},
]
OURS = [
    {"sec-fetch-site": "same-origin", "cookie": "session=1"},
    {"sec-fetch-site": "none", "cookie": "session=1"},
    {"origin": SAME, "cookie": "session=1"},
    {"origin": "HTTP://ENISHI.TEST", "cookie": "session=1"},
    {"referer": f"{SAME}/ja/form", "cookie": "session=1"},
    {},
]


@pytest.mark.parametrize("headers", FORGED)
@pytest.mark.parametrize("language", ["ja", "en"])
async def test_a_forged_write_is_refused_with_a_page(
    visit: Visit, language: str, headers: dict[str, str]
) -> None:
    async with visit(**headers) as client:
        answer = await client.post(f"/{language}/echo", data={"a": "1"})
    said = {"ja": "安全のため、この操作を中止しました", "en": "For safety this was not carried out"}
    assert answer.status_code == 403
    assert said[language] in answer.text.replace("<wbr>", "")
    assert f'<html lang="{language}">' in answer.text


@pytest.mark.parametrize("headers", OURS)
async def test_a_write_from_our_own_page_or_from_a_program_is_taken(
    visit: Visit, headers: dict[str, str]
) -> None:
    async with visit(**headers) as client:
        answer = await client.post("/ja/echo", data={"a": "1"})
    assert (answer.status_code, answer.json()) == (201, {"a": "1"})


@pytest.mark.parametrize("headers", FORGED)
async def test_reading_is_open_to_links_from_everywhere(
    visit: Visit, headers: dict[str, str]
) -> None:
    async with visit(**headers) as client:
        assert (await client.get("/ja/")).status_code == 200


async def test_a_forged_write_to_the_api_is_told_as_a_problem(visit: Visit) -> None:
    async with visit(origin=FOREIGN) as client:
        answer = await client.post("/api/echo", data={"a": "1"})
    assert (answer.status_code, answer.json()["status"]) == (403, 403)


METHODS = st.sampled_from(["POST", "PUT", "PATCH", "DELETE", "BREW"])
SITES = st.none() | st.sampled_from(["cross-site", "same-site", "", "x"]) | st.text(max_size=9)


@given(
    METHODS,
    st.text(max_size=20) | st.just("null"),
    st.text(st.sampled_from("htp:/[]@evil.st"), max_size=20),
)
def test_no_origin_but_our_own_may_write(method: str, origin: str, referer: str) -> None:
    headers = {
        b"host": b"enishi.example",
        b"origin": origin.encode("latin-1", "ignore") or b"x",
        b"referer": referer.encode(),
    }
    for own in ("", "https://enishi.example"):
        assert security.is_forged(method, headers, own)


@given(METHODS, SITES, st.just("https://enishi.example"))
def test_what_the_browser_says_of_the_site_outweighs_the_origin(
    method: str, site: str | None, origin: str
) -> None:
    headers = {b"host": b"enishi.example", b"origin": origin.encode()}
    if site is not None:
        headers[b"sec-fetch-site"] = site.encode()
    trusted = site is None or site in ("same-origin", "none")
    assert security.is_forged(method, headers, origin) is not trusted


async def test_in_production_only_our_own_host_is_served(
    visit: Visit, production: Settings
) -> None:
    async with visit("https://enishi.example") as client:
        assert (await client.get("/ja/")).status_code == 200
        assert (await client.get("/ja/", headers={"host": "ENISHI.example"})).status_code == 200
    for foreign in ("https://evil.test", "https://127.0.0.1", "https://enishi.example:444"):
        async with visit(foreign) as client:
            answer = await client.get("/en/")
            assert answer.status_code == 421
            assert "There is no service at this address." in answer.text
            assert (await client.get("/ja/", headers={"host": ""})).status_code == 421
            assert (await client.get("/healthz")).status_code == 200


async def test_in_production_the_origin_is_ours_and_not_the_hosts(
    visit: Visit, production: Settings
) -> None:
    async with visit("https://enishi.example", cookie="a=1") as client:
        for origin, status in {
            "https://enishi.example": 201,
            "http://enishi.example": 403,
            "https://evil.test": 403,
        }.items():
            answer = await client.post("/ja/echo", data={"a": "1"}, headers={"origin": origin})
            assert answer.status_code == status


async def test_head_is_get_without_the_body(visit: Visit) -> None:
    async with visit() as client:
        for path in ("/ja/", "/static/site.css", "/healthz", "/en/nowhere"):
            whole, head = await client.get(path), await client.head(path)
            assert head.status_code == whole.status_code
            assert head.content == b""
            assert head.headers["content-type"] == whole.headers["content-type"]


async def test_a_fault_of_the_error_page_itself_is_still_an_answer(
    visit: Visit, troubled: Litestar
) -> None:
    async def broken(scope: Any, receive: Any, send: Any) -> None:
        raise ZeroDivisionError

    async with visit(app=Edge(broken)) as client:
        answer = await client.get("/ja/")
    assert answer.status_code == 500
    assert "申し訳ありません" in answer.text
    assert answer.headers["x-request-id"]
    assert answer.headers["content-security-policy"]


async def test_a_page_that_breaks_off_is_not_completed_to_look_whole() -> None:
    async def breaks_off(scope: Any, receive: Any, send: Any) -> None:
        await send({"type": "http.response.start", "status": 200, "headers": []})
        raise ZeroDivisionError

    sent = []

    async def send(message: Any) -> None:
        sent.append(message["type"])

    scope: Any = {"type": "http", "method": "GET", "path": "/ja/", "headers": []}
    with pytest.raises(ZeroDivisionError):
        await Edge(breaks_off)(scope, None, send)  # type: ignore[arg-type]
    assert sent == ["http.response.start"]


@pytest.mark.parametrize(
    ("preferred", "language"), [("", "ja"), ("en-US,en;q=0.9", "en"), ("fr", "ja")]
)
async def test_the_bare_address_leads_once_to_the_reader_s_language(
    visit: Visit, preferred: str, language: str
) -> None:
    async with visit(**{"accept-language": preferred}) as client:
        answer = await client.get("/")
        assert (answer.status_code, answer.headers["location"]) == (302, f"/{language}/")
        assert answer.headers["vary"] == "Accept-Language"
        assert (await client.get(answer.headers["location"])).status_code == 200


@pytest.mark.parametrize("path", ["/fr/", "/JA/", "/japan", "/ja.html", "/en-US/", "/a%00b/"])
async def test_a_language_that_is_not_ours_does_not_exist(visit: Visit, path: str) -> None:
    async with visit(**{"accept-language": "en"}) as client:
        answer = await client.get(path)
    assert answer.status_code == 404
    assert '<html lang="en">' in answer.text


async def test_the_language_of_the_address_outweighs_that_of_the_browser(visit: Visit) -> None:
    async with visit(**{"accept-language": "en"}) as client:
        assert '<html lang="ja">' in (await client.get("/ja/")).text
    async with visit(**{"accept-language": "ja"}) as client:
        assert '<html lang="en">' in (await client.get("/en/")).text


async def test_the_log_holds_neither_path_nor_query_nor_what_was_typed(
    visit: Visit, capsys: pytest.CaptureFixture[str]
) -> None:
    secret = "RCPT-SECRET"
    written = io.StringIO()
    with contextlib.redirect_stderr(written):
        async with visit(authorization=f"Bearer {secret}", cookie=f"s={secret}") as client:
            await client.get(f"/files/{secret}?token={secret}")
            await client.get(f"/ja/{secret}?q={secret}")
            await client.get(f"/ja/rows?text={secret}%00")
            await client.get(f"/ja/trouble/{secret}")
            await client.request(secret, "/ja/")
            await client.post("/ja/echo", data={"name": secret})
        request_log.flush()
    lines = [json.loads(line) for line in written.getvalue().splitlines() if line[0] == "{"]
    told = [line for line in lines if line["event"] == "web.request.answered"]
    assert secret not in written.getvalue() + capsys.readouterr().err
    assert [line["status"] for line in told] == [404, 404, 400, 500, 403, 403]
    assert told[0]["route"] == "/files/{public_id}"
    assert told[4]["method"] == "other"
    assert len({line["request_id"] for line in told}) == 6
