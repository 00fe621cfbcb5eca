"""Statements: public ones, one participant's votes and next card, and similar statements."""

import uuid
from collections.abc import Callable, Collection

from enishi.consultations.core import visibility
from enishi.consultations.voting import routing, similarity
from enishi.consultations.voting.schemas import (
    OwnStatement,
    PublicIds,
    SimilarStatement,
    StatementView,
    StoredText,
    VotingProgress,
)
from enishi.kit import db
from enishi.kit.cache import SharedCache
from enishi.kit.pagination import PAGE_SIZE, Page, decode_cursor, whole_number

Chooser = Callable[[PublicIds, Collection[uuid.UUID]], uuid.UUID]
"""(all public statements, those seen) -> one that was not seen."""

_COLUMNS = (
    "s.id, s.number, s.text, s.language, s.translations, s.created_at, s.is_meta"
    ", s.origin = 'citizen' AS is_by_participant"
)
_PUBLIC = f"""
SELECT {_COLUMNS} FROM consultations_statement s
    JOIN consultations_consultation c ON c.id = s.consultation_id
WHERE {visibility.STATEMENT}
"""  # noqa: S608 (made of constants)
_IDS = f"""
SELECT s.id FROM consultations_statement s
JOIN consultations_consultation c ON c.id = s.consultation_id
WHERE s.consultation_id = $1 AND {visibility.STATEMENT} ORDER BY s.number
"""  # noqa: S608 (made of constants)
_OWN = f"""
SELECT {_COLUMNS}, s.state, s.hidden_reason FROM consultations_statement s
WHERE s.author_id = $1 AND ($2::int IS NULL OR s.number < $2) ORDER BY s.number DESC LIMIT $3
"""  # noqa: S608 (made of constants)


# The ids of a consultation's public statements: read for each card.
_ids: SharedCache[PublicIds] = SharedCache(seconds=2, size=512)
# Statements as cards show them. A hidden one disappears from other processes within two seconds.
_cards: SharedCache[StatementView | None] = SharedCache(seconds=2, size=4096)

_MIN_SIMILARITY = 0.5
_MAX_SIMILAR = 5
_MAX_CANDIDATES = 200


async def list_public(
    consultation_id: uuid.UUID, cursor: str | None = None, size: int = PAGE_SIZE
) -> Page[StatementView]:
    """A page of public statements, by number."""
    after = decode_cursor(cursor, whole_number)[0] if cursor else 0
    rows = await db.fetch(
        f"{_PUBLIC} AND s.consultation_id = $1 AND s.number > $2 ORDER BY s.number LIMIT $3",
        consultation_id,
        after,
        size + 1,
    )
    views = [StatementView.model_validate(row) for row in rows]
    return Page.of(views, lambda view: (view.number,), size)


async def list_latest(consultation_id: uuid.UUID, limit: int = PAGE_SIZE) -> list[StatementView]:
    rows = await db.fetch(
        f"{_PUBLIC} AND s.consultation_id = $1 ORDER BY s.number DESC LIMIT $2",
        consultation_id,
        limit,
    )
    return [StatementView.model_validate(row) for row in rows]


async def list_unfolded(folding_version: int, limit: int) -> list[StoredText]:
    """Statements in any state whose stored columns are of another version of the folding."""
    rows = await db.fetch(
        "SELECT id, text, language, translations FROM consultations_statement"
        " WHERE folding <> $1 ORDER BY id LIMIT $2 FOR UPDATE",
        folding_version,
        limit,
    )
    return [StoredText.model_validate(row) for row in rows]


async def public_ids(consultation_id: uuid.UUID) -> PublicIds:
    """The ids of all public statements, up to two seconds old."""
    return await _ids.get(consultation_id, lambda: _fetch_ids(consultation_id))


async def _fetch_ids(consultation_id: uuid.UUID) -> PublicIds:
    ids = [row["id"] for row in await db.fetch(_IDS, consultation_id)]
    return await routing.public_ids(consultation_id, ids)


def invalidate(consultation_id: uuid.UUID) -> None:
    """Drop the cached statements: after this process added or hid one."""
    _ids.invalidate(consultation_id)
    _cards.invalidate()


async def _get_card(statement_id: uuid.UUID) -> StatementView | None:
    return await _cards.get(statement_id, lambda: _fetch_card(statement_id))


async def _fetch_card(statement_id: uuid.UUID) -> StatementView | None:
    rows = await db.fetch(f"{_PUBLIC} AND s.id = $1", statement_id)
    return StatementView.model_validate(rows[0]) if rows else None


async def votes_of(participant_id: uuid.UUID) -> dict[uuid.UUID, int]:
    """Statement -> vote (-1, 0, 1), for all votes of a participant."""
    rows = await db.fetch(
        "SELECT statement_id, value FROM consultations_vote WHERE participant_id = $1",
        participant_id,
    )
    return {row["statement_id"]: row["value"] for row in rows}


async def _voted_on(participant_id: uuid.UUID) -> Collection[uuid.UUID]:
    """The statements that a participant voted on: one array, where rows would each be an object."""
    found = await db.fetch_value(
        "SELECT array_agg(statement_id) FROM consultations_vote WHERE participant_id = $1",
        participant_id,
    )
    return found or ()


async def votes_on(
    participant_id: uuid.UUID, statement_ids: Collection[uuid.UUID]
) -> dict[uuid.UUID, int]:
    """As votes_of, for some statements."""
    rows = await db.fetch(
        "SELECT statement_id, value FROM consultations_vote"
        " WHERE participant_id = $1 AND statement_id = ANY ($2)",
        participant_id,
        list(statement_ids),
    )
    return {row["statement_id"]: row["value"] for row in rows}


_VOTED = f"""
SELECT {_COLUMNS}, v.value AS vote FROM consultations_vote v
JOIN consultations_statement s ON s.id = v.statement_id
WHERE v.participant_id = $1 AND s.state = 'accepted' AND s.number > $2
ORDER BY s.number LIMIT $3
"""  # noqa: S608 (made of constants)


async def list_voted(
    participant_id: uuid.UUID, cursor: str | None = None, size: int = PAGE_SIZE
) -> Page[tuple[StatementView, int]]:
    """A page of the accepted statements that a participant voted on, with the vote, by number."""
    after = decode_cursor(cursor, whole_number)[0] if cursor else 0
    rows = await db.fetch(_VOTED, participant_id, after, size + 1)
    votes = [row.pop("vote") for row in rows]
    found = list(zip(map(StatementView.model_validate, rows), votes, strict=True))
    return Page.of(found, lambda each: (each[0].number,), size)


async def get_progress(
    consultation_id: uuid.UUID, participant_id: uuid.UUID | None, choose: Chooser = routing.choose
) -> VotingProgress:
    """A participant's progress and next card, which `choose` picks; None for no participant yet."""
    public = await public_ids(consultation_id)
    voted_on = await _voted_on(participant_id) if participant_id else ()
    seen = set(public.members.intersection(voted_on))
    voted, card = len(seen), None
    while len(seen) < len(public.by_number) and card is None:
        chosen = choose(public, seen)
        card = await _get_card(chosen)
        seen.add(chosen)  # not chosen again if it was hidden since the ids were read
    return VotingProgress(total=len(public.by_number), voted=voted, next_card=card)


_SIMILAR = f"""
SELECT s.id, s.number, s.text, s.language, s.translations, s.folded
FROM consultations_statement s JOIN consultations_consultation c ON c.id = s.consultation_id
WHERE s.consultation_id = $1 AND {visibility.STATEMENT} AND s.grams && $2::text[]
ORDER BY (SELECT count(*) FROM unnest(s.grams) g WHERE g = ANY ($2)) DESC LIMIT $3
"""  # noqa: S608 (made of constants)


async def list_similar(consultation_id: uuid.UUID, text: str) -> list[SimilarStatement]:
    """Public statements that are similar to `text` in any language, the most similar first."""
    bigrams = similarity.bigrams(text)
    rows = await db.fetch(_SIMILAR, consultation_id, bigrams, _MAX_CANDIDATES)
    similar: list[SimilarStatement] = []
    for row in rows:
        share = similarity.most_alike(bigrams, row.pop("folded"))
        if share >= _MIN_SIMILARITY:
            similar.append(SimilarStatement(similarity=share, **row))
    return sorted(similar, key=lambda each: -each.similarity)[:_MAX_SIMILAR]


async def list_own(
    participant_id: uuid.UUID, cursor: str | None = None, size: int = PAGE_SIZE
) -> Page[OwnStatement]:
    """A participant's statements in every state, the latest first. For that participant only."""
    before = decode_cursor(cursor, whole_number)[0] if cursor else None
    rows = await db.fetch(_OWN, participant_id, before, size + 1)
    views = [OwnStatement.model_validate(row) for row in rows]
    return Page.of(views, lambda view: (view.number,), size)
