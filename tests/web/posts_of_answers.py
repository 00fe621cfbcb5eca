"""Cases of tests/web/test_every_post.py: arguments and official answers."""

from tests.consultations import desk
from tests.consultations.build import make_opinion
from tests.consultations.gathering import make_argument
from tests.web.posts_world import Sent, World, case, filled

from enishi.kit import db


@case("office:create-argument")
async def _(world: World) -> Sent:
    title = {"title.ja": "バスの本数"}
    return await world.by_owner(
        f"/dialogues/{(await world.dialogue()).slug}/arguments/new", **title
    )


async def _argument(world: World, act: str, /, **data: str) -> Sent:
    """What is sent about the first of two arguments; one opinion is under it, one under none."""
    dialogue = await world.dialogue()
    under = await make_opinion(dialogue, "夜の便を増やしてほしい")
    argument = await make_argument(dialogue.id, "夜の便", under)
    other = await make_argument(dialogue.id, "朝の便")
    names = {"UNDER": under, "FREE": await make_opinion(dialogue, "朝も増やして"), "OTHER": other}
    named = {name: str(names.get(value, value)) for name, value in data.items()}
    return await world.by_owner(f"/dialogues/{dialogue.slug}/arguments/{argument}{act}", **named)


@case("office:save-argument")
async def _(world: World) -> Sent:
    return await filled(await _argument(world, ""), **{"title.ja": "夜のバス"})


@case("office:merge-argument")
async def _(world: World) -> Sent:
    return await filled(await _argument(world, "/merge", into="OTHER"))


@case("office:place-texts")
async def _(world: World) -> Sent:
    return await _argument(world, "/choose", texts="FREE")


@case("office:move-texts")
async def _(world: World) -> Sent:
    return await _argument(world, "/texts", act="take_out", texts="UNDER")


ANSWER = {"outcome": "reference", "reason.ja": "来年度に考えます。", "division.ja": "交通課"}


@case("office:draft-answer")
async def _(world: World) -> Sent:
    return await filled(await _argument(world, "/answer"), **ANSWER)


async def _drafted(world: World) -> Sent:
    """The approval of an answer, by somebody else than who wrote it."""
    sent = await _argument(world, "/answer")
    written = await filled(Sent(sent.other, sent.sender, sent.address), **ANSWER)
    await sent.other.browser.post(sent.address, data=written.data)
    approval = Sent(sent.sender, sent.other, f"{sent.address}/approve")
    return await filled(approval, sent.address)


@case("office:approve-answer")
async def _(world: World) -> Sent:
    return await _drafted(world)


async def _approved(world: World, **data: str) -> Sent:
    sent = await _drafted(world)
    await sent.sender.browser.post(sent.address, data=sent.data)
    address = sent.address.partition("/arguments/")[0] + "/answers"
    reason = {"gap_reason.ja": "残りは来月に回答します。"}
    return await filled(Sent(sent.sender, sent.other, address), **reason, **data)


@case("office:publish-answers")
async def _(world: World) -> Sent:
    return await _approved(world)


@case("office:cancel-publication")
async def _(world: World) -> Sent:
    sent = await _approved(world, publish_on=desk.day(3))
    await sent.sender.browser.post(sent.address, data=sent.data)
    publication_id = await db.fetch_value("SELECT id FROM consultations_answer_publication")
    return Sent(sent.sender, sent.other, f"{sent.address}/{publication_id}/cancel")
