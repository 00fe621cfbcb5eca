"""A7: mails to people who did not ask share one limit and hold no text of the sender."""

import re
import uuid
from pathlib import Path

import httpx
import pytest
from tests.consultations.build import Dialogue, invalidate, make_dialogue

from enishi.accounts.service import guardians
from enishi.kit import db, ids
from enishi.kit.errors import TooManyRequestsError
from enishi.kit.i18n import Language

TEMPLATES = Path(__file__).parents[2] / "frontend_templates"


@pytest.fixture
async def dialogue() -> Dialogue:
    made = await make_dialogue()
    invalidate()
    return made


async def receipt_mail(visitor: httpx.AsyncClient, dialogue: Dialogue, to: str) -> httpx.Response:
    visitor.cookies.clear()
    fields = {
        "submission": str(uuid.uuid4()),
        "text": "バスを増やしてほしい",
        "name_shown": "anonymous",
        "address": to,
    }
    return await visitor.post(f"/ja/dialogues/{dialogue.slug}/opinions/new", data=fields)


async def test_a_mailbox_gets_three_a_day_however_it_is_spelled(
    visitor: httpx.AsyncClient, dialogue: Dialogue
) -> None:
    spellings = ("Abc@example.jp", "aBc@example.jp", "ABC@EXAMPLE.JP", "abc@example.jp")
    answers = [await receipt_mail(visitor, dialogue, each) for each in spellings]
    assert [answer.status_code for answer in answers] == [200, 200, 200, 429]
    assert "バスを増やしてほしい" in answers[-1].text
    with pytest.raises(TooManyRequestsError):  # a guardian's mail counts with the receipts
        await guardians.ask(ids.new_id(), "abc@example.jp", Language.JA, "198.51.100.0/24")


async def test_a_network_sends_twenty_an_hour(
    visitor: httpx.AsyncClient, dialogue: Dialogue
) -> None:
    answers = [
        await receipt_mail(visitor, dialogue, f"stranger{number}@example.jp")
        for number in range(22)
    ]
    statuses = [answer.status_code for answer in answers]
    assert statuses[:20] == [200] * 20
    assert statuses[-1] == 429


@pytest.mark.parametrize("name", ["accounts/mail/guardian.txt", "consultations/mail/receipt.txt"])
def test_such_mails_hold_nothing_that_the_sender_wrote(name: str) -> None:
    ours = {"_", "url", "days", "title", "receipt", "address"}  # the title is the organiser's
    used = set(re.findall(r"\{\{\s*(\w+)", (TEMPLATES / name).read_text()))
    assert used <= ours


async def test_no_mail_is_left_of_one_that_was_refused(
    visitor: httpx.AsyncClient, dialogue: Dialogue
) -> None:
    for _ in range(5):
        await receipt_mail(visitor, dialogue, "abc@example.jp")
    [row] = await db.fetch("SELECT count(*) AS n FROM consultations_opinion")
    assert row["n"] == 3
