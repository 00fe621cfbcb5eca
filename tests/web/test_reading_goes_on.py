"""Pages on a database that stores nothing, as when its disk is full: reading goes on."""

import os
import re
from datetime import timedelta

import asyncpg
import httpx
import pytest
from tests.consultations.build import make_dialogue, make_statement
from tests.fixtures.accounts import SignIn, make_account
from tests.fixtures.programmes import MakeSession

from enishi.kit import clock, db
from enishi.kit.outages import is_exhausted
from enishi.settings import get_settings

_LINK = re.compile(r'(?:href|hx-get)="(/ja/[^"#]*)"')
_NUMBER = re.compile(r"\d+")
_ANSWERS = {200, 204, 303}  # pages, empty fragments, and the way to the sign-in form


async def refuse_writes() -> None:
    """New connections write nothing: the error is another one, the statements are the same."""
    name = os.environ["ENISHI_DATABASE_URL"].partition("?")[0].rpartition("/")[2]
    owner = await asyncpg.connect(get_settings().database_owner_dsn)
    await owner.execute(f'ALTER DATABASE "{name}" SET default_transaction_read_only = on')
    await owner.close()
    await db.close_pool()
    await db.open_pool()
    with pytest.raises(Exception, match="read-only") as refused:
        await db.fetch("DELETE FROM kit_heartbeat")
    assert is_exhausted(refused.value)


async def crawl(browser: httpx.AsyncClient) -> dict[str, int]:
    """The status of every page that links lead to; of pages that differ by a number, of one."""
    found: dict[str, int] = {}
    shapes, waiting = {"/ja/"}, ["/ja/"]
    while waiting:
        path = waiting.pop(0)
        answer = await browser.get(path)
        found[path] = answer.status_code
        for link in sorted(set(_LINK.findall(answer.text))):
            if (shape := _NUMBER.sub("0", link)) not in shapes:
                shapes.add(shape)
                waiting.append(link.replace("&amp;", "&"))
    return found


@pytest.mark.parametrize("reader", ["a visitor", "a citizen"])
async def test_pages_are_read_on_a_database_that_stores_nothing(
    own_database: None, browser_of: SignIn, make_session: MakeSession, reader: str
) -> None:
    dialogue = await make_dialogue()
    await make_statement(dialogue)
    await make_session()
    # The first page of a day notes that the session is in use.
    with clock.frozen_at(clock.now() - timedelta(days=2)):
        account = await make_account() if reader == "a citizen" else None
        browser = await browser_of(account)
    await refuse_writes()
    answers = await crawl(browser)
    assert len(answers) > 30
    assert f"/ja/dialogues/{dialogue.slug}" in answers
    assert {path: status for path, status in answers.items() if status not in _ANSWERS} == {}
