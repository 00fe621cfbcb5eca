"""Organisations: members, invitations, ownership; through the office's pages."""

import asyncio
import uuid
from datetime import timedelta
from typing import Any

import pytest
from tests.accounts.walks import code_for, follow, link_for, send, sign_up
from tests.fixtures.accounts import (
    Browser,
    SignIn,
    actor_of,
    make_account,
    make_member,
    make_organisation,
)

from enishi.accounts.schemas import Role
from enishi.audit import service as audit
from enishi.kit import clock, db
from enishi.kit.errors import EnishiError
from enishi.organisations import errors
from enishi.organisations.schemas import InvitationForm
from enishi.organisations.service import invitations, members

INVITED = "taro@example.jp"


async def invite(office: Browser, role: str = "editor", address: str = INVITED) -> Any:
    page = await office.get("/ja/office/hida/members")
    return await send(office, page, "/members/invite", address=address, role=role)


async def test_an_invited_person_signs_up_and_reaches_the_office(
    office: Browser, browser_of: SignIn
) -> None:
    await follow(office, await invite(office))
    newcomer = await browser_of(None)
    link = await link_for(INVITED)
    asked = await newcomer.get(link)
    page = await newcomer.get(asked.headers["location"])
    page = await follow(newcomer, await send(newcomer, page, "/sign-in", address=INVITED))
    page = await follow(
        newcomer, await send(newcomer, page, "/sign-in/code", code=await code_for(INVITED))
    )
    answer = await send(
        newcomer, page, "/sign-up", display_name="太郎", age="16_or_over", terms="yes"
    )
    assert answer.headers["location"] == link  # back to the invitation
    page = await follow(newcomer, answer)
    assert "編集者" in page.text
    page = await follow(newcomer, await send(newcomer, page, link))
    assert page.status_code == 200
    assert "hidaの" in page.text.replace("<wbr>", "")
    assert (await newcomer.get("/ja/office/hida/profile")).status_code == 403
    assert "太郎" in (await office.get("/ja/office/hida/members")).text


async def test_an_invitation_is_for_the_owner_of_its_address_only(
    office: Browser, browser_of: SignIn
) -> None:
    await invite(office)
    link = await link_for(INVITED)
    other = await browser_of(None)
    await sign_up(other, "jiro@example.jp")
    page = await other.get(link)
    assert "別の" in page.text
    fields = {"submission": str(uuid.uuid4())}
    assert (await other.post(link, data=fields)).status_code == 409
    assert (await other.get("/ja/office/hida/")).status_code == 404


async def test_an_invitation_is_taken_once(office: Browser, browser_of: SignIn) -> None:
    await invite(office)
    link = await link_for(INVITED)
    invited = await browser_of(None)
    await sign_up(invited, INVITED)
    page = await invited.get(link)
    assert (await send(invited, page, link)).status_code == 303
    assert (await invited.get(link)).status_code == 404
    again = await invited.post(link, data={"submission": str(uuid.uuid4())})
    assert again.status_code == 404


async def test_an_invitation_expires_and_can_be_revoked(
    office: Browser, browser_of: SignIn
) -> None:

    await invite(office)
    link = await link_for(INVITED)
    invited = await browser_of(None)
    await sign_up(invited, INVITED)
    with clock.frozen_at(clock.now() + timedelta(days=7)):
        assert (await invited.get(link)).status_code == 404
    page = await office.get("/ja/office/hida/members")
    await follow(office, await send(office, page, "/revoke"))
    assert (await invited.get(link)).status_code == 404
    assert (await invite(office)).status_code == 303  # the address can be invited again


async def test_an_address_is_invited_once_at_a_time(office: Browser) -> None:
    await invite(office)
    answer = await invite(office)
    assert answer.status_code == 409
    assert f'value="{INVITED}"' in answer.text


async def test_the_last_owner_stays(office: Browser, clerk: uuid.UUID) -> None:
    page = await office.get("/ja/office/hida/")
    assert (await send(office, page, "/leave")).status_code == 409
    page = await office.get("/ja/office/hida/members")
    assert (await send(office, page, f"{clerk}/role", role="analyst")).status_code == 409
    assert (await office.get("/ja/office/hida/audit")).status_code == 200


async def test_ownership_is_handed_over(
    office: Browser, organisation: uuid.UUID, browser_of: SignIn
) -> None:
    heir_id = await make_member(organisation, "editor", "後任")
    page = await office.get("/ja/office/hida/members")
    await follow(office, await send(office, page, f"{heir_id}/hand-over"))
    assert (await office.get("/ja/office/hida/profile")).status_code == 403
    heir = await browser_of(heir_id)
    assert (await heir.get("/ja/office/hida/profile")).status_code == 200
    assert "管理を引き継いだ" in (await heir.get("/ja/office/hida/audit")).text


async def test_things_of_another_organisation_do_not_exist(
    office: Browser, browser_of: SignIn
) -> None:
    other_id = await make_organisation("kaga", lg_code="172065")
    boss_id = await make_member(other_id, "owner", "他市の管理者")
    boss = await browser_of(boss_id)
    page = await boss.get("/ja/office/kaga/members")
    await send(boss, page, "/members/invite", address=INVITED, role="editor")
    page = await boss.get("/ja/office/kaga/members")
    invitation = page.text.split("/invitations/")[1].split("/")[0]
    for action in (
        f"/ja/office/hida/invitations/{invitation}/revoke",
        f"/ja/office/hida/members/{boss_id}/role",
        f"/ja/office/hida/members/{boss_id}/remove",
        f"/ja/office/hida/members/{boss_id}/hand-over",
        f"/ja/office/kaga/members/{boss_id}/remove",
    ):
        answer = await office.post(
            action, data={"submission": str(uuid.uuid4()), "role": "analyst"}
        )
        assert answer.status_code == 404, action
    assert "他市の管理者" in (await boss.get("/ja/office/kaga/members")).text
    assert "他市" not in (await office.get("/ja/office/hida/audit")).text


async def test_the_profile_is_changed_in_both_languages(office: Browser) -> None:
    # The name of a verified one is the operator's.
    await db.execute("UPDATE organisations_organisation SET verified_at = NULL")
    page = await office.get("/ja/office/hida/profile")
    filled = {"name.ja": "飛騨市", "name.en": "Hida City", "contact": "企画部", "summary.ja": ""}
    await follow(office, await send(office, page, "/profile", **filled))
    assert "Hida City" in (await office.get("/en/office/hida/")).text
    page = await office.get("/ja/office/hida/profile")
    bad = await send(office, page, "/profile", **{"name.ja": "", "website": "javascript:x"})
    assert bad.status_code == 422
    assert 'value="javascript:x"' in bad.text


async def test_what_people_call_themselves_is_escaped_everywhere(
    organisation: uuid.UUID, browser_of: SignIn
) -> None:
    name = "<img src=x onerror=1>"
    owner = await browser_of(await make_member(organisation, "owner", name))
    for path in ("me", "me/_navigation", "office/hida/members", "office/hida/audit"):
        page = await owner.get(f"/ja/{path}")
        assert page.status_code == 200
        assert "<img src=x" not in page.text, path


async def _both_leave(owners: list[uuid.UUID], organisation_id: uuid.UUID) -> int:
    from enishi.organisations import queries as organisations

    reference = await organisations.get_organisation(organisation_id)

    async def leave(account_id: uuid.UUID) -> bool:
        try:
            await members.remove(await actor_of(account_id), reference, account_id)
        except errors.LastOwnerError:
            return False
        return True

    return sum(await asyncio.gather(*map(leave, owners)))


async def test_two_owners_who_leave_at_once_do_not_both_leave(own_database: None) -> None:
    for round_ in range(5):
        organisation_id = await make_organisation(f"town-{round_}", lg_code=None)
        owners = [await make_member(organisation_id, "owner") for _ in range(2)]
        assert await _both_leave(owners, organisation_id) == 1


@pytest.mark.as_owner
async def test_without_the_trigger_both_owners_leave(own_database: None) -> None:
    """The negative control of the test above."""
    await db.fetch(
        "DROP TRIGGER organisations_membership_keeps_an_owner ON organisations_membership"
    )
    organisation_id = await make_organisation("town", lg_code=None)
    owners = [await make_member(organisation_id, "owner") for _ in range(2)]
    assert await _both_leave(owners, organisation_id) == 2


async def test_an_invitation_accepted_twice_at_once_makes_one_member(own_database: None) -> None:
    from enishi.organisations import queries as organisations

    organisation_id = await make_organisation()
    owner = await actor_of(await make_member(organisation_id, "owner"))
    invited = await actor_of(await make_account(address=INVITED))
    reference = await organisations.get_organisation(organisation_id)
    form = InvitationForm(address=INVITED, role=Role.EDITOR)
    invitation_id = await invitations.invite(owner, reference, form)
    invitation = await organisations.find_invitation(invitation_id)
    assert invitation is not None

    async def accept() -> bool:
        try:
            await invitations.accept(invited, invitation)
        except EnishiError:
            return False
        return True

    assert sum(await asyncio.gather(*(accept() for _ in range(8)))) == 1
    assert len(await organisations.list_members(organisation_id)) == 2


async def test_a_member_of_one_sign_in_is_known_by_the_next_request(
    organisation: uuid.UUID, browser_of: SignIn, citizen: uuid.UUID
) -> None:
    browser = await browser_of(citizen)
    assert (await browser.get("/ja/office/hida/")).status_code == 404
    from enishi.organisations.service import organisations

    async with db.unit_of_work():
        await organisations.join(organisation, citizen, Role.ANALYST, actor_id=None)
    assert (await browser.get("/ja/office/hida/")).status_code == 200


@pytest.mark.parametrize("path", ["hida/audit?after=x", "hida/audit?after=WzEsMl0"])
async def test_a_damaged_cursor_names_no_page(office: Browser, path: str) -> None:
    assert (await office.get(f"/ja/office/{path}")).status_code == 404


async def test_the_audit_list_is_paged(
    office: Browser, organisation: uuid.UUID, clerk: Any
) -> None:

    async with db.unit_of_work():
        for number in range(60):
            await audit.record(
                "accounts.organisation.described",
                actor_id=clerk,
                subject=("organisation", number),
                organisation_id=organisation,
            )
    page = await office.get("/ja/office/hida/audit")
    assert page.text.count("<tr") == 51
    following = page.text.split('rel="next" href="')[1].split('"')[0]
    assert (await office.get(following)).text.count("<tr") == 11
