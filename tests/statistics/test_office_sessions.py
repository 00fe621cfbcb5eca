"""Attendance and the waiting list on the office's page: of sessions, each by itself."""

import csv
import io
import re
import uuid
from datetime import timedelta

from tests.consultations.build import make_dialogue
from tests.fixtures.accounts import Browser
from tests.programmes.build import published
from tests.programmes.conftest import party, somebody

from enishi.kit import clock, db, ids
from enishi.programmes.allocation.service import applications
from enishi.programmes.applications.schemas import Mark
from enishi.programmes.applications.service import attendance
from enishi.programmes.listings.schemas import OfficeActor

AT = "/ja/office/hida/statistics"
_ATTENDED, _ABSENT = Mark.ATTENDED, Mark.ABSENT


def _rate_on(page: str) -> str:
    """The tile of the attendance rate, without its markup."""
    tile = page.replace("<wbr>", "").partition("出席率（延べ人数）")[2].partition("</dd>")[0]
    return re.sub(r"<[^>]*>", "", tile).strip()


async def _files(office: Browser, **query: str) -> list[dict[str, str]]:
    answer = await office.get(f"{AT}/programmes-sessions.csv", params=query)
    assert answer.status_code == 200, answer.text
    return list(csv.DictReader(io.StringIO(answer.content.decode("utf-8-sig"))))


async def test_a_session_tells_who_came_and_who_waits(
    office: Browser, organisation: uuid.UUID
) -> None:
    """Ten places, a party of two that waits; the rate appears once nine of ten are marked."""
    _, session_id = await published(office, days=2, last_day=str(clock.today() + timedelta(days=1)))
    parties = [await applications.apply(somebody(), session_id, party(2)) for _ in range(6)]
    actor = OfficeActor(account_id=ids.new_id(), organisation_id=organisation)
    begun = clock.now() + timedelta(days=3)
    until = str(clock.today() + timedelta(days=3))
    confirmed, attended, absent, left = (
        f"{name}（延べ）" for name in ("参加予定", "出席", "欠席", "未記録")
    )
    # That nobody is absent before the session begins is no rate of 100 %.
    assert _rate_on((await office.get(AT, params={"until": until})).text) == "―"
    with clock.frozen_at(begun):
        for made in parties[:4]:
            await attendance.mark(actor, made.id, [_ATTENDED, _ATTENDED])
        page = (await office.get(AT)).text
        assert _rate_on(page) == "―"
        assert "9割に届くと示します" in page
        await attendance.mark(actor, parties[4].id, [_ABSENT, _ABSENT])
        page = (await office.get(AT)).text
        assert _rate_on(page) == "80%"
        assert "回ごとの出席" in page
        [row] = await _files(office)
    assert [row[name] for name in (confirmed, attended, absent, left)] == ["10", "8", "2", "0"]
    assert (row["出席率（延べ人数）"], row["キャンセル待ち（その回の組）"]) == ("80", "1")
    assert row["体験・活動"] == "棚田の田植え"


async def test_a_session_of_another_day_subject_or_called_off_is_not_told(
    office: Browser, organisation: uuid.UUID
) -> None:
    address, session_id = await published(office, days=20)
    programme = f"programme {address.rpartition('/')[2]}"
    until = str(clock.today() + timedelta(days=20))
    assert len(await _files(office, until=until, subject=programme)) == 1
    assert await _files(office, until=str(clock.today() + timedelta(days=19))) == []
    [row] = await _files(office, until=until)
    assert (row["符号"].strip("'"), row["出席率（延べ人数）（注記）"]) == (str(session_id), "―")
    dialogue = await make_dialogue(organisation_id=organisation)
    assert await _files(office, until=until, subject=f"consultation {dialogue.id}") == []
    await db.fetch(
        "UPDATE programmes_session SET state = 'cancelled', cancelled_reason = '雨' WHERE id = $1",
        session_id,
    )
    assert await _files(office, until=until, subject=programme) == []
