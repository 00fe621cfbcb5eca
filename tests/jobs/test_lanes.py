"""Jobs of one lane do not stand behind those of another."""

import uuid
from collections.abc import AsyncIterator
from typing import Any, ClassVar

import pytest
from tests.jobs.chores import Chore
from tests.jobs.workroom import asked, eventually, in_state, working
from tests.kit.post_office import PostOffice

from enishi.kit import db, jobs, mail
from enishi.kit.jobs import Job, Lane
from enishi.kit.mail_transport import MailServer, Transport
from enishi.settings import get_settings

pytestmark = pytest.mark.usefixtures("queue")


@pytest.fixture
async def slow_office(monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[PostOffice]:
    """A mail server that takes a minute for a mail, unless its subject says that it is a code."""
    office = PostOffice(data_delay=60, quick_subject="code")
    async with office.opened() as port:
        transport = Transport(MailServer("127.0.0.1", port), "a@example.jp", keeps_copies=False)
        monkeypatch.setattr(mail, "configured_transport", lambda _: transport)
        yield office


async def send(subject: str, *, is_urgent: bool = False) -> uuid.UUID:
    async with db.unit_of_work():
        mail_id = await mail.send(
            mail.Mail(
                kind="tests.lane",
                subject_key=str(uuid.uuid4()),
                to="hanako@example.org",
                language=mail.Language.JA,
                subject=subject,
                text="本文",
                is_urgent=is_urgent,
            )
        )
    assert mail_id is not None
    return mail_id


async def test_a_slow_mail_server_delays_neither_codes_nor_other_jobs(
    slow_office: PostOffice,
) -> None:
    slots = get_settings().worker_concurrency
    async with working():
        for _ in range(2 * slots):
            await send("news")

        async def busy() -> bool:
            return slow_office.begun >= slots

        await eventually(busy)
        code = await send("code", is_urgent=True)

        async def sent() -> bool:
            row = await mail.find_mail(code)
            return row is not None and row.state == "sent"

        await eventually(sent)
        await in_state(await asked(Chore(number=1)), "done")
        assert slow_office.begun == slots + 1
        slow_office.hang_up()


async def test_a_hint_is_sent_in_the_lane_of_its_job(queue: Any) -> None:
    await send("code", is_urgent=True)
    await send("news")
    await send("news")
    await asked(Chore(number=1))
    counts = {lane: await queue.zcard(lane.queue) for lane in Lane}
    assert counts == {
        Lane.URGENT_MAIL: 1,
        Lane.MAIL: 2,
        Lane.ORDINARY: 1,
        Lane.LANDSCAPE: 0,
    }


def test_a_job_that_is_not_loaded_is_ordinary() -> None:
    class Fast(Job):
        name: ClassVar[str] = "tests.lane.fast"
        lane: ClassVar[Lane] = Lane.URGENT_MAIL

    assert jobs.lane_of(Fast.name) is Lane.URGENT_MAIL
    assert jobs.lane_of("tests.lane.never_heard_of") is Lane.ORDINARY
