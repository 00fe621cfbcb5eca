"""The application behind a real port: Playwright's own routing does not see redirects.

One request a connection: enough for a browser, and nothing to get wrong.
"""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from http import HTTPStatus
from typing import Any

import httpx

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


async def _answer(
    client: httpx.AsyncClient, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
) -> None:
    head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").split("\r\n")
    method, target, _ = head[0].split(" ")
    headers = [tuple(line.split(": ", 1)) for line in head[1:] if line]
    length = next((int(value) for name, value in headers if name.lower() == "content-length"), 0)
    body = await reader.readexactly(length) if length else b""
    found = await client.request(
        method, httpx.URL(f"http://{dict(headers)['Host']}{target}"), headers=headers, content=body
    )
    client.cookies.clear()  # the browser keeps them, not this bridge
    lines = [f"HTTP/1.1 {found.status_code} {HTTPStatus(found.status_code).phrase}"]
    lines += [f"{name}: {value}" for name, value in found.headers.multi_items() if name not in _OWN]
    lines += [f"content-length: {len(found.content)}", "connection: close", "", ""]
    writer.write("\r\n".join(lines).encode("latin-1") + found.content)
    await writer.drain()
