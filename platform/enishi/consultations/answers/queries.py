"""Answers: for the public, for their office, and those to one opinion."""

import uuid
from datetime import datetime
from typing import Any

from enishi.consultations.answers.schemas import (
    ArgumentState,
    Draft,
    Gaps,
    OpinionAnswers,
    PublicAnswer,
    Publication,
)
from enishi.consultations.arguments import queries as arguments
from enishi.consultations.arguments.schemas import TextCounts
from enishi.consultations.core import visibility
from enishi.kit import clock, db
from enishi.kit.errors import NotFoundError
from enishi.kit.pagination import PAGE_SIZE, Page, decode_cursor, whole_number

# See wiring.py.
APPEND_ONLY = (
    "consultations_answer_draft",
    "consultations_answer_approval",
    "consultations_answer_published",
)
_MOST_OF_OPINION = 20  # arguments of one opinion that its receipt shows

# The newest public answer to each argument of $1 at the instant $2.
_PUBLIC = f"""
SELECT DISTINCT ON (d.argument_id) a.id, a.number, a.position, a.is_pinned, t.title, t.summary,
    d.outcome, d.reason, d.division, d.passage_before, d.passage_after,
    v.approved_at, v.by_one_person, u.publish_at AS published_at
FROM consultations_answer_published e
JOIN consultations_answer_publication u ON u.id = e.publication_id
JOIN consultations_answer_draft d ON d.id = e.draft_id
JOIN consultations_answer_approval v ON v.draft_id = d.id AND v.content_hash = e.content_hash
JOIN consultations_argument a ON a.id = d.argument_id
JOIN consultations_argument_text t ON t.argument_id = a.id AND t.number = d.text_number
JOIN consultations_consultation c ON c.id = a.consultation_id
WHERE c.id = $1 AND {visibility.ARGUMENT} AND {visibility.answer_at("$2")}
ORDER BY d.argument_id, d.number DESC, u.publish_at
"""  # noqa: S608 (made of constants)
_PUBLIC_PAGE = f"""
SELECT * FROM ({_PUBLIC}) x
WHERE (CASE WHEN x.is_pinned THEN 1 ELSE 2 END, x.position, x.number) > ($3, $4, $5)
ORDER BY NOT x.is_pinned, x.position, x.number LIMIT $6
"""  # noqa: S608 (made of constants)
_PUBLIC_ONE = f"SELECT * FROM ({_PUBLIC}) x WHERE x.number = $3"  # noqa: S608 (made of constants)
_PUBLIC_OF = f"""
SELECT * FROM ({_PUBLIC}) x WHERE x.id = ANY ($3) ORDER BY x.position, x.number
"""  # noqa: S608 (made of constants)

_STATE = f"""
SELECT a.id, a.number, a.is_pinned, a.text_number, t.title, t.summary, d.id AS draft_id,
    d.number AS draft_number, d.text_number AS draft_text_number, d.outcome, d.reason, d.division,
    d.passage_before, d.passage_after, d.content_hash, d.drafted_by, d.drafted_at,
    v.approved_at, v.by_one_person, (
        SELECT min(u.publish_at) FROM consultations_answer_published e
        JOIN consultations_answer_publication u ON u.id = e.publication_id
        WHERE e.draft_id = d.id AND {visibility.answer_at("u.publish_at")}
    ) AS publish_at
FROM consultations_argument a
JOIN consultations_consultation c ON c.id = a.consultation_id
JOIN consultations_argument_text t ON t.argument_id = a.id AND t.number = a.text_number
LEFT JOIN LATERAL (
    SELECT * FROM consultations_answer_draft n WHERE n.argument_id = a.id
    ORDER BY n.number DESC LIMIT 1
) d ON true
LEFT JOIN consultations_answer_approval v ON v.draft_id = d.id
WHERE {visibility.ARGUMENT} AND a.consultation_id = $1
    AND ($2::uuid IS NULL OR a.id = $2)
ORDER BY NOT a.is_pinned, a.position, a.number
"""  # noqa: S608 (made of constants)

_UNANSWERED = f"""
SELECT count(*)::int FROM consultations_argument a
JOIN consultations_consultation c ON c.id = a.consultation_id
WHERE {visibility.ARGUMENT} AND a.consultation_id = $1 AND NOT a.id = ANY ($3)
    AND a.id NOT IN (SELECT x.id FROM ({_PUBLIC}) x)
"""  # noqa: S608 (made of constants)

_PUBLICATIONS = """
SELECT u.id, u.number, u.publish_at, u.cancelled_at, u.unplaced, u.unanswered, u.gap_reason,
    (SELECT count(*)::int FROM consultations_answer_published e WHERE e.publication_id = u.id)
        AS answers
FROM consultations_answer_publication u WHERE u.consultation_id = $1
"""


async def list_public(
    consultation_id: uuid.UUID, cursor: str | None = None, size: int = PAGE_SIZE
) -> Page[PublicAnswer]:
    """Answered arguments with their counts, pinned ones first, then in the office's order."""
    after = decode_cursor(cursor, *[whole_number] * 3) if cursor else (0, 0, 0)
    rows = await db.fetch(
        _PUBLIC_PAGE,
        consultation_id,
        clock.now(),
        *after,
        size + 1,
    )
    ids = [row["id"] for row in rows]
    counts = await arguments.count_texts(consultation_id, ids)
    answers = [_public(row, counts) for row in rows]
    return Page.of(
        answers, lambda each: (1 if each.is_pinned else 2, each.position, each.number), size
    )


def _public(row: dict[str, Any], counts: dict[uuid.UUID, TextCounts]) -> PublicAnswer:
    return PublicAnswer.model_validate(row | {"counts": counts.get(row["id"], TextCounts())})


async def get_public(consultation_id: uuid.UUID, number: int) -> PublicAnswer:
    """The public answer to the argument with this number. Raises NotFoundError."""
    row = await db.fetch_one(_PUBLIC_ONE, consultation_id, clock.now(), number)
    if row is None:
        raise NotFoundError
    return _public(row, await arguments.count_texts(consultation_id, [row["id"]]))


async def count_gaps(
    consultation_id: uuid.UUID, at: datetime, expected: list[uuid.UUID] | None = None
) -> Gaps:
    """What is unanswered at an instant, the arguments in `expected` taken as answered."""
    unplaced = await arguments.count_unplaced(consultation_id)
    unanswered: int = await db.fetch_value(_UNANSWERED, consultation_id, at, expected or [])
    return Gaps(unplaced=unplaced.opinions, unanswered=unanswered)


async def list_states(consultation_id: uuid.UUID) -> list[ArgumentState]:
    """All arguments with the newest drafts of their answers; MOST_ARGUMENTS at most."""
    return [_state(row) for row in await db.fetch(_STATE, consultation_id, None)]


async def get_state(consultation_id: uuid.UUID, argument_id: uuid.UUID) -> ArgumentState:
    """One argument of this consultation. Raises NotFoundError, also once it was merged."""
    row = await db.fetch_one(_STATE, consultation_id, argument_id)
    if row is None:
        raise NotFoundError
    return _state(row)


_OF_ARGUMENT = ("id", "number", "is_pinned", "text_number", "title", "summary")


def _state(row: dict[str, Any]) -> ArgumentState:
    argument = {name: row[name] for name in _OF_ARGUMENT}
    draft = None
    if row["draft_id"] is not None:
        rest = {
            name: value
            for name, value in row.items()
            if name not in _OF_ARGUMENT and not name.startswith("draft_")
        }
        draft = Draft.model_validate(
            rest
            | {
                "id": row["draft_id"],
                "number": row["draft_number"],
                "text_number": row["draft_text_number"],
            }
        )
    return ArgumentState.model_validate(argument | {"draft": draft})


async def list_publications(consultation_id: uuid.UUID, size: int = PAGE_SIZE) -> list[Publication]:
    """The latest publications, scheduled and cancelled ones included."""
    rows = await db.fetch(f"{_PUBLICATIONS} ORDER BY u.number DESC LIMIT $2", consultation_id, size)
    return [Publication.model_validate(row) for row in rows]


async def find_last_publication(consultation_id: uuid.UUID) -> Publication | None:
    """The latest publication that has taken effect; for a public consultation only."""
    rows = await db.fetch(
        f"{_PUBLICATIONS} AND u.cancelled_at IS NULL AND u.publish_at <= $2"
        " ORDER BY u.publish_at DESC, u.number DESC LIMIT 1",
        consultation_id,
        clock.now(),
    )
    return Publication.model_validate(rows[0]) if rows else None


async def find_for_opinion(consultation_id: uuid.UUID, opinion_id: uuid.UUID) -> OpinionAnswers:
    """What became of an opinion: nothing for one that is not public."""
    rows = await db.fetch(
        f"""
        SELECT m.argument_id FROM consultations_argument_member m
        JOIN consultations_argument a ON a.id = m.argument_id
        JOIN consultations_opinion o ON o.id = m.opinion_id
        JOIN consultations_consultation c ON c.id = o.consultation_id
        WHERE m.opinion_id = $1 AND {visibility.OPINION} AND {visibility.ARGUMENT}
        ORDER BY a.number LIMIT $2
        """,  # noqa: S608 (made of constants)
        opinion_id,
        _MOST_OF_OPINION,
    )
    ids = [row["argument_id"] for row in rows]
    found = await db.fetch(
        _PUBLIC_OF,
        consultation_id,
        clock.now(),
        ids,
    )
    answers = tuple(_public(row, {}) for row in found)
    return OpinionAnswers(answers=answers, is_awaiting=len(answers) < len(ids))
