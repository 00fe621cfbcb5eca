"""The development mailbox: there while developing, absent where mails are people's."""

import uuid

import httpx

from enishi.kit import db, mail
from enishi.kit.i18n import Language
from enishi.settings import Environment, Settings
from enishi.web.site import mailbox


async def sent() -> uuid.UUID:
    async with db.unit_of_work():
        mail_id = await mail.send(
            mail.Mail(
                kind="tests.greeting",
                subject_key="1",
                to="hanako@example.org",
                language=Language.JA,
                subject="登録をお受けしました <b>",
                text="次のページをご覧ください。\nhttps://enishi.example.jp/ja/\n<script>",
            )
        )
    assert mail_id is not None
    await mail.deliver(mail_id)
    return mail_id


async def test_a_mail_that_would_have_left_can_be_read(visitor: httpx.AsyncClient) -> None:
    mail_id = await sent()
    listed = (await visitor.get("/ja/mailbox")).text
    assert f"/ja/mailbox/{mail_id}" in listed
    assert "hanako@example.org" in listed
    page = (await visitor.get(f"/ja/mailbox/{mail_id}")).text
    assert 'href="https://enishi.example.jp/ja/"' in page
    assert "&lt;script&gt;" in page


async def test_an_empty_mailbox_says_so(visitor: httpx.AsyncClient) -> None:
    assert "No mail yet" in (await visitor.get("/en/mailbox")).text


async def test_a_mail_that_is_not_there_is_not_found(visitor: httpx.AsyncClient) -> None:
    assert (await visitor.get(f"/ja/mailbox/{uuid.uuid4()}")).status_code == 404


def test_production_has_no_mailbox() -> None:
    assert mailbox.handlers(Settings(environment=Environment.PRODUCTION)) == []
    assert mailbox.handlers(Settings(environment=Environment.DEVELOPMENT)) != []
