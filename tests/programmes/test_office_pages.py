"""The office's way: from an empty list to a published programme with sessions."""

import re
import uuid
from datetime import timedelta

import pytest
from tests.fixtures.accounts import Browser, SignIn, make_member, make_organisation
from tests.programmes.build import (
    AT,
    PARTS,
    draft,
    family,
    form,
    move,
    published,
    session_form,
    write,
)
from tests.programmes.conftest import somebody

from enishi.kit import clock, db
from enishi.programmes.allocation import queries as allocation_queries
from enishi.programmes.allocation.service import applications
from enishi.programmes.applications.queries.own import get_application
from enishi.themes import queries as themes
from enishi.themes.schemas import ThemeForm
from enishi.themes.service import add_theme


@pytest.fixture
async def editor(organisation: uuid.UUID, browser_of: SignIn) -> Browser:
    return await browser_of(await make_member(organisation, "editor"))


def plain(text: str) -> str:
    return text.replace("<wbr>", "")


async def test_a_draft_says_what_it_lacks_and_where_until_it_is_published(editor: Browser) -> None:
    assert "まだ体験・活動はありません" in plain((await editor.get(AT)).text)
    address = await draft(editor)

    refused = await move(editor, address, "publish")
    assert refused.status_code == 409
    for field in ("basic#f-summary.ja", "conditions#f-minors", "money#f-fee_adult"):
        assert f'href="{address}/edit/{field}"' in refused.text
    assert f'href="{address}/sessions/new"' in refused.text

    for part in PARTS:
        answer = await write(editor, address, part, then="next")
        assert answer.status_code == 303, answer.text
    assert "/sessions/new" in answer.headers["location"]
    await editor.post(f"{address}/sessions/new", data=session_form())
    assert "必要な項目がそろいました" in plain((await editor.get(address)).text)
    assert "0577-00-0000" in (await editor.get(f"{address}/preview")).text

    assert (await move(editor, address, "publish")).status_code == 303
    overview = plain((await editor.get(AT)).text)
    assert "公開中" in overview
    assert "0 / 10 人" in overview
    assert (await move(editor, address, "close")).status_code == 303


async def test_what_was_published_stays_complete_and_keeps_its_address(editor: Browser) -> None:
    address, _ = await published(editor)
    emptied = await write(editor, address, "contact", **{"contact.telephone": ""})
    assert emptied.status_code == 409
    assert 'href="#f-contact.telephone"' in emptied.text
    moved = await write(editor, address, "basic", slug="elsewhere")
    assert moved.status_code == 409
    assert (await write(editor, address, "money", fee_adult="2000")).status_code == 303


async def test_a_colleagues_change_is_not_saved_over_unseen(editor: Browser) -> None:
    address = await draft(editor)
    first = await write(editor, address, "conditions", age_min="10")
    stale = form(seen="0" * 16, minors="not_admitted", age_min="20")
    second = await editor.post(f"{address}/edit/conditions", data=stale)
    assert (first.status_code, second.status_code) == (303, 409)
    assert 'value="20"' in second.text

    seen = second.text.split('name="seen" value="')[1].split('"')[0]
    again = await editor.post(f"{address}/edit/conditions", data=stale | form(seen=seen))
    assert again.status_code == 303
    assert 'value="20"' in (await editor.get(f"{address}/edit/conditions")).text


async def test_the_theme_is_one_that_people_find_and_figures_count_by(
    organisation: uuid.UUID, editor: Browser
) -> None:
    directions = await themes.list_national_themes()
    own = ThemeForm(
        parent_id=directions[0].id, slug="our-own", title={"ja": "町の"}, summary={"ja": "町の"}
    )
    await add_theme(uuid.uuid4(), organisation, own)
    address = await draft(editor)
    page = (await editor.get(f"{address}/edit/basic")).text
    assert page.count(f'value="{directions[0].slug}"') == 1
    for unknown in ("our-own", f"{directions[0].slug} {directions[1].slug}"):
        assert f'value="{unknown}"' not in page
        refused = await write(editor, address, "basic", theme_code=unknown)
        assert 'href="#f-theme_code"' in refused.text
    assert (await write(editor, address, "basic", theme_code=directions[0].slug)).status_code == 303


async def test_two_parts_can_be_written_at_the_same_time(editor: Browser) -> None:
    address = await draft(editor)
    page = await editor.get(f"{address}/edit/contact")
    seen = page.text.split('name="seen" value="')[1].split('"')[0]
    await write(editor, address, "money")
    sent = form(seen=seen) | PARTS["contact"]
    assert (await editor.post(f"{address}/edit/contact", data=sent)).status_code == 303


@pytest.mark.parametrize(
    ("part", "field", "value"),
    [
        ("basic", "title.ja", ""),
        ("basic", "title.ja", "題" * 61),
        ("basic", "kind", "holiday"),
        ("basic", "slug", "棚田"),
        ("conditions", "age_max", "5"),
        ("money", "fee_adult", "千円"),
        ("money", "money.lodging", "castle"),
        ("contact", "contact.website", "javascript:alert(1)"),
    ],
)
async def test_what_is_wrong_is_said_at_its_field_and_nothing_typed_is_lost(
    editor: Browser, part: str, field: str, value: str
) -> None:
    address = await draft(editor)
    more = {"age_min": "10"} if part == "conditions" else {}
    answer = await write(editor, address, part, **{field: value, **more})
    assert answer.status_code == 422
    assert f'href="#f-{field}"' in answer.text
    assert f'id="e-{field}"' in answer.text
    assert value in answer.text or part in ("money", "basic")


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("ends", "09:00"),
        ("ends_on", "2020-01-01"),
        ("last_day", "2099-01-01"),
        ("capacity", "0"),
        ("day", "2026-02-30"),
        ("starts", "朝"),
    ],
)
async def test_a_session_with_impossible_times_is_refused_at_the_field(
    editor: Browser, field: str, value: str
) -> None:
    address = await draft(editor)
    sent = session_form(**{field: value})
    answer = await editor.post(f"{address}/sessions/new", data=sent)
    assert answer.status_code == 422
    assert f'id="e-{field}"' in answer.text
    assert await db.fetch_value("SELECT count(*) FROM programmes_session") == 0


async def test_who_may_apply_on_the_day_may_until_it_begins(editor: Browser) -> None:
    address = await draft(editor)
    sent = session_form(20)
    await editor.post(f"{address}/sessions/new", data=sent | {"last_day": sent["day"]})
    [row] = await db.fetch("SELECT starts_at, closes_at FROM programmes_session")
    assert row["starts_at"] == row["closes_at"]
    assert f"{clock.in_tokyo(row['starts_at']):%H:%M}" == "09:30"


async def test_nobody_who_applied_is_harmed_by_a_change_and_more_places_are_offered(
    editor: Browser,
) -> None:
    _, session_id = await published(editor, capacity="2")
    inside, waiting = somebody(), somebody()
    await applications.apply(inside, session_id, family())
    queued = await applications.apply(waiting, session_id, family())
    at = f"{AT}/sessions/{session_id}/edit"
    for change, field in (
        ({"day": str(clock.today() + timedelta(days=31))}, "day"),
        ({"meeting_place.ja": "よその公民館"}, "day"),
        ({"capacity": "1"}, "capacity"),
    ):
        refused = await editor.post(at, data=session_form(capacity="2") | change)
        assert refused.status_code == 409
        assert f'href="#f-{field}"' in refused.text

    grown = await editor.post(at, data=session_form(capacity="4"))
    assert grown.status_code == 303, grown.text
    assert (await get_application(waiting.account_id, queued.id)).state == "offered"
    assert await allocation_queries.count_drift() == 0


@pytest.mark.parametrize("language", ["ja", "en"])
async def test_every_page_answers_in_both_languages(
    editor: Browser, organisation: uuid.UUID, language: str
) -> None:
    address, session_id = await published(editor)
    pages = ["", "/edit/basic", "/edit/conditions", "/edit/money", "/edit/access", "/edit/contact"]
    paths = [AT, f"{AT}/new", *(address + page for page in (*pages, "/sessions/new", "/preview"))]
    paths += [f"{address}/move/{verb}" for verb in _VERBS]
    paths += [f"{AT}/sessions/{session_id}{page}" for page in _SESSION_PAGES]
    for path in paths:
        answer = await editor.get(path.replace("/ja/", f"/{language}/", 1))
        assert answer.status_code == 200, path
        assert re.search(r"<h1[^>]*>.+</h1>", answer.text), path
    assert (await editor.get(f"{address}/edit/taxes")).status_code == 404


_SESSION_PAGES = ("", "/edit", "/copy", "/call-off", "/sheet", "/contacts", "/message", "/postpone")
_VERBS = ("publish", "close", "delete")
_OF_A_PROGRAMME = [
    ("GET", ""),
    ("GET", "/preview"),
    ("GET", "/edit/basic"),
    ("POST", "/edit/basic"),
    *((method, f"/move/{verb}") for verb in _VERBS for method in ("GET", "POST")),
    ("GET", "/sessions/new"),
    ("POST", "/sessions/new"),
]
_OF_A_SESSION = [
    *(("GET", page) for page in _SESSION_PAGES),
    ("POST", "/edit"),
    ("POST", "/copy"),
    ("POST", "/call-off"),
    ("POST", "/mark-rest"),
    ("POST", "/message"),
    ("POST", "/postpone"),
    ("POST", "/export"),
    ("POST", "/applications/{application}/mark"),
]


async def test_another_organisations_programmes_do_not_exist_for_an_office(
    editor: Browser, browser_of: SignIn
) -> None:
    address, session_id = await published(editor)
    made = await applications.apply(somebody(), session_id, family())
    other = await make_organisation("kaga", lg_code="172065")
    stranger = await browser_of(await make_member(other, "owner"))
    before = await db.fetch_value("SELECT count(*) FROM audit_entry")
    theirs = address.replace("/hida/", "/kaga/")
    asked = [(method, theirs + page) for method, page in _OF_A_PROGRAMME] + [
        (method, f"/ja/office/kaga/programmes/sessions/{session_id}{page}")
        for method, page in _OF_A_SESSION
    ]
    # Each form is complete, so that only the ownership of the programme can refuse it.
    everything = (
        session_form() | PARTS["basic"] | {"seen": "x", "how": "weekly", "weeks": "1"}
    ) | {
        "reason.ja": "理由",
        "state": "attended",
        "audience": "all",
        "body.ja": "雪",
        "step": "send",
    }
    for method, path in asked:
        sent = form() | {k: v for k, v in everything.items() if k != "submission"}
        answer = await stranger.request(
            method,
            path.format(application=made.id),
            data=sent if method == "POST" else None,
        )
        assert answer.status_code == 404, f"{method} {path}"
        assert "山田花子" not in answer.text
    assert "棚田の田植え" not in (await stranger.get("/ja/office/kaga/programmes")).text
    assert await db.fetch_value("SELECT count(*) FROM audit_entry") == before


async def test_who_only_reads_sees_the_programme_but_no_names(
    organisation: uuid.UUID, editor: Browser, browser_of: SignIn
) -> None:
    address, session_id = await published(editor)
    await applications.apply(somebody(), session_id, family())
    analyst = await browser_of(await make_member(organisation, "analyst"))
    page = await analyst.get(address)
    assert page.status_code == 200
    assert "2 / 10 人" in page.text
    assert f"sessions/{session_id}" not in page.text
    assert (await analyst.get(f"{AT}/sessions/{session_id}")).status_code == 403
