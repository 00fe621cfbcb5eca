"""The application behind a real port: Playwright's own routing does not see redirects.

One request a connection: enough for a browser, and nothing to get wrong.
"""

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from http import HTTPStatus
from typing import Any

import httpx
import pytest
from playwright.async_api import Browser
from tests.browser.conftest import DESK, PHONE, Open, Scripts, Visit

_soak = pytest.mark.soak
# (language, width, scripts): two walks see each of these once, with the long ones each pair.
WALKS = [
    pytest.param("ja", PHONE, "run", id="ja-390"),
    pytest.param("en", DESK, "lost", id="en-1280-no-scripts"),
    pytest.param("en", DESK, "run", id="en-1280", marks=_soak),
    pytest.param("en", PHONE, "lost", id="en-390-no-scripts", marks=_soak),
    pytest.param("ja", DESK, "lost", id="ja-1280-no-scripts", marks=_soak),
]

_OWN = ("content-length", "transfer-encoding", "connection")


@asynccontextmanager
async def serving(app: Any) -> AsyncIterator[str]:
    """The site's address on this host, for the length of the block."""
    transport = httpx.ASGITransport(app=app, raise_app_exceptions=False)
    async with httpx.AsyncClient(transport=transport, base_url="http://127.0.0.1") as client:

        async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            try:
                await _answer(client, reader, writer)
            except (ConnectionError, asyncio.IncompleteReadError):
                pass  # the browser left
            finally:
                writer.close()

        server = await asyncio.start_server(answer, "127.0.0.1", 0)
        async with server:
            port = server.sockets[0].getsockname()[1]
            yield f"http://127.0.0.1:{port}"


@asynccontextmanager
async def served_tabs(app: Any, chromium: Browser) -> AsyncIterator[Open]:
    """Tabs of new visitors, as the other browser tests open them, but with a server behind."""
    async with AsyncExitStack() as stack:
        origin = await stack.enter_async_context(serving(app))

        async def opened(
            *, width: int, scripts: Scripts, touch: bool = False, mobile: bool = False
        ) -> Visit:
            context = await chromium.new_context(
                base_url=origin,
                viewport={"width": width, "height": 800},
                reduced_motion="reduce",
                java_script_enabled=scripts != "off",
                has_touch=touch,
                is_mobile=mobile,
            )
            stack.push_async_callback(context.close)
            if scripts == "lost":
                await context.route("**/*.js*", lambda route: route.abort())
            visit = Visit(await context.new_page())
            visit.page.on("pageerror", lambda error: visit.complaints.append(str(error)))
            return visit

        yield opened


async def _answer(
    client: httpx.AsyncClient, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
) -> None:
    head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").split("\r\n")
    method, target, _ = head[0].split(" ")
    headers = [tuple(line.split(": ", 1)) for line in head[1:] if line]
    length = next((int(value) for name, value in headers if name.lower() == "content-length"), 0)
    body = await reader.readexactly(length) if length else b""
    url = httpx.URL(f"http://{dict(headers)['Host']}{target}")
    async with client.stream(method, url, headers=headers, content=body) as found:
        content = b"".join([piece async for piece in found.aiter_raw()])  # as it was compressed
    client.cookies.clear()  # the browser keeps them, not this bridge
    lines = [f"HTTP/1.1 {found.status_code} {HTTPStatus(found.status_code).phrase}"]
    lines += [f"{name}: {value}" for name, value in found.headers.multi_items() if name not in _OWN]
    lines += [f"content-length: {len(content)}", "connection: close", "", ""]
    writer.write("\r\n".join(lines).encode("latin-1") + content)
    await writer.drain()
