"""An editor at the desk of an office: opens pages, fills in their forms, counts both."""

from dataclasses import dataclass, field
from datetime import timedelta

import httpx
from tests.accounts.walks import forms_of
from tests.fixtures.accounts import Browser, SignIn, make_member, make_organisation

from enishi.kit import clock, db

AT = "/ja/office/hida/dialogues"


@dataclass
class Desk:
    """`pages` counts pages on which something is done; `controls` what is filled in or pressed."""

    browser: Browser
    page: httpx.Response = field(init=False)
    pages: int = 0
    controls: int = 0

    async def open(self, address: str) -> httpx.Response:
        self.page = await self.browser.get(address)
        assert self.page.status_code == 200, self.page.text
        return self.page

    async def follow(self, address: str) -> None:
        """Press a link of the page."""
        assert f'href="{address}"' in self.page.text
        self.pages += 1
        self.controls += 1
        await self.open(address)

    async def send(self, action: str = "", **filled: str | list[str]) -> httpx.Response:
        """Fill in the form whose action ends so and press a button; the next page is read."""
        [(address, hidden)] = [
            each for each in forms_of(self.page).items() if each[0].endswith(action)
        ]
        for name in filled:
            assert f'name="{name}"' in self.page.text, name
        self.pages += 1
        self.controls += len(filled.keys() - {"then"}) + 1
        where = address or str(self.page.url)
        answer = await self.browser.post(where, data=hidden | filled)
        if answer.status_code == 303:
            await self.open(answer.headers["location"])
        else:
            self.page = answer
        return answer


async def desk_of_hida(browser_of: SignIn, role: str = "editor") -> Desk:
    return Desk(await browser_of(await make_member(await make_organisation("hida"), role)))


async def theme_id() -> str:
    [row] = await db.fetch("SELECT id FROM themes_theme WHERE number = 1")
    return str(row["id"])


def day(after: int) -> str:
    return str(clock.today() + timedelta(days=after))


async def topic(**more: str) -> dict[str, str]:
    texts = ("problem", "decision", "can_change", "cannot_change")
    written = {f"{name}.ja": f"{name}の文" for name in texts}
    return (
        {"title.ja": "バスの対話", "title.en": "Bus"}
        | written
        | {"themes": await theme_id()}
        | more
    )


def rules(**more: str) -> dict[str, str]:
    days = {"opens_on": day(2), "closes_on": day(9), "result_on": day(30)}
    return days | {"who_may_answer.ja": "どなたでも", "votes_published": "true"} | more


async def write_dialogue(desk: Desk) -> None:
    """A complete draft with the address `bus`; the desk is at the page that publishes it."""
    await desk.open(f"{AT}/new")
    await desk.send(then="next", **await topic())
    await desk.send(then="next", **rules())
    await desk.send(then="next", texts="種の文")
    await desk.send(then="next", contact="voice@hida.example")


async def publish_dialogue(browser_of: SignIn) -> Desk:
    """An editor who has published the dialogue `bus`."""
    desk = await desk_of_hida(browser_of)
    await write_dialogue(desk)
    assert (await desk.send("/move/publish")).status_code == 303
    return desk


async def move(desk: Desk, verb: str) -> httpx.Response:
    await desk.open(f"{AT}/bus/move/{verb}")
    return await desk.send(f"/move/{verb}")
