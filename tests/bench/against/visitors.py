"""People who use a site over HTTP as a browser does: the set-up of a site of any commit.

Only addresses, form fields and the sample content are used here, no module and no table: those
may differ between the two commits that are compared.
"""

import asyncio
import re
import uuid
from collections.abc import Awaitable, Iterable, Sequence
from http.cookiejar import DefaultCookiePolicy
from typing import Any

import httpx

AT_ONCE = 16  # requests
_SECONDS = 60  # a request, on a busy machine
_MAILS = 50  # at once: the mailbox shows the latest hundred
_MAIL = re.compile(r"/mailbox/([0-9a-f-]{36})\".*?([\w.+-]+@[\w.-]+)", re.DOTALL)
_CODE = re.compile(r"\b\d{4} ?\d{4}\b")


def client(base_url: str) -> httpx.AsyncClient:
    """One for all visitors: each of them keeps their own cookies."""
    made = httpx.AsyncClient(base_url=base_url, timeout=_SECONDS)
    made.cookies.jar.set_policy(DefaultCookiePolicy(allowed_domains=[]))
    return made


class Visitor:
    """A browser. `address` is what it seems to come from: codes are limited by network."""

    def __init__(self, http: httpx.AsyncClient, number: int = 0) -> None:
        self._http = http
        self._address = f"10.{number // 250}.{number % 250}.1"
        self._cookies: dict[str, str] = {}

    @property
    def cookie(self) -> str:
        """The value of the Cookie header."""
        return "; ".join(f"{name}={value}" for name, value in self._cookies.items())

    async def send(self, method: str, path: str, *expected: int, **more: Any) -> httpx.Response:
        """Send a request and keep the cookies. Raises SystemExit for another status."""
        headers = {
            "cookie": self.cookie,
            "sec-fetch-site": "same-origin",
            "x-forwarded-for": self._address,
            **more.pop("headers", {}),
        }
        answer = await self._http.request(method, path, headers=headers, **more)
        if answer.status_code not in (expected or (200,)):
            raise SystemExit(f"{method} {path} was answered with {answer.status_code}.")
        for line in answer.headers.get_list("set-cookie"):
            name, _, value = line.partition(";")[0].partition("=")
            self._cookies[name] = value.strip('"')
        self._cookies = {name: value for name, value in self._cookies.items() if value}
        return answer

    async def post(self, path: str, *expected: int, **fields: str) -> httpx.Response:
        """Send a form, with the hidden key of its own that every form has."""
        form = {"submission": str(uuid.uuid4()), **fields}
        return await self.send("POST", path, *(expected or (303,)), data=form)


async def in_parallel(work: Iterable[Awaitable[Any]]) -> None:
    """Await all of it, AT_ONCE at a time; what has not begun is not made yet."""
    left = iter(work)

    async def go_on() -> None:
        for each in left:
            await each

    await asyncio.gather(*(go_on() for _ in range(AT_ONCE)))


async def sign_in(http: httpx.AsyncClient, addresses: Sequence[str]) -> list[Visitor]:
    """Visitors who are signed in to the accounts of these mail addresses, in their order."""
    visitors = [Visitor(http, number) for number in range(len(addresses))]
    for first in range(0, len(addresses), _MAILS):
        chunk = list(zip(visitors, addresses, strict=True))[first : first + _MAILS]
        await in_parallel(
            visitor.post("/ja/sign-in", address=address, next="") for visitor, address in chunk
        )
        mails = await _mails(http)
        await in_parallel(_prove(http, visitor, mails[address]) for visitor, address in chunk)
    return visitors


async def _mails(http: httpx.AsyncClient) -> dict[str, str]:
    """The latest mail of each address in the development mailbox: its id."""
    page = await Visitor(http).send("GET", "/ja/mailbox")
    found = [(address, mail_id) for mail_id, address in _MAIL.findall(page.text)]
    return dict(reversed(found))  # the newest is the first on the page


async def _prove(http: httpx.AsyncClient, visitor: Visitor, mail_id: str) -> None:
    mail = await Visitor(http).send("GET", f"/ja/mailbox/{mail_id}")
    code = _CODE.search(mail.text)
    if code is None:
        raise SystemExit("The mail for signing in holds no code of eight digits.")
    answer = await visitor.post("/ja/sign-in/code", code=code[0])
    if not answer.headers["location"].endswith(("/me", "/office")):  # the latter: a clerk
        raise SystemExit(f"Signing in led to {answer.headers['location']}: not an account.")
