"""Cases of tests/web/test_every_post.py: what offices send."""

from tests.accounts.walks import send
from tests.consultations.build import Dialogue, close, make_participant, make_statement
from tests.fixtures.accounts import make_member
from tests.web.posts_world import Sent, World, case, filled

from enishi.consultations.voting.policies import FEWEST_SET_ASIDE
from enishi.kit import clock, db


@case("office:add-theme")
async def _(world: World) -> Sent:
    [row] = await db.fetch("SELECT id FROM themes_theme WHERE number = 6")
    texts = {"title.ja": "山里のくらし", "summary.ja": "山里で続けられるくらしを考えます。"}
    return await world.by_owner("/themes", parent_id=str(row["id"]), slug="yamazato", **texts)


async def _about_a_member(world: World, act: str, **data: str) -> Sent:
    member = await make_member(await world.office(), "editor")
    return await world.by_owner(f"/members/{member}/{act}", **data)


@case("office:change-role")
async def _(world: World) -> Sent:
    return await _about_a_member(world, "role", role="analyst")


@case("office:hand-over")
async def _(world: World) -> Sent:
    return await _about_a_member(world, "hand-over")


@case("office:remove-member")
async def _(world: World) -> Sent:
    return await _about_a_member(world, "remove")


@case("office:invite")
async def _(world: World) -> Sent:
    return await world.by_owner("/members/invite", address="i@example.jp", role="editor")


@case("office:revoke-invitation")
async def _(world: World) -> Sent:
    sent = await world.by_owner("")
    page = await sent.sender.browser.get("/ja/office/hida/members")
    invited = {"address": "i@example.jp", "role": "editor"}
    await send(sent.sender.browser, page, "/members/invite", **invited)
    [row] = await db.fetch("SELECT id FROM organisations_invitation")
    return Sent(sent.sender, sent.other, f"{sent.address}/invitations/{row['id']}/revoke")


@case("office:leave")
async def _(world: World) -> Sent:
    return await world.by_owner("/leave")


@case("office:save-profile")
async def _(world: World) -> Sent:
    return await filled(await world.by_owner("/profile", contact="企画課"))


async def _draft(world: World) -> Dialogue:
    made = await world.dialogue(published_at=None)
    await close(made)
    return made


async def _about(world: World, dialogue: Dialogue, act: str, /, **data: str) -> Sent:
    return await world.by_owner(f"/dialogues/{dialogue.slug}/{act}", **data)


async def _seed(world: World, act: str, **data: str) -> Sent:
    dialogue = await world.dialogue(published_at=None)
    return await _about(world, dialogue, f"seeds/{await make_statement(dialogue)}{act}", **data)


async def _many_guests(world: World) -> Sent:
    """The form that leaves out the guests who joined today."""
    dialogue = await world.dialogue()
    for _ in range(FEWEST_SET_ASIDE):
        await make_participant(dialogue)
    hours = {"first_hour": "0", "last_hour": "23"}
    return await _about(world, dialogue, "participation", day=str(clock.today()), **hours)
