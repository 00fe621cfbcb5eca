"""A real Chromium that talks to the application in this process.

Every request of a page is answered by the application itself, headers and all, without a port;
one to any other host fails the test that made it. One browser serves the whole run.
"""

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from typing import Any, Literal

import httpx
import pytest
from litestar import Response, get, post
from litestar.params import FromPath
from playwright.async_api import Browser, BrowserContext, Page, Route, async_playwright
from tools import browser

from enishi.accounts.access import PUBLIC
from enishi.kit import errors
from enishi.kit.logs import configure_logs
from enishi.web.app import create_litestar
from enishi.web.edge import Edge

ORIGIN = "https://enishi.test"
PHONE, DESK = 390, 1280
_CHROMIUM_FLAGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)


@pytest.fixture(scope="session")
async def chromium() -> AsyncIterator[Browser]:
    executable = browser.find()
    assert executable, "The browser tests need Chromium: python tools/browser.py installs it."
    async with async_playwright() as playwright:
        launched = await playwright.chromium.launch(
            executable_path=executable, args=list(_CHROMIUM_FLAGS)
        )
        yield launched
        await launched.close()


@pytest.fixture(scope="session")
async def client() -> AsyncIterator[httpx.AsyncClient]:
    """The application with routes that fail on purpose: /{language}/raise/{status}."""
    configure_logs(json=True)
    app = create_litestar()
    for handler in _failing_routes():
        app.register(handler)
    transport = httpx.ASGITransport(Edge(app), raise_app_exceptions=False)
    async with httpx.AsyncClient(transport=transport, base_url=ORIGIN) as made:
        yield made


def _failing_routes() -> list[Any]:

    known = {
        403: errors.ForbiddenError(),
        404: errors.NotFoundError(),
        409: errors.ConflictError(),
        413: errors.TooLargeError(),
        422: errors.InvalidError(),
        429: errors.TooManyRequestsError(30),
        503: errors.UnavailableError(30),
    }

    @get("/{language:str}/raise/{status:int}", access=PUBLIC)
    async def fail(status: FromPath[int]) -> None:
        raise known.get(status, RuntimeError("on purpose"))

    @post("/{language:str}/raise/{status:int}", access=PUBLIC)
    async def fail_at_post(status: FromPath[int]) -> Response[str]:
        if status != 422:
            raise known.get(status, RuntimeError("on purpose"))
        summary = '<div data-error-summary tabindex="-1">list of errors</div>'
        return Response(
            f'<form id="tried">{summary}</form>', status_code=422, media_type="text/html"
        )

    return [fail, fail_at_post]


@dataclass
class Visit:
    """A tab, and what went wrong in it."""

    page: Page
    strangers: list[str] = field(default_factory=list)
    complaints: list[str] = field(default_factory=list)

    async def to(self, path: str) -> Page:
        await self.page.goto(f"{ORIGIN}{path}", wait_until="load")
        return self.page


# "lost": the site's scripts never arrive, the engine works (axe needs it). "off": no engine.
Scripts = Literal["run", "lost", "off"]
Open = Callable[..., Awaitable[Visit]]


@pytest.fixture
async def open_tab(chromium: Browser, client: httpx.AsyncClient) -> AsyncIterator[Open]:
    """Opens new tabs, each of a new visitor, with its width, its scripts and its colours."""
    async with AsyncExitStack() as contexts:

        async def opened(
            *,
            width: int = DESK,
            scripts: Scripts = "run",
            forced_colors: Literal["active", "none"] = "none",
        ) -> Visit:
            context = await chromium.new_context(
                viewport={"width": width, "height": 800},
                java_script_enabled=scripts != "off",
                forced_colors=forced_colors,
                reduced_motion="reduce",
            )
            contexts.push_async_callback(context.close)
            return await _tab(context, client, scripts)

        yield opened


_kept: dict[str, httpx.Response] = {}
_PACKING = ("content-encoding", "content-length")  # of a body that the client has unpacked


async def _tab(context: BrowserContext, client: httpx.AsyncClient, scripts: Scripts) -> Visit:
    visit = Visit(await context.new_page())

    async def answer(route: Route) -> None:
        request = route.request
        if not request.url.startswith(f"{ORIGIN}/"):
            visit.strangers.append(request.url)
            await route.abort()
            return
        if scripts == "lost" and request.resource_type == "script":
            await route.fulfill(status=404)
            return
        response = _kept.get(request.url)
        if response is None:
            response = await client.request(
                request.method,
                request.url,
                headers=await request.all_headers(),
                content=request.post_data_buffer,
            )
        if "/static/" in request.url:  # a browser whose requests are answered here keeps nothing
            _kept[request.url] = response
        headers = {name: text for name, text in response.headers.items() if name not in _PACKING}
        await route.fulfill(status=response.status_code, headers=headers, body=response.content)

    await context.route("**/*", answer)
    visit.page.on("pageerror", lambda error: visit.complaints.append(str(error)))
    visit.page.on(
        "console",
        lambda message: (
            visit.complaints.append(message.text)
            # A refusal is what some pages are for.
            if message.type == "error" and "the server responded with a status" not in message.text
            else None
        ),
    )
    return visit
