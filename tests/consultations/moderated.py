"""Hidden texts and appeals for tests, made by the services."""

import uuid

from tests.consultations.build import Dialogue, invalidate, make_opinion, make_statement
from tests.fixtures.accounts import actor_of, make_member

from enishi.accounts.schemas import Actor
from enishi.consultations.core import queries as consultations
from enishi.consultations.core.kinds import HiddenReason
from enishi.consultations.core.schemas import ConsultationRef
from enishi.consultations.moderation.kinds import ModeratedKind
from enishi.consultations.moderation.schemas import Grounds
from enishi.consultations.moderation.service import appeals, decisions
from enishi.kit import db

NOTE = "電話番号が入っています。"


async def ref_of(dialogue: Dialogue) -> ConsultationRef:
    found = await consultations.find_by_slug(dialogue.slug)
    assert found is not None
    return found


async def make_moderator(dialogue: Dialogue) -> Actor:
    moderator: Actor = await actor_of(await make_member(dialogue.organisation_id, "moderator"))
    return moderator


async def hide(
    dialogue: Dialogue, kind: ModeratedKind, text_id: uuid.UUID, by: Actor | None = None
) -> None:
    """Hide a text as a moderator, a new one unless one is given."""
    moderator = by or await make_moderator(dialogue)
    grounds = Grounds(HiddenReason.PERSONAL_DATA, NOTE)
    await decisions.hide(moderator, await ref_of(dialogue), (kind, text_id), grounds)
    invalidate()


async def hidden_opinion(
    dialogue: Dialogue, author: uuid.UUID, by: Actor | None = None
) -> uuid.UUID:
    opinion = await make_opinion(dialogue, "わたしの番号は書きません。", participant_id=author)
    await hide(dialogue, ModeratedKind.OPINION, opinion, by)
    return opinion


async def hidden_statement(
    dialogue: Dialogue, author: uuid.UUID, by: Actor | None = None
) -> uuid.UUID:
    statement = await make_statement(dialogue, "消されたことば", author_id=author)
    await hide(dialogue, ModeratedKind.STATEMENT, statement, by)
    return statement


async def appealed(dialogue: Dialogue, text_id: uuid.UUID, author: uuid.UUID) -> uuid.UUID:
    """The id of the decision that the author of a hidden text appealed against."""
    row = await db.fetch_one(
        "SELECT id, statement_id FROM consultations_hiding"
        " WHERE coalesce(statement_id, opinion_id) = $1 AND ended_at IS NULL",
        text_id,
    )
    assert row is not None
    kind = ModeratedKind.STATEMENT if row["statement_id"] else ModeratedKind.OPINION
    await appeals.appeal(await ref_of(dialogue), author, (kind, text_id))
    hiding_id: uuid.UUID = row["id"]
    return hiding_id
