"""Cases of tests/web/test_every_post.py: what citizens send."""

import uuid
from datetime import timedelta

from tests.accounts.walks import code_for, forms_of, link_for, send
from tests.consultations.build import make_opinion, make_statement
from tests.consultations.moderated import hidden_opinion
from tests.fixtures.accounts import begin_session, make_account
from tests.relations.build import answers, registered
from tests.web.posts_world import HIDA, Person, Sent, World, case, filled

from enishi.kit import clock, db
from enishi.programmes.allocation.service import applications, postponing
from enishi.programmes.listings.schemas import OfficeActor

TEXT = "橋に歩道がほしいです。"


@case("relations:register")
async def _(world: World) -> Sent:
    return await world.by_citizen(f"/ja/places/municipalities/{HIDA}/register", reasons="travel")


async def _registration(world: World, act: str) -> Sent:
    sent = await world.by_citizen("", reasons="travel")
    at = await registered(sent.sender.browser)
    return Sent(sent.sender, sent.other, f"{at}/{act}", sent.data)


@case("relations:change")
async def _(world: World) -> Sent:
    return await filled(await _registration(world, "edit"))


@case("relations:withdraw")
async def _(world: World) -> Sent:
    return await _registration(world, "withdraw")


@case("certificates:issue")
async def _(world: World) -> Sent:
    return await filled(await _registration(world, "certificate"), with_name="yes")


@case("certificates:revoke")
async def _(world: World) -> Sent:
    sent = await _registration(world, "certificate")
    await sent.sender.browser.post(sent.address, data=answers())
    page = await sent.sender.browser.get(sent.address)
    [act] = [action for action in forms_of(page) if action.endswith("/revoke")]
    return Sent(sent.sender, sent.other, act, sent.data)


@case("accounts:sign-out")
async def _(world: World) -> Sent:
    return await world.by_citizen("/ja/sign-in/out")


@case("accounts:ask-guardian")
async def _(world: World) -> Sent:
    until = clock.today() + timedelta(days=400)
    children = [await world.person(await make_account(minor_until=until)) for _ in range(2)]
    return Sent(*children, "/ja/me/guardian", {"guardian_address": "g@example.jp"})


@case("accounts:end-all-devices")
async def _(world: World) -> Sent:
    return await world.by_citizen("/ja/me/devices/end-all")


@case("accounts:end-device")
async def _(world: World) -> Sent:
    sent = await world.by_citizen("")
    phone = await begin_session(sent.sender.id)
    return Sent(sent.sender, sent.other, f"/ja/me/devices/{phone}/end")


@case("accounts:save-profile")
async def _(world: World) -> Sent:
    return await filled(await world.by_citizen("/ja/me", display_name="梅子"))


@case("accounts:set-consent")
async def _(world: World) -> Sent:
    return await world.by_citizen("/ja/me/consents/news/give")


@case("accounts:request-address-change")
async def _(world: World) -> Sent:
    return await world.by_citizen("/ja/me/address", address="new@example.jp")


@case("accounts:change-address")
async def _(world: World) -> Sent:
    people = []
    for address in ("one@example.jp", "two@example.jp"):
        person = await world.person(await make_account(address=address))
        page = await person.browser.get("/ja/me/address")
        await send(person.browser, page, "/me/address", address=f"new-{address}")
        people.append(person)
    codes = {
        "old_code": await code_for("one@example.jp"),
        "new_code": await code_for("new-one@example.jp"),
    }
    return Sent(*people, "/ja/me/address/codes", codes)


@case("accounts:close-account")
async def _(world: World) -> Sent:
    return await world.by_citizen("/ja/me/close", understood="yes")


@case("accounts:accept-invitation")
async def _(world: World) -> Sent:
    owner, _ = await world.owners()
    address = "invited@example.jp"
    page = await owner.browser.get("/ja/office/hida/members")
    await send(owner.browser, page, "/members/invite", address=address, role="editor")
    invited = await world.person(await make_account(address=address))
    return Sent(invited, await world.person(), await link_for(address))


@case("dialogues:submit-statement")
async def _(world: World) -> Sent:
    dialogue = await world.dialogue()
    return await world.by_citizen(f"/ja/dialogues/{dialogue.slug}/statements/new", text=TEXT)


@case("dialogues:submit-opinion")
async def _(world: World) -> Sent:
    dialogue = await world.dialogue()
    return await world.by_citizen(f"/ja/dialogues/{dialogue.slug}/opinions/new", text=TEXT)


async def _own_opinion(world: World, act: str) -> Sent:
    dialogue = await world.dialogue()
    sent = await world.by_citizen("", text=TEXT)
    author = await world.participant(sent.sender, dialogue)
    opinion = await make_opinion(dialogue, "前の意見です。", participant_id=author)
    address = f"/ja/dialogues/{dialogue.slug}/opinions/{opinion}/{act}"
    return Sent(sent.sender, sent.other, address, sent.data)


@case("dialogues:change-opinion")
async def _(world: World) -> Sent:
    return await _own_opinion(world, "edit")


@case("dialogues:withdraw-opinion")
async def _(world: World) -> Sent:
    return await _own_opinion(world, "withdraw")


@case("dialogues:send-report")
async def _(world: World) -> Sent:
    dialogue = await world.dialogue()
    statement = await make_statement(dialogue)
    at = f"/ja/dialogues/{dialogue.slug}/report/statement/{statement}"
    return await world.by_citizen(at, reason="insult", words=TEXT)


@case("dialogues:appeal")
async def _(world: World) -> Sent:
    dialogue = await world.dialogue()
    sent = await world.by_citizen("")
    opinion = await hidden_opinion(dialogue, await world.participant(sent.sender, dialogue))
    return Sent(sent.sender, sent.other, f"/ja/dialogues/{dialogue.slug}/appeal/opinion/{opinion}")


@case("dialogues:claim")
async def _(world: World) -> Sent:
    dialogue = await world.dialogue()
    sent = await world.by_citizen(f"/ja/dialogues/{dialogue.slug}/claim")
    for person in (sent.sender, sent.other):
        guest = await world.browser_of(None)
        await guest.post(
            f"/ja/dialogues/{dialogue.slug}/statements/new",
            data={"text": f"{TEXT}{person.id.hex}", "submission": str(uuid.uuid4())},
        )
        person.browser.cookies.update(guest.cookies)
    return sent


@case("programmes:submit-application")
async def _(world: World) -> Sent:
    address = f"/ja/programmes/sessions/{await world.session()}/apply"
    return await world.by_citizen(address, party__0__kind="adult", party__0__name="花子")


async def _application(world: World, person: Person, act: str, *, waits: bool) -> str:
    session_id = await world.session(capacity=1)
    if waits:
        first_id = await make_account()
        first = await world.applied(first_id, session_id)
        made = await world.applied(person.id, session_id)
        await applications.cancel(first_id, first.id)  # the place is offered to the next
    else:
        made = await world.applied(person.id, session_id)
    return f"/ja/me/applications/{made.receipt}/{act}"


@case("applications:accept")
async def _(world: World) -> Sent:
    one, other = await world.citizens()
    return Sent(one, other, await _application(world, one, "accept", waits=True))


@case("applications:stay")
async def _(world: World) -> Sent:
    one, other = await world.citizens()
    address = await _application(world, one, "stay", waits=False)
    session = await db.fetch_one("SELECT * FROM programmes_session")
    assert session is not None
    office = OfficeActor(account_id=uuid.uuid4(), organisation_id=session["organisation_id"])
    later = [session[name] + timedelta(days=7) for name in ("starts_at", "ends_at")]
    await postponing.postpone(office, session["id"], *later, "雪のため")
    return Sent(one, other, address)


@case("applications:call-off")
async def _(world: World) -> Sent:
    one, other = await world.citizens()
    return Sent(one, other, await _application(world, one, "leave", waits=False))
