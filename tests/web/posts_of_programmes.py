"""Cases of tests/web/test_every_post.py: what offices send about programmes."""

import uuid
from dataclasses import replace
from datetime import timedelta

from tests.fixtures.accounts import make_account
from tests.programmes.build import PARTS, session_form
from tests.programmes.test_photographs import ABOUT as ABOUT_A_PHOTOGRAPH
from tests.programmes.test_photographs import add as add_photograph
from tests.programmes.test_pictures import drawn, encoded
from tests.web.posts_world import HIDA, Sent, World, case, filled

from enishi.kit import clock, db
from enishi.programmes.allocation.draws.schemas import CommitForm
from enishi.programmes.allocation.draws.service import numbers, rules
from enishi.programmes.applications.queries import messages
from enishi.programmes.listings.schemas import OfficeActor


@case("office:create-programme")
async def _(world: World) -> Sent:
    texts = {"title.ja": "棚田の田植え", "municipality.code": HIDA}
    return await world.by_owner("/programmes/new", kind="experience", **texts)


@case("office:move-programme")
async def _(world: World) -> Sent:
    programme = await world.programme(
        state="draft", published_at=None, conditions={"what_to_bring": {"ja": "長ぐつ"}}
    )
    await db.fetch(
        "UPDATE programmes_programme SET wheelchair = 'yes', access = '{\"stroller\": \"yes\"}'"
    )
    sent = await world.by_owner(f"/programmes/{programme.id}/sessions/new")
    await sent.sender.browser.post(sent.address, data=session_form())
    address = f"/ja/office/hida/programmes/{programme.id}/move/publish"
    return await filled(Sent(sent.sender, sent.other, address))


@case("office:save-programme")
async def _(world: World) -> Sent:
    programme = await world.programme(state="draft", published_at=None)
    sent = await world.by_owner(f"/programmes/{programme.id}/edit/contact", **PARTS["contact"])
    return await filled(sent)


@case("office:add-photograph")
async def _(world: World) -> Sent:
    programme = await world.programme()
    sent = await world.by_owner(f"/programmes/{programme.id}/photographs", **ABOUT_A_PHOTOGRAPH)
    content = encoded(drawn(400, 400))
    return replace(sent, files={"file": ("terrace.jpg", content, "image/jpeg")})


@case("office:change-photograph")
async def _(world: World) -> Sent:
    programme = await world.programme()
    sent = await world.by_owner("")
    await add_photograph(sent.sender.browser, f"/ja/office/hida/programmes/{programme.id}")
    [row] = await db.fetch("SELECT id FROM programmes_photograph")
    at = f"/ja/office/hida/programmes/{programme.id}/photographs/{row['id']}"
    typed = {"credit": "山田花子", "step": "save"}
    return await filled(Sent(sent.sender, sent.other, at, typed))


def _day_of_a_session() -> dict[str, str]:
    return {name: value for name, value in session_form().items() if name != "submission"}


@case("office:add-session")
async def _(world: World) -> Sent:
    programme = await world.programme()
    return await world.by_owner(f"/programmes/{programme.id}/sessions/new", **_day_of_a_session())


async def _session(
    world: World, act: str, session_id: uuid.UUID | None = None, /, **data: str
) -> Sent:
    session_id = session_id or await world.session()
    return await world.by_owner(f"/programmes/sessions/{session_id}/{act}", **data)


@case("office:save-session")
async def _(world: World) -> Sent:
    return await filled(await _session(world, "edit"), capacity="25")


@case("office:add-copies")
async def _(world: World) -> Sent:
    return await _session(world, "copy", how="weekly", weeks="2")


@case("office:call-off-session")
async def _(world: World) -> Sent:
    return await _session(world, "call-off", reason__ja="大雨のため")


async def _begun(world: World) -> tuple[uuid.UUID, uuid.UUID]:
    """A session that began an hour ago, and the application of one party to it."""
    session_id = await world.session()
    made = await world.applied(await make_account(), session_id)
    began = clock.now() - timedelta(hours=1)
    await db.fetch(
        "UPDATE programmes_session SET starts_at = $1, ends_at = $2, closes_at = $1, opens_at = $3",
        began,
        began + timedelta(hours=3),
        began - timedelta(days=1),
    )
    return session_id, made.id


@case("office:mark-attendance")
async def _(world: World) -> Sent:
    session_id, application_id = await _begun(world)
    act = f"applications/{application_id}/mark"
    return await _session(world, act, session_id, state="attended")


@case("office:mark-rest")
async def _(world: World) -> Sent:
    session_id, _ = await _begun(world)
    return await _session(world, "mark-rest", session_id, state="attended")


@case("office:send-message")
async def _(world: World) -> Sent:
    session_id = await world.session()
    made = await world.applied(await make_account(), session_id)
    counted = {"seen": messages.seen_of([made.id]), "step": "send"}
    texts = {"audience": "all", "body__ja": "集合を10時に変えます。"}
    return await _session(world, "message", session_id, **texts, **counted)


@case("office:postpone-session")
async def _(world: World) -> Sent:
    sent = await _session(world, "postpone")
    return await filled(sent, day=str(clock.today() + timedelta(days=90)), reason__ja="雪のため")


@case("office:seat-applicant")
async def _(world: World) -> Sent:
    session_id = await world.session(capacity=1)
    await world.applied(await make_account(), session_id)
    waits = await world.applied(await make_account(), session_id)
    await db.fetch("UPDATE programmes_session SET capacity = 2")
    return await _session(world, f"applications/{waits.id}/seat", session_id)


async def _draw(world: World) -> uuid.UUID:
    """A session whose places are drawn, five days before the deadline."""
    starts = clock.now() + timedelta(days=30)
    closes = clock.now() + timedelta(days=5)
    session_id = await world.session(selection="draw", starts_at=starts, draw_closes_at=closes)
    async with db.unit_of_work():
        await rules.follow(session_id)
    return session_id


@case("office:commit-to-draw")
async def _(world: World) -> Sent:
    number = {"post": "総務課長", "place": "1", "number": "a1" * 10}
    return await _session(world, "draw/commit", await _draw(world), **number)


@case("office:reveal-to-draw")
async def _(world: World) -> Sent:
    session_id = await _draw(world)
    sent = await _session(world, "draw/reveal", session_id, number="a1" * 10)
    office = OfficeActor(account_id=sent.sender.id, organisation_id=await world.office())
    form = CommitForm(post="総務課長", place=1, number="a1" * 10)
    await numbers.commit(office, session_id, form)
    await db.fetch(
        """UPDATE programmes_draw SET state = 'closed', closed_at = $1, closes_at = $1,
        entries_hash = repeat('0', 64)""",
        clock.now() - timedelta(hours=1),
    )
    return sent
