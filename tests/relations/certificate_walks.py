"""What the tests of the pages of certificates share."""

import itertools
from datetime import timedelta

import httpx
from tests.accounts.walks import send
from tests.fixtures.accounts import Browser
from tests.relations.build import plain

from enishi.kit import clock, public_keys
from enishi.relations.certificates import queries, service, tokens
from enishi.relations.certificates.kinds import Verdict
from enishi.relations.certificates.verification import verify
from enishi.relations.pages import verification as pages

_LATER = itertools.count(1)


async def issued(browser: Browser, at: str, **more: object) -> str:
    """The token of the certificate that this browser's person just issued."""
    page = await browser.get(f"{at}/certificate")
    made = await send(browser, page, "/certificate", **more)
    assert made.status_code == 303, made.text
    file = await browser.get(f"{at}/certificate/file")
    assert file.headers["content-disposition"].startswith("attachment")
    return file.text.strip()


async def verdict(token: str) -> Verdict:
    """What a program far away says a moment after the next list was published."""
    with clock.frozen_at(clock.now() + next(_LATER) * timedelta(minutes=10)):
        await service.publish_status_list()
        keys = await public_keys.list_keys()
        signed = await queries.find_status_list()
        assert signed is not None
        return verify(token, keys, tokens.read_status_list(signed, keys), clock.now()).verdict


async def said(visitor: httpx.AsyncClient, token: str) -> str:
    pages.invalidate()
    answer = await visitor.post("/ja/verify", data={"token": token})
    assert answer.status_code == 200
    return plain(answer).partition('id="verdict"')[2].partition("<template")[0]
