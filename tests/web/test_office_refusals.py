"""A refusal in an office: its real cause, beside its form, with the menu and a way back."""

import re
import uuid

import pytest
from tests.accounts.walks import forms_of, send
from tests.architecture.test_policies import Route, all_routes
from tests.fixtures.accounts import Browser, SignIn, make_account, make_member

MENU = 'href="/ja/office/hida/programmes"'
MEMBERS = "/ja/office/hida/members"
LAST_OWNER = "団体には管理者が必ず1人必要です。"


async def test_the_last_owner_reads_why_beside_the_form(office: Browser, clerk: uuid.UUID) -> None:
    page = await office.get(MEMBERS)
    refused = await send(office, page, f"{clerk}/role", role="analyst")
    assert refused.status_code == 409
    assert LAST_OWNER in refused.text
    assert f'id="e-{clerk}"' in refused.text
    assert f'aria-describedby="e-{clerk}"' in refused.text
    assert MENU in refused.text
    assert "締切や定員" not in refused.text
    refused = await send(office, await office.get("/ja/office/hida/"), "/leave")
    assert refused.status_code == 409
    assert LAST_OWNER in refused.text.replace("<wbr>", "")
    assert MENU in refused.text
    assert MEMBERS in refused.text


async def test_a_role_that_changed_meanwhile_is_not_overridden_unseen(
    office: Browser, organisation: uuid.UUID
) -> None:
    colleague = await make_member(organisation, "editor", "同僚")
    stale = await office.get(MEMBERS)
    fresh = await office.get(MEMBERS)
    assert (await send(office, fresh, f"{colleague}/role", role="moderator")).status_code == 303
    refused = await send(office, stale, f"{colleague}/role", role="analyst")
    assert refused.status_code == 409
    assert "別の画面で内容が変わりました" in refused.text
    assert (await send(office, refused, f"{colleague}/role", role="analyst")).status_code == 303


async def test_a_missing_role_is_named_and_the_menu_stays(
    organisation: uuid.UUID, browser_of: SignIn
) -> None:
    browser = await browser_of(await make_member(organisation, "moderator"))
    for page in ("profile", "dialogues/new"):
        answer = await browser.get(f"/ja/office/hida/{page}")
        assert answer.status_code == 403
        text = answer.text.replace("<wbr>", "")
        assert "管理者」の役割が必要です。" in text
        assert "あなたの役割は「進行役」です。" in text
        assert "ログインしていない" not in text
        assert MENU in text
    english = await browser.get("/en/office/hida/profile")
    assert "Your role is “Moderator”." in english.text.replace("<wbr>", "")


async def test_what_is_not_there_keeps_the_menu(office: Browser) -> None:
    answer = await office.get("/ja/office/hida/dialogues/nothing")
    assert (answer.status_code, MENU in answer.text) == (404, True)


async def test_another_office_shows_no_menu(organisation: uuid.UUID, browser_of: SignIn) -> None:
    browser = await browser_of(await make_account())
    answer = await browser.get("/ja/office/hida/")
    assert (answer.status_code, MENU in answer.text) == (404, False)


async def test_a_member_is_not_invited_again(office: Browser, organisation: uuid.UUID) -> None:
    colleague = await make_member(organisation, "editor")
    page = await office.get(MEMBERS)
    address = f"{colleague.hex}@people.example"
    assert address in page.text
    refused = await send(office, page, "/members/invite", address=address.upper(), role="analyst")
    assert refused.status_code == 409
    assert "すでにこの団体のメンバーです。" in refused.text
    assert 'href="#f-address"' in refused.text


def _addresses_for_forms_only() -> list[str]:
    """Addresses that take POST and no GET, but those of the API."""
    routes: dict[str, list[Route]] = {}
    for route in all_routes():
        if not route.path.startswith("/api/"):
            routes.setdefault(route.path, []).append(route)
    return [
        each[0].address() for each in routes.values() if {one.method for one in each} == {"POST"}
    ]


async def test_an_address_for_forms_leads_to_the_page_above_it(office: Browser) -> None:
    addresses = _addresses_for_forms_only()
    assert len(addresses) > 20
    for address in addresses:
        answer = await office.get(address)
        assert answer.status_code == 303, address
        assert address.startswith(answer.headers["location"]), address


@pytest.mark.parametrize("verb", ["publish", "delete"])
async def test_a_refused_move_can_be_loaded_again(office: Browser, verb: str) -> None:
    page = await office.get("/ja/office/hida/dialogues/new")
    made = await office.post(
        "/ja/office/hida/dialogues/new",
        data=forms_of(page)[""] | {"title.ja": "橋"},
    )
    at = re.sub(r"\?.*", "", made.headers["location"])
    refused = await office.post(
        f"{at}/move/{verb}", data={"submission": str(uuid.uuid4()), "version": "7"}
    )
    assert refused.status_code == 409
    assert (await office.get(f"{at}/move/{verb}")).status_code == 200
