"""Cases of tests/web/test_every_post.py: what offices send about dialogues."""

import uuid

from tests.consultations import desk
from tests.consultations.build import Dialogue, close, make_participant, make_statement
from tests.web.posts_world import Sent, World, case, filled

from enishi.consultations.voting.policies import FEWEST_SET_ASIDE
from enishi.kit import clock, db


@case("office:create-dialogue")
async def _(world: World) -> Sent:
    return await filled(await world.by_owner("/dialogues/new", **await desk.topic()))


async def _draft(world: World) -> Dialogue:
    made = await world.dialogue(published_at=None)
    await close(made)
    return made


async def _about(world: World, dialogue: Dialogue, act: str, /, **data: str) -> Sent:
    return await world.by_owner(f"/dialogues/{dialogue.slug}/{act}", **data)


@case("office:save-dialogue")
async def _(world: World) -> Sent:
    dialogue = await world.dialogue(published_at=None)
    return await filled(await _about(world, dialogue, "edit/contact", contact="v@hida.example"))


@case("office:save-comment-rules")
async def _(world: World) -> Sent:
    typed = {"basis__ja": "見本条例", "min_days": "30", "name_rule": "not_needed"}
    return await world.by_owner("/comment-rules", **typed)


@case("office:save-plan")
async def _(world: World) -> Sent:
    return await filled(
        await _about(world, await world.dialogue(), "timeline", decision=desk.day(90))
    )


@case("office:record-step")
async def _(world: World) -> Sent:
    dialogue = await world.dialogue()
    await close(dialogue)
    done = {"done_on": desk.day(0), "note.ja": "意見を読みました"}
    return await filled(await _about(world, dialogue, "timeline/sorting", **done))


@case("office:add-seeds")
async def _(world: World) -> Sent:
    return await _about(world, await world.dialogue(published_at=None), "seeds", texts="種の文")


async def _seed(world: World, act: str, **data: str) -> Sent:
    dialogue = await world.dialogue(published_at=None)
    return await _about(world, dialogue, f"seeds/{await make_statement(dialogue)}{act}", **data)


@case("office:save-seed")
async def _(world: World) -> Sent:
    return await filled(await _seed(world, "", text="別の種の文"))


@case("office:remove-seed")
async def _(world: World) -> Sent:
    sent = await _seed(world, "/remove")
    return await filled(sent, sent.address.removesuffix("/remove"))


@case("office:move-dialogue")
async def _(world: World) -> Sent:
    return await filled(await _about(world, await world.dialogue(), "move/close"))


@case("office:reopen-dialogue")
async def _(world: World) -> Sent:
    dialogue = await world.dialogue()
    await close(dialogue)
    days = {"closes_on": desk.day(9), "result_on": desk.day(30), "reason.ja": "周知の不足"}
    return await filled(await _about(world, dialogue, "reopen", **days))


@case("office:withdraw-dialogue")
async def _(world: World) -> Sent:
    return await _about(world, await world.dialogue(), "withdraw", reason__ja="誤りのため")


@case("office:enter-paper")
async def _(world: World) -> Sent:
    day = str(clock.today())
    typed = {"channel": "paper", "received_on": day, "text": "手紙の文です", "informed": "yes"}
    return await _about(world, await world.dialogue(), "paper", **typed)


@case("office:lift-network-limits")
async def _(world: World) -> Sent:
    return await _about(world, await world.dialogue(), "limits", address="203.0.113.10")


async def _many_guests(world: World) -> Sent:
    """The form that leaves out the guests who joined today."""
    dialogue = await world.dialogue()
    for _ in range(FEWEST_SET_ASIDE):
        await make_participant(dialogue)
    hours = {"first_hour": "0", "last_hour": "23"}
    return await _about(world, dialogue, "participation", day=str(clock.today()), **hours)


@case("office:set-guests-aside")
async def _(world: World) -> Sent:
    return await _many_guests(world)


@case("office:take-guests-back")
async def _(world: World) -> Sent:
    sent = await _many_guests(world)
    data = sent.data | {"submission": str(uuid.uuid4())}
    await sent.sender.browser.post(sent.address, data=data)
    act_id = await db.fetch_value("SELECT id FROM consultations_set_aside")
    return Sent(sent.sender, sent.other, f"{sent.address}/{act_id}/undo")
