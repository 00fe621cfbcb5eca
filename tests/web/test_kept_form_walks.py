"""A form whose session has ended, in every area: kept, sent again after signing in, done once."""

import uuid
from collections.abc import Awaitable, Callable
from typing import Any

import httpx
import pytest
from tests.accounts.walks import code_for, follow, forms_of, send
from tests.consultations.desk import topic
from tests.fixtures.accounts import Browser, SignIn, make_account, make_member, make_organisation
from tests.programmes.listed import make_date, make_programme
from tests.web.kept import kept

from enishi.kit import db

Typed = dict[str, Any]


async def end_sessions_elsewhere(browser_of: SignIn, account_id: uuid.UUID) -> None:
    phone = await browser_of(account_id)
    page = await phone.get("/ja/me/devices")
    assert (await send(phone, page, "/devices/end-all")).status_code == 303


async def sign_in_in_a_new_tab(browser: Browser, page: httpx.Response, address: str) -> None:
    """Follow the link of the kept form; both tabs share the cookies."""
    assert 'href="/ja/sign-in/done" target="_blank" rel="noopener"' in page.text
    form = await follow(browser, await browser.get("/ja/sign-in/done"))
    code = await follow(browser, await send(browser, form, "/sign-in", address=address))
    answer = await send(browser, code, "/sign-in/code", code=await code_for(address))
    assert answer.headers["location"] == "/ja/sign-in/done"
    done = await follow(browser, answer)
    assert "もう一度送る" in done.text.replace("<wbr>", "")


async def count(rows: str) -> int:
    [row] = await db.fetch(f"SELECT count(*) FROM {rows}")  # noqa: S608 (made of constants)
    number: int = row["count"]
    return number


async def profile() -> tuple[str, Typed]:
    return "/ja/me", {"display_name": '<梅子 & "柿男">', "language": "ja", "birth_year": "1988"}


async def registration() -> tuple[str, Typed]:
    chosen = {"reasons": ["birthplace", "donation"], "interests": "food", "purposes": "news"}
    return "/ja/places/municipalities/212172/register", chosen


async def application() -> tuple[str, Typed]:
    session_id = await make_date(await make_programme())
    return f"/ja/programmes/sessions/{session_id}/apply", {
        "party.0.kind": "adult",
        "party.0.name": "山田花子",
        "note": "楽しみにしています。\r\n駅からは歩いて行きます。",
    }


async def consultation() -> tuple[str, Typed]:
    fields = await topic()
    long = "橋が古くなりました。\r\n\r\nどうしますか。</textarea><script>"
    return "/ja/office/hida/dialogues/new", fields | {"problem.ja": long}


async def theme() -> tuple[str, Typed]:
    [row] = await db.fetch("SELECT id FROM themes_theme WHERE number = 6")
    return "/ja/office/hida/themes", {
        "parent_id": str(row["id"]),
        "slug": "yamazato",
        "title.ja": "山里のくらし",
        "summary.ja": "山里で続けられるくらしを考えます。",
    }


@pytest.mark.parametrize(
    ("walk", "role", "done", "shown"),
    [
        (profile, "", "audit_entry WHERE action = 'accounts.profile.changed'", 0),
        (registration, "", "relations_registration", 0),
        (application, "", "programmes_application", 1),
        (consultation, "editor", "consultations_consultation", 2),
        (theme, "editor", "themes_theme WHERE organisation_id IS NOT NULL", 1),
    ],
)
async def test_after_signing_in_again_the_form_is_sent_as_it_stands_and_done_once(
    browser_of: SignIn,
    walk: Callable[[], Awaitable[tuple[str, Typed]]],
    role: str,
    done: str,
    shown: int,
) -> None:
    organisation_id = await make_organisation("hida")
    account_id = await (make_member(organisation_id, role) if role else make_account())
    browser = await browser_of(account_id)
    address, typed = await walk()
    page = await browser.get(address)
    assert page.status_code == 200
    forms = forms_of(page)
    sent = typed | {"submission": forms.get(address, forms.get("", {}))["submission"]}
    await end_sessions_elsewhere(browser_of, account_id)

    answer = await browser.post(address, data=sent)
    form = kept(answer)
    assert form.action == address
    assert form.values() == {
        name: value if isinstance(value, list) else [value] for name, value in sent.items()
    }
    assert len(form.shown) == shown
    assert "hidaの役所" not in answer.text  # nothing of the office to a browser without a session
    assert await count(done) == 0

    again = await browser.post(form.action, data=form.values())
    assert kept(again).values() == form.values()
    await sign_in_in_a_new_tab(browser, answer, f"{account_id.hex}@people.example")
    for _ in range(2):
        assert (await browser.post(form.action, data=form.values())).status_code == 303
    assert await count(done) == 1
