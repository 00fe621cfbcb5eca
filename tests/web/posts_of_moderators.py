"""Cases of tests/web/test_every_post.py: what moderators send."""

from tests.consultations.build import Dialogue, make_participant, make_statement
from tests.consultations.moderated import appealed, hidden_opinion
from tests.web.posts_world import Sent, World, case


async def _about(world: World, dialogue: Dialogue, act: str, /, **data: str) -> Sent:
    return await world.by_owner(f"/dialogues/{dialogue.slug}/moderation/{act}", **data)


@case("office:moderate")
async def _(world: World) -> Sent:
    dialogue = await world.dialogue()
    statement = await make_statement(dialogue)
    return await _about(world, dialogue, f"statement/{statement}", act="hide", reason="insult")


@case("office:decide-appeal")
async def _(world: World) -> Sent:
    dialogue = await world.dialogue()
    author = await make_participant(dialogue)
    hiding = await appealed(dialogue, await hidden_opinion(dialogue, author), author)
    why = "規約のとおりです。"
    return await _about(world, dialogue, f"appeals/{hiding}", outcome="refused", outcome_reason=why)


@case("office:mask")
async def _(world: World) -> Sent:
    dialogue = await world.dialogue()
    statement = await make_statement(dialogue, "電話は090-0000-0000です")
    at = f"statement/{statement}/mask"
    return await _about(world, dialogue, at, passage="090-0000-0000", reason="personal_data")
