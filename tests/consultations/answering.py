"""An office that answers: two editors, and what they do on its pages."""

import uuid
from dataclasses import dataclass
from typing import Any

import httpx
from tests.accounts.walks import forms_of
from tests.consultations.build import Dialogue, invalidate, make_dialogue, make_opinion
from tests.consultations.gathering import make_argument
from tests.fixtures.accounts import Browser, SignIn, make_member, make_organisation

ANSWER = {
    "outcome": "partly",
    "reason.ja": "夜の便を<b>一つ</b>増やします。",
    "reason.en": "One more night bus.",
    "division.ja": "交通政策課",
    "passage_before": "夜の便は20時までとします。",
    "passage_after": "夜の便は21時までとします。",
}


@dataclass(frozen=True)
class Office:
    """Two editors of an office, and its dialogue with one argument that holds one opinion."""

    dialogue: Dialogue
    argument: uuid.UUID
    opinion: uuid.UUID
    one: Browser
    other: Browser

    @property
    def page(self) -> str:
        return f"/ja/dialogues/{self.dialogue.slug}"

    @property
    def at(self) -> str:
        return f"/ja/office/hida/dialogues/{self.dialogue.slug}"

    def answer_of(self, argument: uuid.UUID | None = None) -> str:
        return f"{self.at}/arguments/{argument or self.argument}/answer"


async def make_office(browser_of: SignIn) -> Office:
    invalidate()
    organisation = await make_organisation("hida")
    dialogue = await make_dialogue(organisation_id=organisation)
    opinion = await make_opinion(dialogue, "夜の便を増やしてください")
    argument = await make_argument(dialogue.id, "夜のバス", opinion)
    one, other = [await browser_of(await make_member(organisation, "editor")) for _ in range(2)]
    return Office(dialogue, argument, opinion, one, other)


async def send(browser: Browser, page: str, end: str, **typed: Any) -> httpx.Response:
    """Open a page, fill in the form whose action ends so, and send it."""
    shown = await browser.get(page)
    assert shown.status_code == 200, shown.text
    [(to, hidden)] = [each for each in forms_of(shown).items() if each[0].endswith(end)]
    return await browser.post(to, data=hidden | typed)


async def draft(office: Office, argument: uuid.UUID | None = None, reason: str = "") -> None:
    changes = {"reason.ja": reason} if reason else {}
    page = office.answer_of(argument)
    sent = await send(office.one, page, "/answer", **ANSWER | changes)
    assert sent.status_code == 303, sent.text


async def approve(office: Office, argument: uuid.UUID | None = None) -> httpx.Response:
    return await send(office.other, office.answer_of(argument), "/approve")


async def publish(office: Office, **typed: str) -> httpx.Response:
    answer = await send(office.other, f"{office.at}/answers", "/answers", **typed)
    invalidate()
    return answer


async def read(visitor: httpx.AsyncClient, address: str) -> str:
    invalidate()
    page = await visitor.get(address)
    assert page.status_code == 200
    return words_of(page)


def words_of(page: httpx.Response) -> str:
    """The page without the places where a line may break."""
    return page.text.replace("<wbr>", "")
