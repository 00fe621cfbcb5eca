"""Cases of tests/web/test_every_post.py: what offices send."""

import uuid

from tests.accounts.walks import send
from tests.consultations import desk
from tests.consultations.build import Dialogue, close, make_participant, make_statement
from tests.fixtures.accounts import make_account, make_member
from tests.programmes.build import PARTS, session_form
from tests.programmes.test_photographs import ABOUT as ABOUT_A_PHOTOGRAPH
from tests.programmes.test_photographs import add as add_photograph
from tests.programmes.test_pictures import drawn, encoded
from tests.web.posts_world import HIDA, Sent, World, case, filled

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
