"""Masking a passage: nobody reads it any more, and who reads the sealed original is on record."""

import asyncio
import uuid

import httpx
import pytest
from tests.consultations.build import (
    invalidate,
    make_dialogue,
    make_opinion,
    make_participant,
    make_statement,
    put_vote,
)
from tests.consultations.moderated import make_moderator, ref_of
from tests.fixtures.accounts import Browser, SignIn, make_member, make_organisation

from enishi.consultations import privacy
from enishi.consultations.moderation.errors import PassageMissingError
from enishi.consultations.moderation.kinds import ModeratedKind
from enishi.consultations.moderation.schemas import MaskForm
from enishi.consultations.moderation.service import masks
from enishi.consultations.opinions import service as opinions
from enishi.consultations.voting import queries as statements
from enishi.kit import db
from enishi.kit.errors import NotFoundError

NUMBER = "090-1234-5678"
FORM = MaskForm.model_validate({"passage": NUMBER, "reason": "personal_data"})
STATEMENT, OPINION = ModeratedKind.STATEMENT, ModeratedKind.OPINION
AT = "/ja/office/hida/dialogues"


async def send(browser: Browser, address: str, **typed: str) -> httpx.Response:
    data = {"passage": NUMBER, "reason": "personal_data", "submission": str(uuid.uuid4())}
    return await browser.post(address, data=data | typed)


async def test_the_public_reads_a_mask_everywhere_and_the_votes_stay(browser_of: SignIn) -> None:
    dialogue = await make_dialogue(organisation_id=await make_organisation("hida"))
    statement = await make_statement(dialogue, f"電話は{NUMBER}、また{NUMBER}", english="Call me")
    await put_vote(await make_participant(dialogue), statement, 1)
    moderator = await browser_of(await make_member(dialogue.organisation_id, "moderator"))
    at = f"{AT}/{dialogue.slug}/moderation/statement/{statement}/mask"
    assert NUMBER in (await moderator.get(at)).text
    done = await send(moderator, at)
    assert done.headers["location"] == f"{AT}/{dialogue.slug}/moderation/masked"
    invalidate()
    statements.invalidate(dialogue.id)
    public = f"dialogues/{dialogue.slug}"
    for page in (
        *(f"/ja/{public}/{part}" for part in ("vote", "list", "statements", "feed")),
        *(f"/en/{public}/statements", f"/ja/{public}/statements.csv"),
        *(f"/api/v1/{public}/statements", f"/ja/{public}/statements?q=1234"),
        done.headers["location"],
    ):
        answer = await moderator.get(page)
        assert NUMBER not in answer.text, page
        assert "Call me" not in answer.text, page
    shown = (await moderator.get(f"/ja/{public}/statements")).text
    assert shown.count("電話は■■■、また■■■") > 0
    row = await db.fetch_one("SELECT folded, grams FROM consultations_statement")
    assert "1234" not in str(row)
    assert await db.fetch_value("SELECT count(*) FROM consultations_vote") == 1


async def test_all_versions_of_an_opinion_are_masked_and_a_withdrawal_erases_the_originals() -> (
    None
):
    dialogue = await make_dialogue()
    ref, author = await ref_of(dialogue), await make_participant(dialogue)
    opinion = await make_opinion(dialogue, f"番号は{NUMBER}です。", participant_id=author)
    async with db.unit_of_work():
        await db.execute("UPDATE consultations_opinion SET version = 2")
        await opinions.add_version(opinion, 2, f"新しい文です。{NUMBER}へどうぞ。")
    await masks.mask(await make_moderator(dialogue), ref, (OPINION, opinion), FORM)
    rows = await db.fetch("SELECT text FROM consultations_opinion_version ORDER BY number")
    assert [row["text"] for row in rows] == ["番号は■■■です。", "新しい文です。■■■へどうぞ。"]
    sealed = await db.fetch("SELECT sealed FROM consultations_masking")
    assert len(sealed) == 2
    assert NUMBER.encode() not in sealed[0]["sealed"]
    await opinions.withdraw(ref, author, opinion)
    assert await db.fetch("SELECT FROM consultations_masking") == []


async def test_each_look_at_the_original_is_on_record(browser_of: SignIn) -> None:
    dialogue = await make_dialogue(organisation_id=await make_organisation("hida"))
    statement = await make_statement(dialogue, f"電話は{NUMBER}", english="Call me")
    await masks.mask(
        await make_moderator(dialogue), await ref_of(dialogue), (STATEMENT, statement), FORM
    )
    account = await make_member(dialogue.organisation_id, "moderator")
    moderator = await browser_of(account)
    [row] = await db.fetch("SELECT id FROM consultations_masking")
    at = f"{AT}/{dialogue.slug}/moderation/masked/{row['id']}"
    assert NUMBER not in (await moderator.get(at)).text  # a link fetches nothing
    for _ in range(2):
        original = await moderator.post(at)
        assert f"電話は{NUMBER}" in original.text
        assert "Call me" in original.text
        assert "no-store" in original.headers["cache-control"]
    looks = await db.fetch("SELECT actor_id FROM audit_entry WHERE action LIKE '%unsealed'")
    assert looks == [{"actor_id": account}] * 2
    entries = await db.fetch("SELECT data FROM audit_entry")
    assert NUMBER not in str(entries)
    editor = await browser_of(await make_member(dialogue.organisation_id, "editor"))
    assert (await editor.post(at)).status_code == 403
    other = await make_dialogue(organisation_id=dialogue.organisation_id)
    elsewhere = at.replace(dialogue.slug, other.slug)
    assert (await moderator.post(elsewhere)).status_code == 404


@pytest.mark.parametrize(
    ("typed", "status"),
    [
        ({"passage": "どこにもない"}, 409),
        ({"passage": ""}, 422),
        ({"reason": ""}, 422),
        ({"reason": "at_source"}, 422),
    ],
)
async def test_what_cannot_be_masked_stays_and_so_does_what_was_typed(
    browser_of: SignIn, typed: dict[str, str], status: int
) -> None:
    dialogue = await make_dialogue(organisation_id=await make_organisation("hida"))
    statement = await make_statement(dialogue, f"電話は{NUMBER}")
    moderator = await browser_of(await make_member(dialogue.organisation_id, "moderator"))
    at = f"{AT}/{dialogue.slug}/moderation/statement/{statement}/mask"
    refused = await send(moderator, at, **typed)
    assert refused.status_code == status
    assert typed.get("passage", NUMBER) in refused.text
    assert await db.fetch("SELECT FROM consultations_masking") == []


async def test_a_text_of_another_dialogue_or_withdrawn_is_not_found() -> None:
    dialogue = await make_dialogue()
    ref, moderator = await ref_of(dialogue), await make_moderator(dialogue)
    elsewhere = await make_statement(await make_dialogue(), NUMBER)
    withdrawn = await make_opinion(dialogue, NUMBER, state="withdrawn")
    for subject in ((STATEMENT, elsewhere), (OPINION, withdrawn), (OPINION, uuid.uuid4())):
        with pytest.raises(NotFoundError):
            await masks.mask(moderator, ref, subject, FORM)


async def test_of_two_maskings_at_once_one_seals_the_original(own_database: None) -> None:
    dialogue = await make_dialogue()
    ref, statement = await ref_of(dialogue), await make_statement(dialogue, f"電話は{NUMBER}")
    moderators = [await make_moderator(dialogue) for _ in range(3)]
    done = await asyncio.gather(
        *(masks.mask(each, ref, (STATEMENT, statement), FORM) for each in moderators),
        return_exceptions=True,
    )
    assert sum(isinstance(each, PassageMissingError) for each in done) == 2
    [row] = await db.fetch("SELECT id FROM consultations_masking")
    assert (await masks.view_original(moderators[0], ref, row["id"])).text == f"電話は{NUMBER}"


async def test_an_erased_moderator_leaves_no_id() -> None:
    dialogue = await make_dialogue()
    moderator = await make_moderator(dialogue)
    statement = await make_statement(dialogue, NUMBER)
    await masks.mask(moderator, await ref_of(dialogue), (STATEMENT, statement), FORM)
    await privacy.PERSONAL_DATA.erase(moderator.id)
    assert await db.fetch("SELECT masked_by FROM consultations_masking") == [{"masked_by": None}]
