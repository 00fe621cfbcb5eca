"""Every refusal and every fault has a page, a fragment and a problem document."""

from collections.abc import AsyncIterator

import pytest
from tests.web.conftest import EXHAUSTED, TROUBLES, Visit

from enishi.kit import db
from enishi.web.app import LARGEST_BODY

WAITS = {"429": "7", "503": "9"}
FRAGMENT = {"hx-request": "true"}
SAID_IN_JAPANESE = {
    "400": "送られた内容を読み取れませんでした。",
    "403": "この操作をする権限がありません。",
    "404": "お探しのページは見つかりませんでした。",
    "409": "状態が変わったため、この操作はできません。",
    "413": "送られたデータが大きすぎます。",
    "422": "入力内容に誤りがあります。",
    "429": "短い時間に操作が多すぎます。しばらく待ってからお試しください。",
    "500": "申し訳ありません。こちらの不具合で表示できませんでした。",
    "503": "ただいま混み合っています。しばらく待ってからお試しください。",
}


@pytest.mark.parametrize("language", ["ja", "en"])
@pytest.mark.parametrize("kind", TROUBLES)
async def test_a_refusal_is_a_whole_page_in_the_reader_s_language(
    visit: Visit, kind: str, language: str
) -> None:
    async with visit() as client:
        answer = await client.get(f"/{language}/trouble/{kind}")
    assert answer.status_code == int(kind)
    assert answer.headers["content-type"] == "text/html; charset=utf-8"
    assert answer.headers.get("retry-after") == WAITS.get(kind)
    assert f'<html lang="{language}">' in answer.text
    assert "</html>" in answer.text
    assert (SAID_IN_JAPANESE[kind] in answer.text) == (language == "ja")
    assert "operators" not in answer.text
    if kind == "500":
        assert answer.headers["x-request-id"] in answer.text


@pytest.mark.parametrize("kind", TROUBLES)
async def test_htmx_gets_a_notice_for_the_top_of_the_page(visit: Visit, kind: str) -> None:
    async with visit(**FRAGMENT) as client:
        answer = await client.get(f"/ja/trouble/{kind}")
    assert answer.status_code == int(kind)
    assert answer.headers["hx-retarget"] == "#notices"
    assert answer.headers.get("retry-after") == WAITS.get(kind)
    assert SAID_IN_JAPANESE[kind] in answer.text.replace("<wbr>", "")
    assert "<html" not in answer.text


async def test_a_boosted_link_gets_a_whole_page(visit: Visit) -> None:
    async with visit(**FRAGMENT, **{"hx-boosted": "true"}) as client:
        assert "<html" in (await client.get("/ja/trouble/404")).text


@pytest.mark.parametrize("kind", TROUBLES)
async def test_the_api_answers_with_a_problem_document(visit: Visit, kind: str) -> None:
    async with visit() as client:
        answer = await client.get(f"/api/trouble/{kind}", headers=FRAGMENT)
    assert answer.status_code == int(kind)
    assert answer.headers["content-type"].startswith("application/problem+json")
    assert answer.headers.get("retry-after") == WAITS.get(kind)
    problem = answer.json()
    assert problem["detail"] == SAID_IN_JAPANESE[kind]
    assert (problem["type"], problem["status"]) == ("about:blank", int(kind))
    assert problem["request_id"] == answer.headers["x-request-id"]


async def test_the_api_speaks_the_language_it_is_asked_in(visit: Visit) -> None:
    async with visit(**{"accept-language": "en"}) as client:
        problem = (await client.get("/api/nowhere")).json()
    assert problem["detail"] == "We could not find this page."
    assert problem["title"] == "Not Found"


async def test_a_method_that_a_page_does_not_take_is_refused_and_the_others_named(
    visit: Visit,
) -> None:
    async with visit() as client:
        answer = await client.post("/ja/terms")
    assert answer.status_code == 405
    assert "GET" in answer.headers["allow"]
    assert "このページでは、その操作はできません。" in answer.text


@pytest.mark.parametrize("kind", EXHAUSTED)
async def test_a_write_that_finds_no_room_is_no_fault_of_ours(visit: Visit, kind: str) -> None:
    async with visit() as client:
        page = await client.post(f"/ja/trouble/{kind}")
        notice = await client.post(f"/ja/trouble/{kind}", headers=FRAGMENT)
        problem = await client.post(f"/api/trouble/{kind}")
        read = await client.get(f"/ja/trouble/{kind}")
    for answer in (page, notice, problem, read):
        assert (answer.status_code, answer.headers["retry-after"]) == (503, "60")
        assert "記録されました" not in answer.text
    assert "ただいま保存ができません。" in page.text
    assert "保存" not in read.text


@pytest.mark.parametrize("kind", ["429", "503"])
async def test_only_what_was_sent_can_be_there_still(visit: Visit, kind: str) -> None:
    async with visit() as client:
        assert "ブラウザーの「戻る」" not in (await client.get(f"/ja/trouble/{kind}")).text
        assert "ブラウザーの「戻る」" in (await client.post(f"/ja/trouble/{kind}")).text


@pytest.fixture
def unreachable(own_database: None, monkeypatch: pytest.MonkeyPatch) -> None:
    """A database that is not there: no pool, and a socket that does not exist."""
    monkeypatch.setattr(db.DB, "pool", None)
    monkeypatch.setattr(db.DB, "config", {"dsn": "postgresql://enishi@/enishi?host=/nonexistent"})


@pytest.mark.parametrize("language", ["ja", "en"])
async def test_without_its_database_the_site_says_so_and_when_to_come_back(
    visit: Visit, unreachable: None, language: str
) -> None:
    said = {"ja": "ただいまサービスを利用できません。", "en": "The service is not available"}
    async with visit(**{"accept-language": language}) as client:
        for path in ("/ja/rows", "/api/rows"):
            answer = await client.get(path)
            assert (answer.status_code, answer.headers["retry-after"]) == (503, "5")
        assert said[language] in answer.text
        ready = await client.get("/readyz")
        assert (ready.status_code, ready.json()) == (503, {"database": "unreachable"})
        assert (await client.get("/healthz")).status_code == 200
        assert (await client.get("/ja/terms")).status_code == 200
        assert (await client.get("/ja/")).status_code == 503


async def test_a_body_over_the_limit_is_refused(visit: Visit) -> None:
    async with visit() as client:
        within = await client.post("/ja/echo", data={"a": "x" * (LARGEST_BODY - 10)})
        over = await client.post("/ja/echo", data={"a": "x" * LARGEST_BODY})
        streamed = await client.post("/ja/echo", content=_stream(), headers=_FORM)
    assert within.status_code == 201
    assert over.status_code == streamed.status_code == 413
    assert SAID_IN_JAPANESE["413"] in over.text


_FORM = {"content-type": "application/x-www-form-urlencoded"}


async def _stream() -> AsyncIterator[bytes]:
    for _ in range(12):
        yield b"a" * 100_000


@pytest.mark.parametrize(
    ("content", "kind"),
    [
        (b"a=%FF%FE", "application/x-www-form-urlencoded"),
        (b"a=%00", "application/x-www-form-urlencoded"),
        (b"%", "application/x-www-form-urlencoded"),
        (b"--x\r\nbroken", "multipart/form-data; boundary=x"),
        (b"x", "multipart/form-data"),
        (b"", "multipart/form-data; boundary="),
        (
            b'--x\r\nContent-Disposition: form-data; name="a"\r\n\r\n\xff\r\n--x--\r\n',
            "multipart/form-data; boundary=x",
        ),
        (b"x", "nonsense"),
    ],
)
async def test_a_body_that_cannot_be_read_is_no_fault_of_ours(
    visit: Visit, content: bytes, kind: str
) -> None:
    async with visit() as client:
        answer = await client.post("/ja/echo", content=content, headers={"content-type": kind})
    assert answer.status_code < 500


async def test_a_text_that_postgresql_cannot_keep_is_a_bad_request(
    visit: Visit, own_database: None
) -> None:
    async with visit() as client:
        assert (await client.get("/api/rows?text=a%00b")).status_code == 400
        assert (await client.get("/api/rows?text=ab")).json() == {"rows": [{"text": "ab"}]}
