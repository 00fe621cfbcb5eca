"""Where a sign-in leads that no page asked for, and the addresses that people type."""

import httpx
import pytest
from tests.accounts.walks import code_for, follow, send
from tests.fixtures.accounts import SignIn, make_account, make_member, make_organisation

from enishi.kit import db


async def sign_in(visitor: httpx.AsyncClient, address: str, start: str) -> httpx.Response:
    page = await visitor.get(start)
    code = await follow(visitor, await send(visitor, page, "/sign-in", address=address))
    return await send(visitor, code, "/sign-in/code", code=await code_for(address))


@pytest.mark.parametrize(
    ("offices", "start", "lands"),
    [
        (0, "/ja/sign-in", "/ja/me"),
        (1, "/ja/sign-in", "/ja/office"),
        (2, "/ja/sign-in", "/ja/office"),
        (1, "/ja/sign-in?next=/ja/dialogues", "/ja/dialogues"),
    ],
)
async def test_a_sign_in_leads_to_where_one_works(
    visitor: httpx.AsyncClient, offices: int, start: str, lands: str
) -> None:
    account = await make_account()
    for number in range(offices):
        organisation = await make_organisation(f"office-{number}", lg_code=None)
        await db.fetch(
            "INSERT INTO organisations_membership"
            " (id, organisation_id, account_id, role, joined_at)"
            " VALUES (gen_random_uuid(), $1, $2, 'editor', now())",
            organisation,
            account,
        )
    landed = await sign_in(visitor, f"{account.hex}@people.example", start)
    assert landed.headers["location"].rstrip("/") == lands
    office = await visitor.get("/ja/office")
    if offices == 1:
        assert office.headers["location"].rstrip("/") == "/ja/office/office-0"
    else:
        assert office.status_code == 200
        assert office.text.count("/ja/office/office-") == offices


async def test_a_visitor_signs_in_first(visitor: httpx.AsyncClient) -> None:
    answer = await visitor.get("/ja/office")
    assert answer.headers["location"] == "/ja/sign-in?next=/ja/office"


async def test_the_address_of_operators_leads_to_their_sign_in(browser_of: SignIn) -> None:
    browser = await browser_of(await make_member(await make_organisation("hida"), "owner"))
    answer = await browser.get("/ja/operator")
    assert answer.headers["location"] == "/ja/operator/sign-in"
    assert "enishi operator sign-in" in (await browser.get("/ja/operator/sign-in")).text
