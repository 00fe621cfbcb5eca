"""Mails: written with the work, sent once, erased after; over a real SMTP server."""

import asyncio
import uuid
from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any

import aiosmtplib
import pytest
from tests.kit.post_office import PostOffice

from enishi.kit import clock, db, mail, mail_transport
from enishi.kit.i18n import Language
from enishi.kit.mail import Mail
from enishi.kit.mail_transport import (
    MailServer,
    Transport,
)

SENDER = "縁 Enishi <no-reply@enishi.example.jp>"


@pytest.fixture
async def office() -> PostOffice:
    return PostOffice()


@pytest.fixture
async def transport(office: PostOffice) -> AsyncIterator[Transport]:
    async with office.opened() as port:
        yield Transport(MailServer("127.0.0.1", port), SENDER, keeps_copies=False)


def greeting(**changes: Any) -> Mail:
    return Mail(
        **{
            "kind": "tests.greeting",
            "subject_key": "registration-1",
            "to": "hanako@example.org",
            "language": Language.JA,
            "subject": "【縁】登録をお受けしました",
            "text": "花子さま\n\nありがとうございます。\n",
        }
        | changes
    )


async def sent(message: Mail) -> uuid.UUID:
    async with db.unit_of_work():
        mail_id = await mail.send(message)
    assert mail_id is not None
    return mail_id


async def row_of(mail_id: uuid.UUID) -> dict[str, Any]:
    [row] = await db.fetch("SELECT * FROM kit_mail WHERE id = $1", mail_id)
    return row


async def test_a_mail_arrives_as_it_was_written(transport: Transport, office: PostOffice) -> None:
    mail_id = await sent(greeting())
    await mail.deliver(mail_id, transport)
    [message] = office.received
    assert message["Subject"] == "【縁】登録をお受けしました"
    assert message.get_content().splitlines() == ["花子さま", "", "ありがとうございます。"]
    assert message["From"] == SENDER
    assert office.recipients == ["hanako@example.org"]
    assert message["Auto-Submitted"] == "auto-generated"
    assert message["Content-Language"] == "ja"
    assert message["Message-ID"] == (await row_of(mail_id))["message_id"]


async def test_address_and_text_are_erased_once_the_mail_has_left(transport: Transport) -> None:
    mail_id = await sent(greeting())
    await mail.deliver(mail_id, transport)
    row = await row_of(mail_id)
    assert (row["state"], row["recipient"], row["subject"], row["body"]) == ("sent", "", "", "")
    assert row["kind"] == "tests.greeting"


async def test_the_same_mail_asked_for_twice_is_sent_once(
    transport: Transport, office: PostOffice
) -> None:
    mail_id = await sent(greeting())
    async with db.unit_of_work():
        assert await mail.send(greeting(text="もう一度")) is None
    await mail.deliver(mail_id, transport)
    await mail.deliver(mail_id, transport)
    assert len(office.received) == 1


@pytest.mark.usefixtures("own_database")
async def test_of_two_requests_at_once_for_the_same_mail_one_sends_it() -> None:
    async def ask() -> uuid.UUID | None:
        async with db.unit_of_work():
            return await mail.send(greeting())

    answers = await asyncio.gather(*(ask() for _ in range(8)))
    assert sum(answer is not None for answer in answers) == 1
    assert len(await db.fetch("SELECT 1 FROM kit_job WHERE name = 'kit.mail.send'")) == 1


async def test_a_mail_is_forgotten_with_the_work_that_wrote_it() -> None:
    with pytest.raises(ZeroDivisionError):
        async with db.unit_of_work():
            await mail.send(greeting())
            raise ZeroDivisionError
    assert await db.fetch("SELECT 1 FROM kit_mail") == []
    assert await db.fetch("SELECT 1 FROM kit_job") == []


@pytest.mark.usefixtures("own_database")
async def test_sending_outside_a_unit_of_work_is_a_programming_error() -> None:
    with pytest.raises(RuntimeError, match="outside a unit of work"):
        await mail.send(greeting())


@pytest.mark.parametrize(
    ("answer", "code"), [("550 No such user", "550"), ("554 Not wanted", "554")]
)
async def test_a_recipient_that_is_refused_for_good_ends_the_mail(
    transport: Transport, office: PostOffice, answer: str, code: str
) -> None:
    office.rcpt_answer = answer
    mail_id = await sent(greeting())
    await mail.deliver(mail_id, transport)
    row = await row_of(mail_id)
    assert (row["state"], row["last_error"], row["recipient"]) == ("refused", code, "")


async def test_a_text_that_is_refused_for_good_ends_the_mail(
    transport: Transport, office: PostOffice
) -> None:
    office.data_answer = "554 Looks like spam"
    mail_id = await sent(greeting())
    await mail.deliver(mail_id, transport)
    assert (await row_of(mail_id))["state"] == "refused"


@pytest.mark.parametrize("where", ["rcpt_answer", "data_answer"])
async def test_a_refusal_for_now_leaves_the_mail_waiting(
    transport: Transport, office: PostOffice, where: str
) -> None:
    setattr(office, where, "451 Try again later")
    mail_id = await sent(greeting())
    with pytest.raises(aiosmtplib.SMTPException):
        await mail.deliver(mail_id, transport)
    row = await row_of(mail_id)
    assert (row["state"], row["recipient"]) == ("waiting", "hanako@example.org")
    setattr(office, where, "250 OK")
    await mail.deliver(mail_id, transport)
    assert len(office.received) == 1


async def test_a_repeat_bears_the_same_message_id(transport: Transport, office: PostOffice) -> None:
    mail_id = await sent(greeting())
    await mail.deliver(mail_id, transport)
    # As if the process had been killed after the server took the mail.
    await db.fetch(
        "UPDATE kit_mail SET state = 'waiting', recipient = 'hanako@example.org' WHERE id = $1",
        mail_id,
    )
    await mail.deliver(mail_id, transport)
    first, second = office.received
    assert first["Message-ID"] == second["Message-ID"]


async def test_a_server_that_is_away_leaves_the_mail_waiting() -> None:
    mail_id = await sent(greeting())
    nowhere = Transport(MailServer("127.0.0.1", 1), SENDER, keeps_copies=False)
    with pytest.raises(aiosmtplib.SMTPConnectError):
        await mail.deliver(mail_id, nowhere)
    assert (await row_of(mail_id))["state"] == "waiting"


async def test_a_server_that_hangs_up_after_taking_the_mail_gets_it_once(
    transport: Transport, office: PostOffice
) -> None:
    office.hangs_up = True
    mail_id = await sent(greeting())
    await mail.deliver(mail_id, transport)
    assert (await row_of(mail_id))["state"] == "sent"


async def test_a_server_that_takes_its_time_after_the_text_gets_the_mail_once(
    transport: Transport, office: PostOffice, monkeypatch: pytest.MonkeyPatch
) -> None:
    """RFC 5321, 4.5.3.2.6: it may already have accepted what a hasty client sends again."""
    monkeypatch.setattr("enishi.kit.mail_transport._CONNECT_SECONDS", 0.5)
    office.data_delay = 1.5
    mail_id = await sent(greeting())
    await mail.deliver(mail_id, transport)
    assert (await row_of(mail_id))["state"] == "sent"
    assert (len(office.received), office.begun) == (1, 1)


async def test_a_server_that_does_not_greet_is_left_soon(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("enishi.kit.mail_transport._CONNECT_SECONDS", 0.2)

    async def stay_silent(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        silent.append(writer)

    silent: list[asyncio.StreamWriter] = []
    server = await asyncio.start_server(stay_silent, "127.0.0.1", 0)
    try:
        port = server.sockets[0].getsockname()[1]
        transport = Transport(MailServer("127.0.0.1", port), SENDER, keeps_copies=False)
        with pytest.raises(aiosmtplib.SMTPTimeoutError):
            await mail.deliver(await sent(greeting()), transport)
    finally:
        for writer in silent:
            writer.close()
        server.close()
        await server.wait_closed()


def test_the_limits_are_those_of_the_standard() -> None:
    assert mail_transport._CONNECT_SECONDS == 30
    assert mail_transport._COMMAND_SECONDS >= 5 * 60
    assert mail_transport._DATA_SECONDS >= 10 * 60
    # The job waits for all of it: one that was ended before would send the mail again.
    longest = 2 * mail_transport._COMMAND_SECONDS + mail_transport._DATA_SECONDS
    for contract in (mail.SendMail, mail.SendUrgentMail):
        assert contract.timeout.total_seconds() > longest


@pytest.mark.soak
async def test_a_server_that_answers_the_text_after_40_seconds_gets_the_mail_once(
    transport: Transport, office: PostOffice
) -> None:
    office.data_delay = 40
    mail_id = await sent(greeting())
    await mail.deliver(mail_id, transport)
    assert (len(office.received), office.begun) == (1, 1)


async def test_without_a_server_the_mailbox_keeps_what_would_have_left() -> None:
    mail_id = await sent(greeting())
    await mail.deliver(mail_id)
    found = await mail.find_mail(mail_id)
    assert found is not None
    assert (found.state, found.recipient) == ("sent", "hanako@example.org")
    assert [row.id for row in await mail.list_recent()] == [mail_id]


async def test_what_never_left_is_erased_after_thirty_days() -> None:
    mail_id = await sent(greeting())
    with clock.frozen_at(clock.now() + timedelta(days=31)):
        await mail.prune()
    row = await row_of(mail_id)
    assert (row["state"], row["recipient"], row["body"]) == ("expired", "", "")


async def test_an_old_carrier_address_is_quoted_on_its_way(
    transport: Transport, office: PostOffice
) -> None:
    await mail.deliver(await sent(greeting(to="taro..y@docomo.ne.jp")), transport)
    [message] = office.received
    assert office.recipients == ["taro..y@docomo.ne.jp"]
    assert '"taro..y"@docomo.ne.jp' in message.as_string()
