"""A draw on its pages: the office sets it up, people apply, officials commit, anyone checks."""

import html
import json
import re
import uuid
from datetime import timedelta

import httpx
import pytest
from tests.accounts.walks import forms_of
from tests.fixtures.accounts import Browser, SignIn, make_account, make_member
from tests.programmes.build import form, published, session_form
from tests.programmes.conftest import party, somebody
from tests.programmes.drawn import CLOSES, REVEAL_UNTIL, committed, held, make_draw, while_open
from tests.programmes.listed import invalidate

from enishi.kit import clock, db
from enishi.programmes.allocation.draws import queries
from enishi.programmes.allocation.draws.verification import verify
from enishi.programmes.allocation.service import applications
from enishi.programmes.applications.schemas import Applicant
from enishi.programmes.jobs import TellApplicant
from enishi_jobs import programmes

ONE = {"party.0.kind": "adult", "party.0.name": "山田花子"}


def plain(text: str) -> str:
    return html.unescape(text.replace("<wbr>", ""))


def draw_form() -> dict[str, str]:
    last = str(clock.today() + timedelta(days=20))
    return session_form(selection="draw", draw_last_day=last)


@pytest.fixture
async def editor(organisation: uuid.UUID, browser_of: SignIn) -> Browser:
    return await browser_of(await make_member(organisation, "editor"))


async def test_an_office_sets_up_a_draw_and_its_rule_is_public(editor: Browser) -> None:
    _, session_id = await published(
        editor, selection="draw", draw_last_day=str(clock.today() + timedelta(days=20))
    )
    draw = await queries.get_draw(session_id)
    invalidate()
    page = plain((await editor.get(f"/ja/programmes/sessions/{session_id}/draw")).text)
    assert draw.rule_hash in page
    assert draw.rule in page
    assert "まだ抽選をしていません" in page
    shown = plain((await editor.get("/ja/programmes/tanada")).text)
    assert "抽選に申し込む" in shown
    assert "あと10席" not in shown


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"draw_last_day": ""}, "draw_last_day"),
        ({"draw_last_day": "2020-01-01"}, "draw_last_day"),
        ({"family_seats": "11"}, "family_seats"),
        ({"selection": "screening"}, "selection"),
    ],
)
async def test_a_draw_that_cannot_be_is_refused_at_its_field(
    editor: Browser, fields: dict[str, str], field: str
) -> None:
    address, _ = await published(editor)
    refused = await editor.post(f"{address}/sessions/new", data=draw_form() | fields)
    assert refused.status_code == 422
    assert f'href="#f-{field}"' in refused.text


async def test_the_last_day_leaves_time_to_reveal(editor: Browser) -> None:
    address, _ = await published(editor)
    day = clock.today() + timedelta(days=30)
    for days, status in ((1, 422), (2, 303)):
        fields = {"draw_last_day": str(day - timedelta(days=days)), "last_day": str(day)}
        answer = await editor.post(f"{address}/sessions/new", data=draw_form() | fields)
        assert answer.status_code == status, answer.text


async def test_who_applies_reads_what_finds_their_line(browser_of: SignIn) -> None:
    session_id = await make_draw()
    with while_open():
        browser = await browser_of(await make_account())
        page = plain((await browser.get(f"/ja/programmes/sessions/{session_id}/apply")).text)
        assert "抽選です。" in page
        assert "満席" not in page
        sent = await browser.post(f"/ja/programmes/sessions/{session_id}/apply", data=form() | ONE)
        assert sent.status_code == 303
        shown = plain((await browser.get(sent.headers["location"])).text)
    assert "抽選の申込を受け付けました" in shown
    entry = await db.fetch_one("SELECT salt, entry_id FROM programmes_draw_entry")
    assert entry is not None
    assert entry["salt"] in shown
    assert entry["entry_id"] in shown


async def test_a_draw_on_its_public_page_and_in_its_file(
    browser_of: SignIn, visitor: httpx.AsyncClient
) -> None:
    session_id = await make_draw(capacity=1)
    actors = await committed(session_id)
    account = await make_account()
    browser = await browser_of(account)
    with while_open():
        own = Applicant(account_id=account, home_municipality="131016", age_band="30-39")
        made = await applications.apply(own, session_id, party())
        await applications.apply(somebody(), session_id, party())
    file = f"/ja/me/applications/{made.receipt}/draw.jsonl"
    assert (await browser.get(file)).status_code == 404
    draw = await held(session_id, actors)

    invalidate()
    page = plain((await visitor.get(f"/ja/programmes/sessions/{session_id}/draw")).text)
    for shown in (draw.seed, draw.entries_hash, draw.rule_hash, "抽選が終わりました"):
        assert shown in page
    for official in draw.officials:
        assert official.number
        assert official.number in page
    entry = await queries.find_own_entry(made.id)
    assert entry is not None
    assert entry.entry_id in page
    assert entry.salt not in page
    assert made.receipt not in page

    answer = await browser.get(file)
    assert answer.status_code == 200
    assert verify(answer.text.splitlines(keepends=True)).seed == draw.seed
    assert json.loads(answer.text.splitlines()[(entry.line or 0) - 1])["id"] == entry.entry_id
    stranger = await browser_of(await make_account())
    assert (await stranger.get(file)).status_code == 404
    receipt = plain((await browser.get(f"/ja/me/applications/{made.receipt}")).text)
    assert f"抽選の順位は{entry.rank}位です" in receipt
    assert draw_file_link(receipt)


def draw_file_link(page: str) -> list[str]:
    return re.findall(r'href="([^"]*draw\.jsonl)"', page)


async def test_ranks_are_paged(visitor: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch) -> None:
    session_id = await make_draw(capacity=1)
    with while_open():
        for _ in range(5):
            await applications.apply(somebody(), session_id, party())
    await held(session_id, [])
    monkeypatch.setattr("enishi.programmes.pages.draws._RANKS_SHOWN", 2)
    address, found = f"/ja/programmes/sessions/{session_id}/draw", []
    while address:
        invalidate()
        page = (await visitor.get(address)).text
        found += re.findall(r'<th scope="row">(\d+)</th>', page)
        following = re.findall(r'rel="next" href="([^"]+)"', page)
        address = html.unescape(following[0]) if following else ""
    assert found == ["1", "2", "3", "4", "5"]


async def _office_of(session_id: uuid.UUID) -> str:
    slug = await db.fetch_value(
        """SELECT o.slug FROM organisations_organisation o
        JOIN programmes_session s ON s.organisation_id = o.id WHERE s.id = $1""",
        session_id,
    )
    return f"/ja/office/{slug}/programmes/sessions/{session_id}/draw"


async def test_two_officials_commit_and_reveal_on_their_page(browser_of: SignIn) -> None:
    session_id = await make_draw()
    address = await _office_of(session_id)
    organisation_id = (await queries.get_draw(session_id)).organisation_id
    typed = []
    with while_open():
        members = [await make_member(organisation_id, "editor") for _ in range(2)]
        browsers = [await browser_of(member) for member in members]
        for place, browser in enumerate(browsers, start=1):
            page = await browser.get(address)
            fields = forms_of(page)[f"{address}/commit"]
            typed.append(fields["number"])
            assert fields["place"] == str(place)
            sent = await browser.post(f"{address}/commit", data=fields | {"post": "総務課長"})
            assert sent.status_code == 303, sent.text
            shown = (await browser.get(sent.headers["location"])).text
            assert fields["number"] not in shown
            assert f"{address}/commit" not in forms_of(await browser.get(address))
    with clock.frozen_at(CLOSES):
        await programmes.hold_draws()
        for number, browser in zip(typed, browsers, strict=True):
            fields = forms_of(await browser.get(address))[f"{address}/reveal"]
            wrong = await browser.post(f"{address}/reveal", data=fields | {"number": "x" * 20})
            assert wrong.status_code == 409
            assert 'href="#f-number"' in wrong.text
            sent = await browser.post(f"{address}/reveal", data=form() | {"number": number})
            assert sent.status_code == 303, sent.text
        await programmes.hold_draws()
    assert (await queries.get_draw(session_id)).state == "drawn"


async def test_a_commitment_that_was_computed_elsewhere_is_taken(browser_of: SignIn) -> None:
    session_id = await make_draw()
    address = await _office_of(session_id)
    organisation_id = (await queries.get_draw(session_id)).organisation_id
    with while_open():
        browser = await browser_of(await make_member(organisation_id, "editor"))
        fields = forms_of(await browser.get(address))[f"{address}/commit"] | {"post": "課長"}
        refused = await browser.post(f"{address}/commit", data=fields | {"commitment": "zz"})
        assert refused.status_code == 422
        sent = await browser.post(
            f"{address}/commit", data=fields | {"commitment": "ab" * 32} | form()
        )
        assert sent.status_code == 303
    [official] = (await queries.get_draw(session_id)).officials
    assert official.commitment == "ab" * 32


async def test_pages_of_a_session_without_a_draw_are_not_there(editor: Browser) -> None:
    _, session_id = await published(editor)
    assert (await editor.get(f"/ja/programmes/sessions/{session_id}/draw")).status_code == 404
    assert (
        await editor.get(f"/ja/office/hida/programmes/sessions/{session_id}/draw")
    ).status_code == 404


async def test_the_mail_of_a_draw_says_what_became_of_it(
    browser_of: SignIn, visitor: httpx.AsyncClient
) -> None:
    session_id = await make_draw(capacity=1)
    with while_open():
        for _ in range(2):
            account = await make_account()
            own = Applicant(account_id=account, home_municipality="131016", age_band="30-39")
            await applications.apply(own, session_id, party())
    await held(session_id, [])
    events = await db.fetch(
        "SELECT id, state FROM programmes_application_event WHERE actor_kind = 'draw'"
    )
    assert sorted(each["state"] for each in events) == ["confirmed", "waiting"]
    for each in events:
        await programmes.tell_applicant(TellApplicant(event_id=each["id"]))
    bodies = [row["body"] for row in await db.fetch("SELECT body FROM kit_mail")]
    assert any("抽選で当選し" in body for body in bodies)
    assert any("抽選で席が決まりませんでした" in body for body in bodies)


async def test_the_office_names_the_parties_of_a_draw(browser_of: SignIn) -> None:
    session_id = await make_draw()
    with while_open():
        await applications.apply(somebody(), session_id, party())
    organisation_id = (await queries.get_draw(session_id)).organisation_id
    browser = await browser_of(await make_member(organisation_id, "editor"))
    address = (await _office_of(session_id)).removesuffix("/draw")
    page = plain((await browser.get(address)).text)
    assert "抽選の申込" in page
    entry = await db.fetch_one("SELECT salt, entry_id FROM programmes_draw_entry")
    assert entry is not None
    assert entry["salt"] not in page
    assert entry["entry_id"] not in page


async def test_a_draw_past_its_deadline_takes_nobody(browser_of: SignIn) -> None:
    session_id = await make_draw()
    with clock.frozen_at(REVEAL_UNTIL - timedelta(hours=2)):
        browser = await browser_of(await make_account())
        page = plain((await browser.get(f"/ja/programmes/sessions/{session_id}/apply")).text)
        assert "いまは申し込めません" in page
        address = f"/ja/programmes/sessions/{session_id}/apply"
        refused = await browser.post(address, data=form() | ONE)
        assert refused.status_code == 409


async def test_an_official_who_revealed_nothing_is_named(visitor: httpx.AsyncClient) -> None:
    session_id = await make_draw()
    actors = await committed(session_id)
    await held(session_id, actors[:1])
    invalidate()
    page = plain((await visitor.get(f"/ja/programmes/sessions/{session_id}/draw")).text)
    assert "担当2" in page
    assert page.count("明らかにしませんでした。規則のとおり、代わりの番号を使いました。") == 1


async def test_a_list_promises_no_places_before_the_draw(visitor: httpx.AsyncClient) -> None:
    await make_draw()
    with while_open():
        invalidate()
        page = plain((await visitor.get("/ja/programmes")).text)
        assert "抽選・受付中" in page
        assert "席以上" not in page
        [item] = (await visitor.get("/api/v1/programmes")).json()["items"]
    assert (item["with_draw"], item["with_places"], item["with_queue"]) == (1, 0, 0)
    assert item["most_free"] == 0
