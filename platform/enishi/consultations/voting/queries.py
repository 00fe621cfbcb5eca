"""Statements as the public sees them, one person's place among them, and look-alikes."""

import random
import uuid
from collections.abc import Callable, Collection, Sequence

from enishi.consultations.core import visibility
from enishi.consultations.voting import similarity
from enishi.consultations.voting.schemas import (
    Deck,
    LikeStatement,
    OwnStatement,
    PublicIds,
    StatementView,
)
from enishi.kit import db
from enishi.kit.cache import SharedCache
from enishi.kit.pagination import PAGE_SIZE, Page, decode_cursor, whole_number

Draw = Callable[[Sequence[uuid.UUID], Collection[uuid.UUID]], uuid.UUID]
"""Chooses one of all public statements (in order of their numbers) that is not among the seen."""

_COLUMNS = """
    s.id, s.number, s.text, s.language, s.translations, s.created_at,
    coalesce(t.agrees, 0) AS agrees, coalesce(t.disagrees, 0) AS disagrees,
    coalesce(t.passes, 0) AS passes
"""
_SUMS = """
    LEFT JOIN LATERAL (
        SELECT sum(y.agrees)::int AS agrees, sum(y.disagrees)::int AS disagrees,
            sum(y.passes)::int AS passes
        FROM consultations_tally y WHERE y.statement_id = s.id
    ) t ON true
"""
_PUBLIC = f"""
SELECT {_COLUMNS} FROM consultations_statement s
    JOIN consultations_consultation c ON c.id = s.consultation_id {_SUMS}
WHERE {visibility.STATEMENT}
"""  # noqa: S608 (made of constants)
_IDS = f"""
SELECT s.id FROM consultations_statement s
JOIN consultations_consultation c ON c.id = s.consultation_id
WHERE s.consultation_id = $1 AND {visibility.STATEMENT} ORDER BY s.number
"""  # noqa: S608 (made of constants)
_OWN = f"""
SELECT {_COLUMNS}, s.state, s.hidden_reason FROM consultations_statement s {_SUMS}
WHERE s.author_id = $1 AND ($2::int IS NULL OR s.number < $2) ORDER BY s.number DESC LIMIT $3
"""  # noqa: S608 (made of constants)


# The public statements of a dialogue, by number: small, read at each card, the same for all.
_ids: SharedCache[PublicIds] = SharedCache(seconds=2, size=512)
# Cards as they are dealt: the same for all, and hidden within two seconds everywhere.
_cards: SharedCache[StatementView | None] = SharedCache(seconds=2, size=4096)

_LIKE_FROM = 0.5
_LIKE_MOST = 5
_CANDIDATES = 200


async def list_public(
    consultation_id: uuid.UUID, cursor: str | None = None, size: int = PAGE_SIZE
) -> Page[StatementView]:
    """Statements by number."""
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


async def search(consultation_id: uuid.UUID, words: str) -> list[StatementView]:
    """Statements that hold the words, at most a page of them, by number."""
    pieces = similarity.bigrams(words)
    plain = similarity.normalise(words)
    if not plain:
        return []
    rows = await db.fetch(
        f"{_PUBLIC} AND s.consultation_id = $1"
        " AND ($2::text[] IS NULL OR s.grams @> $2 OR s.translations IS NOT NULL)"
        " ORDER BY s.number LIMIT 1000",
        consultation_id,
        pieces if len(plain) > 1 else None,
    )
    # The pieces may lie apart in the text: only what holds the words as a whole is found.
    views = [StatementView.model_validate(row) for row in rows]
    found = [
        view for view in views if any(plain in similarity.normalise(each) for each in view.wordings)
    ]
    return found[:PAGE_SIZE]


async def public_ids(consultation_id: uuid.UUID) -> PublicIds:
    async def read() -> PublicIds:
        ids = tuple(row["id"] for row in await db.fetch(_IDS, consultation_id))
        return PublicIds(ids, frozenset(ids))

    return await _ids.get(consultation_id, read)


def invalidate(consultation_id: uuid.UUID) -> None:
    """Read the dialogue's statements anew: after one was added or hidden by this process."""
    _ids.invalidate(consultation_id)
    _cards.invalidate()


async def _card(statement_id: uuid.UUID) -> StatementView | None:
    async def read() -> StatementView | None:
        rows = await db.fetch(f"{_PUBLIC} AND s.id = $1", statement_id)
        return StatementView.model_validate(rows[0]) if rows else None

    return await _cards.get(statement_id, read)


def evenly(everything: Sequence[uuid.UUID], seen: Collection[uuid.UUID]) -> uuid.UUID:
    """Every statement that the person has not voted on yet is equally likely."""
    if 2 * len(seen) < len(everything):  # of very many, two draws on average find an unseen one
        while (chosen := random.choice(everything)) in seen:  # noqa: S311 (an even hand, no secret)
            pass
        return chosen
    return random.choice([each for each in everything if each not in seen])  # noqa: S311


async def votes_of(participant_id: uuid.UUID) -> dict[uuid.UUID, int]:
    rows = await db.fetch(
        "SELECT statement_id, value FROM consultations_vote WHERE participant_id = $1",
        participant_id,
    )
    return {row["statement_id"]: row["value"] for row in rows}


async def votes_on(
    participant_id: uuid.UUID, statement_ids: Collection[uuid.UUID]
) -> dict[uuid.UUID, int]:
    """As votes_of, for the statements of one page."""
    rows = await db.fetch(
        "SELECT statement_id, value FROM consultations_vote"
        " WHERE participant_id = $1 AND statement_id = ANY ($2)",
        participant_id,
        list(statement_ids),
    )
    return {row["statement_id"]: row["value"] for row in rows}


_VOTED = f"""
SELECT {_COLUMNS}, v.value AS vote FROM consultations_vote v
JOIN consultations_statement s ON s.id = v.statement_id {_SUMS}
WHERE v.participant_id = $1 AND s.state = 'accepted' ORDER BY s.number LIMIT 1000
"""  # noqa: S608 (made of constants)


async def list_voted(participant_id: uuid.UUID) -> list[tuple[StatementView, int]]:
    """Statements that one person voted on and that were not hidden, with the vote, by number."""
    rows = await db.fetch(_VOTED, participant_id)
    votes = [row.pop("vote") for row in rows]
    return list(zip(map(StatementView.model_validate, rows), votes, strict=True))


async def deal(
    consultation_id: uuid.UUID, participant_id: uuid.UUID | None, draw: Draw = evenly
) -> Deck:
    """How far one person is and the card that comes next; `draw` chooses among the unseen."""
    public = await public_ids(consultation_id)
    votes = await votes_of(participant_id) if participant_id else {}
    seen = {each for each in votes if each in public.members}
    voted, card = len(seen), None
    while len(seen) < len(public.by_number) and card is None:
        chosen = draw(public.by_number, seen)
        card = await _card(chosen)
        seen.add(chosen)  # without a card: hidden since the ids were read
    return Deck(total=len(public.by_number), voted=voted, card=card)


async def list_like(consultation_id: uuid.UUID, text: str) -> list[LikeStatement]:
    """Public statements that say nearly the same, the nearest first."""
    pieces = similarity.bigrams(text)
    rows = await db.fetch(
        f"""
        SELECT s.id, s.number, s.text, s.grams FROM consultations_statement s
        JOIN consultations_consultation c ON c.id = s.consultation_id
        WHERE s.consultation_id = $1 AND {visibility.STATEMENT} AND s.grams && $2::text[]
        ORDER BY (SELECT count(*) FROM unnest(s.grams) g WHERE g = ANY ($2)) DESC LIMIT $3
        """,  # noqa: S608 (made of constants)
        consultation_id,
        pieces,
        _CANDIDATES,
    )
    likes = [
        LikeStatement(
            id=row["id"],
            number=row["number"],
            text=row["text"],
            likeness=similarity.likeness(pieces, row["grams"]),
        )
        for row in rows
    ]
    likes = [each for each in likes if each.likeness >= _LIKE_FROM]
    return sorted(likes, key=lambda each: -each.likeness)[:_LIKE_MOST]


async def list_own(
    participant_id: uuid.UUID, cursor: str | None = None, size: int = PAGE_SIZE
) -> Page[OwnStatement]:
    """What one person wrote, also what is not public, for that person alone, the latest first."""
    before = decode_cursor(cursor, whole_number)[0] if cursor else None
    rows = await db.fetch(_OWN, participant_id, before, size + 1)
    views = [OwnStatement.model_validate(row) for row in rows]
    return Page.of(views, lambda view: (view.number,), size)
