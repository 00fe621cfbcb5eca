"""The applicant's way: form, receipt, waiting list, offer, cancelling."""

import asyncio
import re
import uuid
from datetime import timedelta
from typing import Any

import httpx
import icalendar
import pytest
from tests.fixtures.accounts import Browser, SignIn, make_account
from tests.programmes.conftest import party, somebody
from tests.programmes.listed import make_date, make_programme

from enishi.kit import clock, db
from enishi.programmes.allocation import queries as allocation_queries
from enishi.programmes.allocation.service import applications
from enishi.programmes.applications.queries.own import get_application
from enishi.programmes.jobs import TellApplicant
from enishi_jobs import programmes


def form(**fields: str) -> dict[str, str]:
    """Fields of an adult and a child, with changes. `__` stands for a dot, "-" for no field."""
    typed = {
        "submission": str(uuid.uuid4()),
        "party.0.kind": "adult",
        "party.0.name": "山田花子",
        "party.1.kind": "child",
        "party.1.name": "山田そら",
        "party.1.age": "７",
        "party.1.needs": "たまごアレルギー",
        "note": "楽しみにしています",
    } | {name.replace("__", "."): value for name, value in fields.items()}
    return {name: value for name, value in typed.items() if value != "-"}


ALONE = {"party__1__kind": "-", "party__1__name": "-", "party__1__age": "-", "party__1__needs": "-"}


def apply_at(session_id: uuid.UUID) -> str:
    return f"/ja/programmes/sessions/{session_id}/apply"


def errors(page: httpx.Response) -> dict[str, str]:
    """Field name -> its message."""
    found = re.findall(r'id="e-([^"]+)">.*?</span>([^<]+)</span>', page.text, re.DOTALL)
    return dict(found)


def said(page: httpx.Response) -> str:
    """The page without its optional line breaks."""
    return page.text.replace("<wbr>", "")


async def applied(browser: Browser, session_id: uuid.UUID, **fields: str) -> str:
    """Apply. Returns the path of the receipt page."""
    answer = await browser.post(apply_at(session_id), data=form(**fields))
    assert answer.status_code == 303, answer.text
    return str(answer.headers["location"].partition("?")[0])


@pytest.fixture
async def session_id() -> uuid.UUID:
    return await make_date(await make_programme())


async def test_a_family_applies_and_gets_a_receipt(
    signed_in: Browser, session_id: uuid.UUID, citizen: uuid.UUID
) -> None:
    await db.fetch(
        "UPDATE accounts_account SET home_municipality = '131016', birth_year = $2 WHERE id = $1",
        citizen,
        clock.today().year - 34,
    )
    asked = (await signed_in.get(apply_at(session_id))).text
    assert "申込を受け付け、受入れの準備をするために、主催者に渡します" in asked
    assert {"必須", "任意"} <= set(re.findall(r'"field__need[^"]*">([^<]*)<', asked))
    answer = await signed_in.post(apply_at(session_id), data=form())
    assert answer.status_code == 303
    page = await signed_in.get(answer.headers["location"])
    receipt = answer.headers["location"].partition("?")[0].rpartition("/")[2]
    for words in (receipt, "参加が決まりました", "山田そら", "7歳", "たまごアレルギー", "4,500円"):
        assert words in page.text, words
    [row] = await db.fetch("SELECT * FROM programmes_application")
    kept = (row["home_municipality"], row["age_band"], row["identity_level"], row["party_size"])
    assert kept == ("131016", "30-39", 1, 2)
    mine = await signed_in.get("/ja/me/applications")
    assert receipt in mine.text
    again = await signed_in.get(apply_at(session_id))
    assert "すでに申し込んでいます" in said(again)
    assert receipt in again.text


async def test_a_double_click_is_one_application(signed_in: Browser, session_id: uuid.UUID) -> None:
    sent = form()
    answers = [await signed_in.post(apply_at(session_id), data=sent) for _ in range(2)]
    assert [answer.status_code for answer in answers] == [303, 303]
    assert answers[0].headers["location"] == answers[1].headers["location"]
    second_tab = await signed_in.post(apply_at(session_id), data=form())
    assert second_tab.status_code == 409
    assert "すでに申し込んでいます" in said(second_tab)
    assert await db.fetch_value("SELECT count(*) FROM programmes_application") == 1
    assert await allocation_queries.count_drift() == 0


async def test_a_form_that_is_sent_again_later_leads_to_what_it_made(signed_in: Browser) -> None:
    session_id = await make_date(await make_programme(), capacity=2, waiting_limit=0)
    sent = form()
    first = await signed_in.post(apply_at(session_id), data=sent)
    full = await signed_in.post(apply_at(session_id), data=sent)  # the session is full by now
    assert full.headers["location"] == first.headers["location"]
    address = first.headers["location"].partition("?")[0]
    left = await signed_in.post(f"{address}/leave", data={"submission": str(uuid.uuid4())})
    assert left.status_code == 303
    again = await signed_in.post(apply_at(session_id), data=sent)
    assert again.headers["location"] == first.headers["location"]
    assert await db.fetch_value("SELECT count(*) FROM programmes_application") == 1
    other = await signed_in.post(apply_at(session_id), data=sent | {"note": "ほか"})
    assert other.status_code == 422


@pytest.mark.usefixtures("own_database")
async def test_ten_clicks_at_once_are_one_application(browser_of: SignIn) -> None:
    session_id = await make_date(await make_programme())
    browser = await browser_of(await make_account())
    sent = form()
    answers = await asyncio.gather(
        *(browser.post(apply_at(session_id), data=sent) for _ in range(10))
    )
    assert {answer.status_code for answer in answers} == {303}
    assert len({each.headers["location"] for each in answers}) == 1
    assert await db.fetch_value("SELECT count(*) FROM programmes_application") == 1
    assert await allocation_queries.count_drift() == 0


async def test_rows_come_and_go_without_scripts_and_nothing_typed_is_lost(
    signed_in: Browser, session_id: uuid.UUID
) -> None:
    more = await signed_in.post(apply_at(session_id), data=form(step="add"))
    assert more.status_code == 200
    assert "error-summary" not in more.text
    for typed in ("山田花子", "山田そら", "たまごアレルギー", "楽しみにしています"):
        assert typed in more.text
    assert 'name="party.2.name"' in more.text

    fewer = await signed_in.post(apply_at(session_id), data=form(step="remove-0"))
    assert 'name="party.0.name"' in fewer.text
    assert 'name="party.1.name"' not in fewer.text
    assert "山田そら" in fewer.text
    assert "山田花子" not in fewer.text
    assert await db.fetch_value("SELECT count(*) FROM programmes_application") == 0


@pytest.mark.parametrize(
    ("listing", "fields", "refused"),
    [
        ({}, {"party__0__name": " "}, {"party.0.name"}),
        ({}, {"party__1__age": "-"}, {"party.1.age"}),
        ({}, {"party__1__age": "七"}, {"party.1.age"}),
        ({}, {"party__1__age": "18"}, {"party.1.age"}),
        ({}, {"party__0__age": "17"}, {"party.0.age"}),
        ({"age_min": 8}, {}, {"party.1.age"}),
        ({"age_max": 60}, {}, {"party.0.age"}),
        ({"age_max": 60}, {"party__0__age": "61"}, {"party.0.age"}),
        ({"minors": "not_admitted"}, {}, {"party.1.kind"}),
        ({}, {"party__0__kind": "child", "party__0__age": "9"}, {"party.0.kind"}),
        ({"minors": "with_consent"}, {}, {"guardian_consent"}),
    ],
)  # fmt: skip
async def test_conditions_are_checked_and_said_at_their_field(
    signed_in: Browser, listing: dict[str, Any], fields: dict[str, str], refused: set[str]
) -> None:
    session_id = await make_date(await make_programme(**listing))
    page = await signed_in.post(apply_at(session_id), data=form(**fields))
    assert page.status_code == 422
    assert "入力をご確認ください" in said(page)
    if "kind" not in str(refused) or listing.get("minors") != "not_admitted":
        assert set(errors(page)) == refused
    assert "楽しみにしています" in page.text
    assert await db.fetch_value("SELECT count(*) FROM programmes_application") == 0


async def test_the_consent_of_guardians_is_kept(signed_in: Browser) -> None:
    session_id = await make_date(await make_programme(minors="with_consent"))
    await applied(signed_in, session_id, guardian_consent="yes")
    [row] = await db.fetch("SELECT guardian_consent_at, applied_at FROM programmes_application")
    assert row["guardian_consent_at"] == row["applied_at"]


async def test_whoever_waits_sees_their_place_and_takes_what_is_offered(
    signed_in: Browser,
) -> None:
    session_id = await make_date(await make_programme(), capacity=1)
    first, second = somebody(), somebody()
    made = await applications.apply(first, session_id, party())
    ahead = await applications.apply(second, session_id, party())
    assert "満席のため、キャンセル待ち" in (await signed_in.get(apply_at(session_id))).text.replace(
        "<wbr>", ""
    )
    receipt = await applied(signed_in, session_id, **ALONE)
    assert "キャンセル待ちの2番目です" in (await signed_in.get(receipt)).text

    await applications.cancel(second.account_id, ahead.id)
    assert "キャンセル待ちの1番目です" in (await signed_in.get(receipt)).text
    await applications.cancel(first.account_id, made.id)
    page = await signed_in.get(receipt)
    assert "までに参加を確定してください" in page.text
    calendar = icalendar.Calendar.from_ical(
        (await signed_in.get(f"{receipt}/calendar.ics")).content
    )
    assert str(calendar.walk("VEVENT")[0]["STATUS"]) == "TENTATIVE"

    sent = {"submission": str(uuid.uuid4())}
    for _ in range(2):
        answer = await signed_in.post(f"{receipt}/accept", data=sent)
        assert answer.status_code == 303
    page = await signed_in.get(answer.headers["location"])
    events = re.findall(r'timeline__what">([^<]+)<', page.text)
    assert events == [
        "申込を受け付けました",
        "キャンセル待ちとして受け付けました",
        "席が空きました。期限までに参加を確定してください",
        "参加が決まりました",
    ]


async def test_an_offer_that_is_over_says_so(signed_in: Browser) -> None:
    session_id = await make_date(await make_programme(), capacity=1)
    first = somebody()
    made = await applications.apply(first, session_id, party())
    receipt = await applied(signed_in, session_id, **ALONE)
    await applications.cancel(first.account_id, made.id)
    with clock.frozen_at(clock.now() + timedelta(hours=49)):
        answer = await signed_in.post(f"{receipt}/accept", data={"submission": str(uuid.uuid4())})
        assert answer.status_code == 409
        assert "この案内の期限は過ぎました" in said(answer)


async def test_calling_off_is_asked_once_more_and_frees_the_places(signed_in: Browser) -> None:
    session_id = await make_date(await make_programme(), capacity=2)
    receipt = await applied(signed_in, session_id)
    waits = somebody()
    waiting = await applications.apply(waits, session_id, party())

    page = await signed_in.get(f"{receipt}/leave")
    assert "2人分の席は、すぐにほかの方に回ります" in page.text
    answer = await signed_in.post(f"{receipt}/leave", data={"submission": str(uuid.uuid4())})
    assert answer.status_code == 303
    assert "申込を取り消しました" in (await signed_in.get(receipt)).text
    assert (await get_application(waits.account_id, waiting.id)).state == "offered"
    assert (await signed_in.get(f"{receipt}/leave")).status_code == 303  # already cancelled
    again = await signed_in.post(f"{receipt}/leave", data={"submission": str(uuid.uuid4())})
    assert again.status_code == 409
    assert await allocation_queries.count_drift() == 0


async def test_nobody_calls_off_once_it_has_begun(signed_in: Browser) -> None:
    session_id = await make_date(await make_programme(), days=5)
    receipt = await applied(signed_in, session_id)
    with clock.frozen_at(clock.now() + timedelta(days=5, minutes=1)):
        assert f"{receipt}/leave" not in (await signed_in.get(receipt)).text
        answer = await signed_in.post(f"{receipt}/leave", data={"submission": str(uuid.uuid4())})
    assert answer.status_code == 409
    assert await db.fetch_value("SELECT state FROM programmes_application") == "confirmed"


async def test_a_receipt_is_read_by_its_owner_alone(
    signed_in: Browser, session_id: uuid.UUID, browser_of: SignIn, visitor: httpx.AsyncClient
) -> None:
    receipt = await applied(signed_in, session_id)
    stranger = await browser_of(await make_account("太郎"))
    key = {"submission": str(uuid.uuid4())}
    for part in ("", "/leave", "/calendar.ics"):
        assert (await stranger.get(receipt + part)).status_code == 404
        assert "sign-in" in (await visitor.get(receipt + part)).headers["location"]
    for part in ("/leave", "/accept"):
        assert (await stranger.post(receipt + part, data=key)).status_code == 404
    assert "山田" not in (await stranger.get("/ja/me/applications")).text
    assert (await signed_in.get(receipt.lower())).status_code == 200  # in any letter case


async def test_who_is_not_signed_in_comes_back_to_the_form(
    visitor: httpx.AsyncClient, session_id: uuid.UUID
) -> None:
    answer = await visitor.get(apply_at(session_id))
    assert answer.status_code == 303
    assert apply_at(session_id) in answer.headers["location"]


async def test_the_mail_leads_to_the_receipt(signed_in: Browser, session_id: uuid.UUID) -> None:
    receipt = await applied(signed_in, session_id)
    event_id = await db.fetch_value("SELECT id FROM programmes_application_event")
    await programmes.tell_applicant(TellApplicant(event_id=event_id))
    body = await db.fetch_value("SELECT body FROM kit_mail")
    [address] = re.findall(r"https?://[^/]+(/\S+)", body)
    assert address == receipt
    assert (await signed_in.get(address)).status_code == 200
