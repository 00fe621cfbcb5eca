"""The office's list of applicants, attendance, the CSV file, and calling a session off."""

import csv
import io
import uuid
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from datetime import timedelta

import pytest
from tests.fixtures.accounts import Browser, SignIn, make_account, make_member
from tests.programmes.build import AT, family, form, published, session_form
from tests.programmes.conftest import party, somebody

from enishi.kit import clock, db, ids
from enishi.kit.pagination import encode_cursor
from enishi.programmes.allocation import queries as allocation_queries
from enishi.programmes.allocation.service import applications
from enishi.programmes.applications.queries import office as application_queries
from enishi.programmes.applications.schemas import ApplicantRow, ApplicationOutcome, Mark
from enishi.programmes.applications.tables import ApplicationState
from enishi.programmes.jobs import TellApplicant
from enishi.programmes.office.applicants_file import lines
from enishi.programmes.sessions import queries as session_queries
from enishi_jobs import programmes


@pytest.fixture
async def editor(organisation: uuid.UUID, browser_of: SignIn) -> Browser:
    return await browser_of(await make_member(organisation, "editor"))


@contextmanager
def ten_o_clock(days: int = 30) -> Iterator[None]:
    """Stop the clock at 10:00, `days` from today; the default is the day of the session."""
    midnight = clock.start_of_day(clock.today() + timedelta(days=days))
    with clock.frozen_at(midnight + timedelta(hours=10)):
        yield


async def states_of(session_id: uuid.UUID) -> list[str]:
    rows = await db.fetch(
        "SELECT state FROM programmes_application WHERE session_id = $1 ORDER BY ticket",
        session_id,
    )
    return [row["state"] for row in rows]


async def actions() -> list[str]:
    return [row["action"] for row in await db.fetch("SELECT action FROM audit_entry ORDER BY id")]


async def three_parties(editor: Browser) -> tuple[uuid.UUID, list[ApplicationOutcome]]:
    _, session_id = await published(editor, capacity="4")
    made = [
        await applications.apply(somebody(), session_id, family(name))
        for name in ("花子", "太郎", "次郎")
    ]
    return session_id, made


async def test_attendance_is_marked_at_once_and_corrected_singly_after_the_start(
    organisation: uuid.UUID, editor: Browser, browser_of: SignIn
) -> None:
    session_id, made = await three_parties(editor)
    at = f"{AT}/sessions/{session_id}"
    early = await editor.post(f"{at}/mark-rest", data=form(state="attended"))
    assert early.status_code == 409
    assert "開催が始まってから" in early.text.replace("<wbr>", "")
    assert "mark-rest" not in (await editor.get(at)).text

    with ten_o_clock():
        on_the_day = await browser_of(await make_member(organisation, "editor"))
        assert "mark-rest" in (await on_the_day.get(at)).text
        sent = form(state="attended")
        for _ in range(2):  # the button is pressed twice
            answer = await on_the_day.post(f"{at}/mark-rest", data=sent)
            assert answer.headers["location"] == f"{at}?done=marked&n=2"
        one = f"{at}/applications/{made[1].id}/mark"
        back = await on_the_day.post(f"{one}?state=attended", data=form(state="absent"))
        assert back.headers["location"] == f"{at}?state=attended#a-{made[1].id}"
        waiting = f"{at}/applications/{made[2].id}/mark"
        refused = await on_the_day.post(waiting, data=form(state="attended"))
        assert refused.status_code == 409

    assert await states_of(session_id) == ["attended", "absent", "waiting"]
    assert (await actions())[-2:] == ["programmes.attendance.marked"] * 2
    jobs = await db.fetch("SELECT name FROM kit_job WHERE name = 'programmes.attendance.confirmed'")
    assert len(jobs) == 2
    assert await allocation_queries.count_drift() == 0


async def test_the_list_is_narrowed_to_a_state_and_comes_in_pages(editor: Browser) -> None:
    _, session_id = await published(editor, capacity="60")
    for number in range(53):
        await applications.apply(somebody(), session_id, party(1 if number else 3))
    at = f"{AT}/sessions/{session_id}"
    first = (await editor.get(f"{at}?state=confirmed")).text
    assert first.count('class="entry"') == 50
    following = first.split('rel="next" href="')[1].split('"')[0].replace("&amp;", "&")
    second = (await editor.get(following)).text
    assert second.count('class="entry"') == 3
    assert (await editor.get(f"{at}?state=waiting")).text.count('class="entry"') == 0
    for broken in ("broken", encode_cursor((2**31,))):
        assert (await editor.get(f"{at}?after={broken}")).status_code == 404


async def test_the_sheet_to_print_names_those_who_are_expected(editor: Browser) -> None:
    session_id, _ = await three_parties(editor)
    sheet = (await editor.get(f"{AT}/sessions/{session_id}/sheet")).text
    assert "太郎" in sheet
    assert "次郎" not in sheet
    assert sheet.count("sheet__box") == 4


async def test_the_file_has_a_line_for_each_person_and_runs_no_formula(editor: Browser) -> None:
    _, session_id = await published(editor)
    evil = '=HYPERLINK("http://evil.example","花子")'
    needs = ' ＋cmd|" /C calc"!A0'
    await applications.apply(somebody(), session_id, family(evil, needs=needs, note="-1\n@x"))
    made = await applications.apply(somebody(), session_id, family("太郎", note="歩いて行きます"))
    await db.fetch("DELETE FROM programmes_party_member WHERE application_id = $1", made.id)

    answer = await editor.post(f"{AT}/sessions/{session_id}/export", data=form())
    assert answer.status_code == 200
    assert answer.content.startswith(b"\xef\xbb\xbf")
    assert "no-store" in answer.headers["cache-control"]
    assert answer.headers["content-disposition"].endswith('.csv"')
    rows = list(csv.reader(io.StringIO(answer.content.decode("utf-8-sig"), newline="")))
    assert [row[6] for row in rows] == ["氏名", f"'{evil}", "山田そら", "（退会した方）"]
    assert rows[2][9].startswith("'")
    assert rows[1][10] == "'-1\n@x"
    assert rows[3][3] == "2"
    assert (await actions())[-1] == "programmes.applicants.exported"


async def test_the_file_is_written_while_the_parties_are_read() -> None:
    """Constant memory: each row is written before the next one is read."""
    asked = 0

    async def parties() -> AsyncIterator[ApplicantRow]:
        nonlocal asked
        while True:
            asked += 1
            yield ApplicantRow(
                id=ids.new_id(),
                receipt="0000",
                state=ApplicationState.CONFIRMED,
                ticket=asked,
                party_size=1,
                note="",
                applied_at=clock.now(),
                offer_until=None,
                party=(),
                marks=(Mark.NONE,),
            )

    written = lines(parties())
    await anext(written)
    for number in range(1, 2000):
        await anext(written)
        assert asked == number


async def test_all_parties_are_read_however_many_batches_they_fill(
    editor: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    session_id, made = await three_parties(editor)
    monkeypatch.setattr("enishi.programmes.applications.queries.office._BATCH", 1)
    organisation_id = (await session_queries.get_session(session_id)).organisation_id
    read = [row.id async for row in application_queries.each_applicant(organisation_id, session_id)]
    assert read == [each.id for each in made]


async def test_calling_off_asks_with_the_number_and_tells_everybody_in_their_language(
    editor: Browser,
) -> None:
    address, session_id = await published(editor, capacity="2")
    for language in ("ja", "en"):
        account_id = await make_account(address=f"{language}@people.example")
        await db.fetch(
            "UPDATE accounts_account SET language = $2 WHERE id = $1", account_id, language
        )
        person = somebody().model_copy(update={"account_id": account_id})
        await applications.apply(person, session_id, family())
    at = f"{AT}/sessions/{session_id}/call-off"
    assert "2組・4人" in (await editor.get(at)).text

    silent = await editor.post(at, data=form(**{"reason.ja": ""}))
    assert silent.status_code == 422
    sent = {"reason.ja": "台風のため", "reason.en": "Because of the typhoon"}
    done = await editor.post(at, data=form(**sent))
    assert done.headers["location"] == f"{address}?done=called_off&n=2"
    assert (await editor.post(at, data=form(**sent))).status_code == 409

    told = await db.fetch(
        "SELECT id FROM programmes_application_event WHERE state = 'cancelled_by_host'"
    )
    for event in told:
        await programmes.tell_applicant(TellApplicant(event_id=event["id"]))
    mails = await db.fetch(
        "SELECT recipient, subject, body FROM kit_mail WHERE kind = 'programmes.news'"
    )
    subjects = {mail["recipient"]: mail["subject"] for mail in mails}
    assert subjects == {
        "ja@people.example": "開催が中止になりました：棚田の田植え",
        "en@people.example": "The session was cancelled：Planting rice",
    }
    assert all("台風" in mail["body"] and "typhoon" in mail["body"] for mail in mails)
    page = (await editor.get(address)).text
    assert "中止" in page
    assert "台風のため" in page


async def test_a_session_that_is_over_is_not_called_off(
    organisation: uuid.UUID, editor: Browser, browser_of: SignIn
) -> None:
    session_id, _ = await three_parties(editor)
    with ten_o_clock(31):
        at = f"{AT}/sessions/{session_id}/call-off"
        late = await browser_of(await make_member(organisation, "editor"))
        answer = await late.post(at, data=form(**{"reason.ja": "おそい"}))
    assert answer.status_code == 409
    assert await states_of(session_id) == ["confirmed", "confirmed", "waiting"]


async def test_the_page_says_how_many_came_and_how_many_did_not(
    organisation: uuid.UUID, editor: Browser, browser_of: SignIn
) -> None:
    _, session_id = await published(editor, capacity="10", waiting_limit="5")
    at = f"{AT}/sessions/{session_id}"
    people = [somebody() for _ in range(4)]
    made = [await applications.apply(each, session_id, family()) for each in people]
    await applications.cancel(people[3].account_id, made[3].id)
    assert "欠席 " not in (await editor.get(at)).text  # before it begins
    with ten_o_clock():
        on_the_day = await browser_of(await make_member(organisation, "editor"))
        for one, state in zip(made, ("attended", "attended", "absent"), strict=False):
            sent = form(state=state)
            await on_the_day.post(f"{at}/applications/{one.id}/mark", data=sent)
        page = (await on_the_day.get(at)).text
    assert "出席 4人、欠席 2人、未記録 0人、申込の取消 2人。" in page
    assert "出席率 67%。" in page


async def test_the_overview_shows_who_waits_for_the_date_beside_it(editor: Browser) -> None:
    """It showed the sum over all dates beside the next one."""
    address, session_id = await published(editor, capacity="1", waiting_limit="5")
    later = session_form(days=40, capacity="1", waiting_limit="5")
    assert (await editor.post(f"{address}/sessions/new", data=later)).status_code == 303
    other = await db.fetch_value("SELECT id FROM programmes_session WHERE id <> $1", session_id)
    for one, parties in ((session_id, 3), (other, 2)):
        for _ in range(parties):
            await applications.apply(somebody(), one, party())
    assert "キャンセル待ち 2 組" in (await editor.get(AT)).text
