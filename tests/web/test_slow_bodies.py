"""A request whose body does not arrive in time is answered with 408 and not waited for."""

import asyncio
from typing import Any

import pytest

from enishi.web import slow_bodies

FORM = "/ja/sign-in"
VOTE = "/api/v1/dialogues/x/statements/019a0000-0000-7000-8000-000000000000/vote"


@pytest.fixture(autouse=True)
def short(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(slow_bodies, "FIRST_SECONDS", 0.01)
    monkeypatch.setattr(slow_bodies, "_LOOK_SECONDS", 0.01)


class Sender:
    """A client that sends parts of a body, and then nothing more."""

    def __init__(self, *parts: bytes) -> None:
        self._parts = list(parts)
        self.was_given_up = False

    async def receive(self) -> dict[str, Any]:
        if self._parts:
            return {"type": "http.request", "body": self._parts.pop(0), "more_body": True}
        try:
            await asyncio.Event().wait()
        except asyncio.CancelledError:
            self.was_given_up = True
            raise
        raise AssertionError


async def send(app: Any, method: str, path: str, sender: Sender) -> tuple[int, bytes]:
    headers = [
        (b"host", b"enishi.test"),
        (b"sec-fetch-site", b"same-origin"),
        (b"content-type", b"application/x-www-form-urlencoded"),
        (b"content-length", b"100"),
    ]
    scope = {
        "type": "http",
        "http_version": "1.1",
        "method": method,
        "path": path,
        "raw_path": path.encode(),
        "query_string": b"",
        "headers": headers,
        "client": ("127.0.0.1", 1),
    }
    sent: list[dict[str, Any]] = []

    async def keep(message: dict[str, Any]) -> None:
        sent.append(message)

    await app(scope, sender.receive, keep)
    body = b"".join(message.get("body", b"") for message in sent)
    return sent[0]["status"], body


@pytest.mark.parametrize(("method", "path"), [("POST", FORM), ("POST", "/ja/x"), ("PUT", VOTE)])
async def test_a_body_that_stops_is_given_up(app: Any, method: str, path: str) -> None:
    sender = Sender(b"address=")
    async with asyncio.timeout(60):
        status, _ = await send(app, method, path, sender)
    assert status in {404, 408}
    assert (status == 408) is sender.was_given_up


async def test_a_form_whose_body_stops_is_answered_with_a_page(app: Any) -> None:
    async with asyncio.timeout(60):
        status, body = await send(app, "POST", FORM, Sender(b"address="))
    assert status == 408
    assert "時間内に届かなかったため" in body.decode()
    assert "入力した内容は" in body.decode()


async def test_a_body_that_keeps_coming_has_longer(monkeypatch: pytest.MonkeyPatch) -> None:
    """A large file over a slow line: each part adds the time that the least rate allows."""
    monkeypatch.setattr(slow_bodies, "LEAST_RATE", 1)
    receive = slow_bodies.in_time(Sender(b"x" * 1000, b"y").receive)  # type: ignore[arg-type]
    looked = asyncio.get_running_loop().create_future()
    asyncio.get_running_loop().call_later(0.05, looked.set_result, None)
    await receive()
    await looked
    assert (await receive())["body"] == b"y"  # type: ignore[typeddict-item]


async def test_after_the_body_the_end_of_the_connection_may_take_long() -> None:
    """A handler that runs long listens for it, and must not be cancelled by us."""
    gone = asyncio.Event()
    messages = [{"type": "http.request", "body": b"all", "more_body": False}]

    async def receive() -> dict[str, Any]:
        if messages:
            return messages.pop()
        await gone.wait()
        return {"type": "http.disconnect"}

    limited = slow_bodies.in_time(receive)  # type: ignore[arg-type]
    await limited()
    asyncio.get_running_loop().call_later(0.05, gone.set)
    assert (await limited())["type"] == "http.disconnect"
