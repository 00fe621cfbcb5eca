"""Arguments with the number of texts under them, and these texts."""

import uuid

from enishi.consultations.arguments.schemas import (
    ArgumentRow,
    GatheredText,
    Search,
    Shown,
    TextCounts,
    Unplaced,
)
from enishi.consultations.core import visibility
from enishi.kit import db
from enishi.kit.errors import NotFoundError
from enishi.kit.pagination import PAGE_SIZE, Page, decode_cursor

APPEND_ONLY = ("consultations_argument_text",)  # see wiring.py

_ARGUMENT = f"""
SELECT a.id, a.number, a.position, a.is_pinned, a.version, a.text_number, a.answered_from,
    t.title, t.summary
FROM consultations_argument a
JOIN consultations_consultation c ON c.id = a.consultation_id
JOIN consultations_argument_text t ON t.argument_id = a.id AND t.number = a.text_number
WHERE {visibility.ARGUMENT} AND a.consultation_id = $1
"""  # noqa: S608 (made of constants)

# Two texts that differ in white space only are one text: what is copied and pasted is.
_COUNTS = f"""
SELECT m.argument_id,
    count(DISTINCT regexp_replace(coalesce(v.text, s.text), '\\s', '', 'g'))::int AS texts,
    count(m.opinion_id)::int AS opinions, count(m.statement_id)::int AS statements
FROM consultations_argument_member m
JOIN consultations_argument a ON a.id = m.argument_id
JOIN consultations_consultation c ON c.id = a.consultation_id
LEFT JOIN consultations_opinion o ON o.id = m.opinion_id
LEFT JOIN consultations_opinion_version v ON v.opinion_id = o.id AND v.number = o.version
LEFT JOIN consultations_statement s ON s.id = m.statement_id
WHERE {visibility.ARGUMENT} AND ({visibility.OPINION} OR {visibility.STATEMENT})
    AND a.consultation_id = $1 AND m.argument_id = ANY ($2)
GROUP BY m.argument_id
"""  # noqa: S608 (made of constants)

_UNPLACED = f"""
SELECT (
    SELECT count(*)::int FROM consultations_opinion o
    JOIN consultations_consultation c ON c.id = o.consultation_id
    WHERE {visibility.OPINION} AND o.consultation_id = $1 AND NOT EXISTS (
        SELECT FROM consultations_argument_member m WHERE m.opinion_id = o.id)
) AS opinions, (
    SELECT count(*)::int FROM consultations_statement s
    JOIN consultations_consultation c ON c.id = s.consultation_id
    WHERE {visibility.STATEMENT} AND s.consultation_id = $1 AND NOT EXISTS (
        SELECT FROM consultations_argument_member m WHERE m.statement_id = s.id)
) AS statements
"""  # noqa: S608 (made of constants)

_TEXTS = f"""
SELECT 'opinion' AS kind, o.id, o.consultation_id, v.text, v.translations, o.language, o.nickname,
    o.created_at
FROM consultations_opinion o
JOIN consultations_consultation c ON c.id = o.consultation_id
JOIN consultations_opinion_version v ON v.opinion_id = o.id AND v.number = o.version
WHERE {visibility.OPINION}
UNION ALL
SELECT 'statement', s.id, s.consultation_id, s.text, s.translations, s.language, '', s.created_at
FROM consultations_statement s
JOIN consultations_consultation c ON c.id = s.consultation_id
WHERE {visibility.STATEMENT}
"""  # noqa: S608 (made of constants)

# A cursor holds only the id of the last row, as in the list of opinions: not when it was written.
_BEFORE = """
    ($2::uuid IS NULL OR (x.created_at, x.id) < (
        SELECT b.created_at, b.id FROM (
            SELECT id, created_at FROM consultations_opinion WHERE id = $2
            UNION ALL SELECT id, created_at FROM consultations_statement WHERE id = $2
        ) b))
"""
_MEMBERS = f"""
SELECT x.kind, x.id, x.text, x.translations, x.language, x.nickname, x.created_at
FROM ({_TEXTS}) x
WHERE x.consultation_id = $4
    AND x.id IN (SELECT m.text_id FROM consultations_argument_member m WHERE m.argument_id = $1)
    AND {_BEFORE}
ORDER BY x.created_at DESC, x.id DESC LIMIT $3
"""  # noqa: S608 (made of constants)
_CHOICE = f"""
SELECT x.kind, x.id, x.text, x.translations, x.language, x.nickname, x.created_at,
    EXISTS (SELECT FROM consultations_argument_member m WHERE m.text_id = x.id) AS is_placed
FROM ({_TEXTS}) x
WHERE x.consultation_id = $4
    AND x.id NOT IN (SELECT m.text_id FROM consultations_argument_member m WHERE m.argument_id = $1)
    AND (NOT $5 OR NOT EXISTS (SELECT FROM consultations_argument_member m WHERE m.text_id = x.id))
    AND ($6 = '' OR strpos(lower(normalize(x.text, NFKC)), lower(normalize($6, NFKC))) > 0)
    AND {_BEFORE}
ORDER BY x.created_at DESC, x.id DESC LIMIT $3
"""  # noqa: S608 (made of constants)


async def list_arguments(consultation_id: uuid.UUID) -> list[ArgumentRow]:
    """All arguments with their counts, pinned ones first; MOST_ARGUMENTS at most."""
    rows = await db.fetch(
        f"{_ARGUMENT} ORDER BY NOT a.is_pinned, a.position, a.number", consultation_id
    )
    counts = await count_texts(consultation_id, [row["id"] for row in rows])
    return [
        ArgumentRow.model_validate(row | {"counts": counts.get(row["id"], TextCounts())})
        for row in rows
    ]


async def get_argument(consultation_id: uuid.UUID, argument_id: uuid.UUID) -> ArgumentRow:
    """An argument of this consultation, without counts. Raises NotFoundError, also once merged."""
    row = await db.fetch_one(f"{_ARGUMENT} AND a.id = $2", consultation_id, argument_id)
    if row is None:
        raise NotFoundError
    return ArgumentRow.model_validate(row)


async def count_texts(
    consultation_id: uuid.UUID, argument_ids: list[uuid.UUID]
) -> dict[uuid.UUID, TextCounts]:
    """The public texts under each of these arguments; one without any is not in the result."""
    rows = await db.fetch(_COUNTS, consultation_id, argument_ids)
    return {row.pop("argument_id"): TextCounts.model_validate(row) for row in map(dict, rows)}


async def count_unplaced(consultation_id: uuid.UUID) -> Unplaced:
    """Public texts under no argument. Texts are public, so the numbers are exact."""
    [row] = await db.fetch(_UNPLACED, consultation_id)
    return Unplaced.model_validate(row)


async def list_texts(
    consultation_id: uuid.UUID,
    argument_id: uuid.UUID,
    cursor: str | None = None,
    size: int = PAGE_SIZE,
) -> Page[GatheredText]:
    """The public texts under an argument, the latest first."""
    before = decode_cursor(cursor, uuid.UUID)[0] if cursor else None
    rows = await db.fetch(_MEMBERS, argument_id, before, size + 1, consultation_id)
    return _page(rows, size)


async def list_choice(
    consultation_id: uuid.UUID, argument_id: uuid.UUID, search: Search, size: int = PAGE_SIZE
) -> Page[GatheredText]:
    """Public texts that are not under this argument, or under none, the latest first."""
    before = decode_cursor(search.after, uuid.UUID)[0] if search.after else None
    rows = await db.fetch(
        _CHOICE,
        argument_id,
        before,
        size + 1,
        consultation_id,
        search.shown is Shown.UNPLACED,
        search.words,
    )
    return _page(rows, size)


def _page(rows: list[dict[str, object]], size: int) -> Page[GatheredText]:
    views = [GatheredText.model_validate(row) for row in rows]
    return Page.of(views, lambda view: (view.id,), size)
