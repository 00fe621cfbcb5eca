"""Opinions for the public, the office and their author, and by receipt number."""

import uuid
from collections.abc import Sequence

from enishi.consultations.core import visibility
from enishi.consultations.opinions import receipts
from enishi.consultations.opinions.schemas import OfficeOpinion, OpinionView, OwnOpinion
from enishi.kit import db
from enishi.kit.errors import NotFoundError
from enishi.kit.pagination import PAGE_SIZE, Page, decode_cursor

_COLUMNS = """
    o.id, v.text, v.translations, o.name_shown, o.nickname, o.language, o.version, o.created_at,
    o.updated_at
"""
_FROM = """
    FROM consultations_opinion o
    JOIN consultations_consultation c ON c.id = o.consultation_id
    JOIN consultations_opinion_version v ON v.opinion_id = o.id AND v.number = o.version
"""
# Ids are random, so the order is that of entry. A cursor holds only the id of the last row: the
# instant in it would tell when somebody wrote.
_BEFORE = """
AND ($2::uuid IS NULL OR (o.created_at, o.id)
    < (SELECT b.created_at, b.id FROM consultations_opinion b WHERE b.id = $2))
"""
_AFTER = """
AND ($2::uuid IS NULL OR (o.created_at, o.id)
    > (SELECT b.created_at, b.id FROM consultations_opinion b WHERE b.id = $2))
"""
_OFFICE = f"""
SELECT {_COLUMNS}, o.state, o.hidden_reason, o.received_on, a.channel {_FROM}
    LEFT JOIN consultations_participant a ON a.id = o.participant_id
"""
_OWN = f"SELECT {_COLUMNS}, o.state, o.hidden_reason, o.consultation_id {_FROM}"


async def list_public(
    consultation_id: uuid.UUID, cursor: str | None = None, size: int = PAGE_SIZE
) -> Page[OpinionView]:
    """Public opinions, the latest first."""
    before = decode_cursor(cursor, uuid.UUID)[0] if cursor else None
    rows = await db.fetch(
        f"SELECT {_COLUMNS} {_FROM} WHERE {visibility.OPINION} AND o.consultation_id = $1"
        f" {_BEFORE} ORDER BY o.created_at DESC, o.id DESC LIMIT $3",
        consultation_id,
        before,
        size + 1,
    )
    views = [OpinionView.model_validate(row) for row in rows]
    return Page.of(views, lambda view: (view.id,), size)


async def list_for_office(
    consultation_id: uuid.UUID, cursor: str | None = None, size: int = PAGE_SIZE
) -> Page[OfficeOpinion]:
    """All opinions in the order of entry; `channel` is None after the author's erasure."""
    after = decode_cursor(cursor, uuid.UUID)[0] if cursor else None
    rows = await db.fetch(
        f"{_OFFICE} WHERE o.consultation_id = $1 {_AFTER} ORDER BY o.created_at, o.id LIMIT $3",
        consultation_id,
        after,
        size + 1,
    )
    views = [OfficeOpinion.model_validate(row) for row in rows]
    return Page.of(views, lambda view: (view.id,), size)


async def list_ids(consultation_id: uuid.UUID) -> list[uuid.UUID]:
    """Of all opinions, in every state and in no order."""
    rows = await db.fetch(
        "SELECT id FROM consultations_opinion WHERE consultation_id = $1", consultation_id
    )
    return [row["id"] for row in rows]


async def list_chosen(
    consultation_id: uuid.UUID, chosen: Sequence[uuid.UUID]
) -> list[OfficeOpinion]:
    """These opinions of the consultation, in no order."""
    rows = await db.fetch(
        f"{_OFFICE} WHERE o.consultation_id = $1 AND o.id = ANY ($2)", consultation_id, chosen
    )
    return [OfficeOpinion.model_validate(row) for row in rows]


async def list_own(
    participant_id: uuid.UUID, cursor: str | None = None, size: int = PAGE_SIZE
) -> Page[OwnOpinion]:
    """A participant's opinions in every state, the latest first. For that participant only."""
    before = decode_cursor(cursor, uuid.UUID)[0] if cursor else None
    rows = await db.fetch(
        f"{_OWN} WHERE o.participant_id = $1 {_BEFORE}"
        " ORDER BY o.created_at DESC, o.id DESC LIMIT $3",
        participant_id,
        before,
        size + 1,
    )
    views = [OwnOpinion.model_validate(row) for row in rows]
    return Page.of(views, lambda view: (view.id,), size)


async def get_own(participant_id: uuid.UUID, opinion_id: uuid.UUID) -> OwnOpinion:
    """Raises NotFoundError for an opinion of another participant."""
    rows = await db.fetch(
        f"{_OWN} WHERE o.participant_id = $1 AND o.id = $2", participant_id, opinion_id
    )
    if not rows:
        raise NotFoundError
    return OwnOpinion.model_validate(rows[0])


async def find_by_receipt(consultation_id: uuid.UUID, typed: str) -> OwnOpinion | None:
    """The opinion of a typed receipt number; None if there is none in this consultation."""
    receipt_hash = receipts.hash_of(typed)
    if receipt_hash is None:
        return None
    rows = await db.fetch(
        f"{_OWN} WHERE o.receipt_hash = $1 AND o.consultation_id = $2",
        receipt_hash,
        consultation_id,
    )
    return OwnOpinion.model_validate(rows[0]) if rows else None
