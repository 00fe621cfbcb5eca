"""The fast path answers plain votes and cards exactly as the framework does."""

import uuid
from collections.abc import AsyncIterator
from typing import Any

import httpx
import pytest
from tests.consultations.build import Dialogue, close, invalidate, make_dialogue, make_statement

from enishi.consultations.voting import fast_path, limits, writer
from enishi.kit import clock, page_cache
from enishi.kit.token_buckets import TokenBuckets
from enishi.web.fast_path import FastPath

# A request that repeats a header is left to the framework.
BY_FRAMEWORK = [("x-twice", "1"), ("x-twice", "2"), ("content-type", "application/json")]
BY_FAST_PATH = [("content-type", "application/json")]


@pytest.fixture
async def dialogue(own_database: None) -> AsyncIterator[Dialogue]:
    invalidate()
    made = await make_dialogue()
    async with writer.writing():
        yield made


@pytest.fixture
async def guest(visitor: httpx.AsyncClient, dialogue: Dialogue) -> httpx.AsyncClient:
    """A guest whose first vote has put the participant and the consultation into the caches."""
    first = await visitor.put(at(dialogue, await make_statement(dialogue)), json={"vote": 0})
    assert first.status_code == 204
    return visitor


def at(dialogue: Dialogue, statement: object) -> str:
    return f"/api/v1/dialogues/{dialogue.slug}/statements/{statement}/vote"


async def both_answers(client: httpx.AsyncClient, address: str, content: bytes) -> list[Any]:
    """(status, headers, body) of the fast path and of the framework, without the request id."""
    answers = []
    for headers in (BY_FAST_PATH, BY_FRAMEWORK):
        answer = await client.put(address, content=content, headers=headers)
        kept = {name: text for name, text in answer.headers.items() if name != "x-request-id"}
        body = answer.json() if answer.content else {}
        body.pop("request_id", None)
        kept.pop("content-length", None)
        answers.append((answer.status_code, kept, body))
    return answers


@pytest.mark.parametrize(
    ("content", "status"),
    [
        (b'{"vote":1}', 204),
        (b' {"vote" : -1}\n', 204),
        (b'{"vote":2}', 400),
        (b'{"vote":1,"more":2}', 400),
        (b'{"vote":true}', 400),
        (b"{", 400),
        (b"", 400),
        (b"\xff", 400),
    ],
)
async def test_fast_path_and_framework_answer_alike(
    guest: httpx.AsyncClient, dialogue: Dialogue, content: bytes, status: int
) -> None:
    fast, full = await both_answers(guest, at(dialogue, await make_statement(dialogue)), content)
    assert fast == full
    assert fast[0] == status


async def test_fast_path_and_framework_refuse_alike(
    guest: httpx.AsyncClient, dialogue: Dialogue
) -> None:
    other = await make_statement(await make_dialogue())
    hidden = await make_statement(dialogue, state="hidden")
    for statement in (uuid.uuid4(), other, hidden):
        fast, full = await both_answers(guest, at(dialogue, statement), b'{"vote":1}')
        assert fast == full
        assert fast[0] == 409
    await close(dialogue)
    invalidate()
    statement = await make_statement(dialogue)
    fast, full = await both_answers(guest, at(dialogue, statement), b'{"vote":1}')
    assert fast == full
    assert fast[0] == 409


async def test_fast_path_and_framework_share_one_rate_limit(
    guest: httpx.AsyncClient, dialogue: Dialogue, monkeypatch: pytest.MonkeyPatch
) -> None:
    # The clock stands still: no token is added between the requests.
    monkeypatch.setattr(limits, "votes", TokenBuckets(limits.BURST, limits.PER_SECOND, lambda: 0.0))
    address = at(dialogue, await make_statement(dialogue))
    statuses = [(await guest.put(address, json={"vote": 1})).status_code for _ in range(121)]
    assert statuses == [204] * int(limits.BURST) + [429]
    fast, full = await both_answers(guest, address, b'{"vote":1}')
    assert fast == full
    assert fast[0] == 429
    assert fast[1]["retry-after"]


async def ask(headers: list[tuple[bytes, bytes]], path: str, *pieces: bytes) -> list[bytes]:
    """The body that reaches the framework behind the fast path, message by message."""
    arrived: list[bytes] = []
    waiting = [
        {"type": "http.request", "body": piece, "more_body": number < len(pieces)}
        for number, piece in enumerate(pieces, 1)
    ]

    async def framework(_: Any, receive: Any, __: Any) -> None:
        arrived.extend([(await receive())["body"] for _ in pieces])

    async def receive() -> Any:
        return waiting.pop(0)

    async def send(_: Any) -> None:
        pass

    scope: Any = {"type": "http", "method": "PUT", "path": path, "query_string": b""}
    await FastPath(framework)(scope | {"headers": headers}, receive, send)
    return arrived


async def test_only_a_plain_vote_takes_the_fast_path(
    guest: httpx.AsyncClient, dialogue: Dialogue
) -> None:
    cookie = "; ".join(f"{name}={value}" for name, value in guest.cookies.items()).encode()
    path, body = at(dialogue, await make_statement(dialogue)), b'{"vote":1}'
    plain = [
        (b"cookie", cookie),
        (b"content-type", b"application/json"),
        (b"content-length", b"10"),
    ]
    assert await ask(plain, path, body) == []
    assert await ask(plain, path.upper(), body) == [body]
    assert await ask(plain, path + "/", body) == [body]
    assert await ask(plain[1:], path, body) == [body]
    assert await ask([*plain, (b"cookie", cookie)], path, body) == [body]
    assert await ask([(b"cookie", cookie + b"x"), *plain[1:]], path, body) == [body]
    assert await ask([(b"cookie", b"%s; %s" % (cookie, cookie)), *plain[1:]], path, body) == [body]
    assert await ask([plain[0], (b"content-type", b"text/plain"), plain[2]], path, body) == [body]
    assert await ask(plain[:2], path, body) == [body]
    assert await ask(plain, path, body[:4], body[4:]) == [body[:4], body[4:]]
    assert await ask(plain, path, b'{"vote":9}') == [b'{"vote":9}']


@pytest.mark.parametrize(
    ("accepted", "coding"),
    [("gzip, deflate, br, zstd", "br"), ("zstd", "zstd"), ("gzip", "gzip"), ("identity", None)],
)
async def test_a_cached_page_is_answered_as_the_framework_answers_it(
    visitor: httpx.AsyncClient, dialogue: Dialogue, accepted: str, coding: str | None
) -> None:
    address = f"/ja/dialogues/{dialogue.slug}"
    plain = await visitor.get(address, headers={"accept-encoding": "identity"})
    page_cache.invalidate()
    visitor.headers["accept-encoding"] = accepted
    first = await visitor.get(address)
    second = await visitor.get(address)
    names = ("etag", "cache-control", "content-type", "content-length", "content-encoding", "vary")
    for name in names:
        assert first.headers.get(name) == second.headers.get(name)
    assert first.headers.get("content-encoding") == coding
    assert first.headers["vary"] == "accept-encoding"
    assert first.text == second.text == plain.text
    assert int(first.headers["content-length"]) < len(plain.content) / 2 or coding is None
    others = await visitor.get(
        address, headers={"if-none-match": first.headers["etag"], "accept-encoding": "x"}
    )
    assert others.status_code == (200 if coding else 304)
    again = await visitor.get(address, headers={"if-none-match": first.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")
    assert again.headers["etag"] == first.headers["etag"]
    head = await visitor.head(address)
    assert (head.status_code, head.content) == (200, b"")
    assert (await visitor.get(f"/en/dialogues/{dialogue.slug}")).text != first.text


async def test_fast_path_and_framework_render_the_same_card(
    guest: httpx.AsyncClient, dialogue: Dialogue, monkeypatch: pytest.MonkeyPatch
) -> None:

    await make_statement(dialogue, "まだ見ていない一枚")
    invalidate()
    taken: list[str] = []
    render = fast_path.render_card

    async def noting(known: Any) -> bytes:
        taken.append(known.consultation.slug)
        return await render(known)

    monkeypatch.setattr(fast_path, "render_card", noting)
    await guest.get(f"/ja/dialogues/{dialogue.slug}/vote")  # reads the dialogue
    assert not taken
    for language in ("ja", "en"):
        answers = []
        for headers in ([("hx-request", "true")], [("hx-request", "true"), *BY_FRAMEWORK[:2]]):
            answer = await guest.get(f"/{language}/dialogues/{dialogue.slug}/vote", headers=headers)
            kept = {name: text for name, text in answer.headers.items() if name != "x-request-id"}
            answers.append((answer.status_code, kept, answer.text))
        assert answers[0] == answers[1]
        assert "まだ見ていない一枚" in answers[0][2]
    assert taken == [dialogue.slug] * 2  # not by the framework


async def test_the_fast_path_renders_no_card_without_a_participant_or_after_the_close(
    guest: httpx.AsyncClient, dialogue: Dialogue, monkeypatch: pytest.MonkeyPatch
) -> None:

    async def never(known: Any) -> bytes:
        raise AssertionError(known)

    monkeypatch.setattr(fast_path, "render_card", never)
    await make_statement(dialogue, "もう一枚")
    invalidate()
    page = f"/ja/dialogues/{dialogue.slug}/vote"
    assert "<html" in (await guest.get(page)).text  # not asked for as a fragment
    with clock.frozen_at(dialogue.closes_at):
        late = await guest.get(page, headers={"hx-request": "true"})
    assert "いまは投票を受け付けていません" in late.text.replace("<wbr>", "")
    guest.cookies.clear()
    assert (await guest.get(page, headers={"hx-request": "true"})).status_code == 200
