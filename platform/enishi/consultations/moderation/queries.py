"""Texts that may be reported, the moderators' lists, and decisions as authors read them."""

import uuid
from collections.abc import Collection
from datetime import datetime, timedelta

from enishi.consultations.core import visibility
from enishi.consultations.core.kinds import State
from enishi.consultations.moderation.kinds import ModeratedKind
from enishi.consultations.moderation.schemas import (
    AppealRow,
    HidingView,
    MaskingRow,
    ModerationRow,
    OwnReport,
    ReportableText,
    ReportRow,
    Waiting,
)
from enishi.kit import clock, db
from enishi.kit.errors import NotFoundError
from enishi.kit.pagination import PAGE_SIZE, Page, decode_cursor, instant, whole_number

# What waits longer is overdue: the office's page of the dialogue says so.
OVERDUE_AFTER = timedelta(days=7)
_REPORTS_SHOWN = 5

_PUBLIC_TEXT = {
    ModeratedKind.STATEMENT: f"""
        SELECT s.id, s.text, s.language, s.translations FROM consultations_statement s
        JOIN consultations_consultation c ON c.id = s.consultation_id
        WHERE s.id = $1 AND c.id = $2 AND {visibility.STATEMENT}
        """,  # noqa: S608 (made of constants)
    ModeratedKind.OPINION: f"""
        SELECT o.id, v.text, o.language, v.translations FROM consultations_opinion o
        JOIN consultations_consultation c ON c.id = o.consultation_id
        JOIN consultations_opinion_version v ON v.opinion_id = o.id AND v.number = o.version
        WHERE o.id = $1 AND c.id = $2 AND {visibility.OPINION}
        """,  # noqa: S608 (made of constants)
}


async def get_public_text(
    consultation_id: uuid.UUID, subject: tuple[ModeratedKind, uuid.UUID]
) -> ReportableText:
    """Raises NotFoundError for a text that is not public."""
    kind, subject_id = subject
    row = await db.fetch_one(_PUBLIC_TEXT[kind], subject_id, consultation_id)
    if row is None:
        raise NotFoundError
    return ReportableText.model_validate(row)


_ALL = """
SELECT * FROM (
    SELECT 'statement' AS kind, s.id, s.text, s.state, s.hidden_reason, s.created_at
    FROM consultations_statement s WHERE s.consultation_id = $1 AND s.state = $2
    UNION ALL
    SELECT 'opinion', o.id, v.text, o.state, o.hidden_reason, o.created_at
    FROM consultations_opinion o
    JOIN consultations_opinion_version v ON v.opinion_id = o.id AND v.number = o.version
    WHERE o.consultation_id = $1 AND o.state = $2
) x WHERE $3::timestamptz IS NULL OR (x.created_at, x.id) < ($3, $4)
ORDER BY x.created_at DESC, x.id DESC LIMIT $5
"""
_ONE = """
SELECT * FROM (
    SELECT 'statement' AS kind, s.id, s.text, s.state, s.hidden_reason, s.created_at
    FROM consultations_statement s WHERE s.consultation_id = $1 AND s.id = $3
    UNION ALL
    SELECT 'opinion', o.id, v.text, o.state, o.hidden_reason, o.created_at
    FROM consultations_opinion o
    JOIN consultations_opinion_version v ON v.opinion_id = o.id AND v.number = o.version
    WHERE o.consultation_id = $1 AND o.id = $3
) x WHERE kind = $2
"""
# The text with most reports first; among those with as many, the one that waits longest.
_REPORTED = """
WITH waiting AS (
    SELECT coalesce(statement_id, opinion_id) AS id, count(*)::int AS reports,
        min(reported_at) AS first_reported_at
    FROM consultations_report WHERE consultation_id = $1 AND settled_at IS NULL GROUP BY 1
)
SELECT * FROM (
    SELECT 'statement' AS kind, s.id, s.text, s.state, s.hidden_reason, s.created_at, w.reports,
        w.first_reported_at
    FROM waiting w JOIN consultations_statement s ON s.id = w.id
    WHERE s.state IN ('accepted', 'pending')
    UNION ALL
    SELECT 'opinion', o.id, v.text, o.state, o.hidden_reason, o.created_at, w.reports,
        w.first_reported_at
    FROM waiting w JOIN consultations_opinion o ON o.id = w.id
    JOIN consultations_opinion_version v ON v.opinion_id = o.id AND v.number = o.version
    WHERE o.state IN ('accepted', 'pending')
) x WHERE $2::int IS NULL OR (-x.reports, x.first_reported_at, x.id) > (-$2, $3, $4)
ORDER BY -x.reports, x.first_reported_at, x.id LIMIT $5
"""
_LATEST_REPORTS = """
SELECT id, reason, words, reported_at FROM (
    SELECT coalesce(statement_id, opinion_id) AS id, reason, words, reported_at,
        row_number() OVER (PARTITION BY statement_id, opinion_id ORDER BY reported_at DESC, id)
            AS place
    FROM consultations_report
    WHERE consultation_id = $1 AND settled_at IS NULL
        AND (statement_id = ANY ($2) OR opinion_id = ANY ($2))
) x WHERE place <= $3 ORDER BY place
"""


async def list_in_state(
    consultation_id: uuid.UUID, state: State, cursor: str | None = None, size: int = PAGE_SIZE
) -> Page[ModerationRow]:
    """A page of statements and opinions in one state, the latest first."""
    before = decode_cursor(cursor, instant, uuid.UUID) if cursor else (None, None)
    rows = await db.fetch(_ALL, consultation_id, state, *before, size + 1)
    views = [ModerationRow.model_validate(row) for row in rows]
    return Page.of(views, lambda view: (view.created_at.isoformat(), view.id), size)


async def get_text(
    consultation_id: uuid.UUID, subject: tuple[ModeratedKind, uuid.UUID]
) -> ModerationRow:
    """One text in any state, for a moderator. Raises NotFoundError."""
    row = await db.fetch_one(_ONE, consultation_id, *subject)
    if row is None:
        raise NotFoundError
    return ModerationRow.model_validate(row)


async def list_reported(
    consultation_id: uuid.UUID, cursor: str | None = None, size: int = PAGE_SIZE
) -> Page[ModerationRow]:
    """A page of public and pending texts with reports that wait, those with most reports first."""
    after = decode_cursor(cursor, whole_number, instant, uuid.UUID) if cursor else (None,) * 3
    rows = await db.fetch(_REPORTED, consultation_id, *after, size + 1)
    latest = await _latest_reports(consultation_id, [row["id"] for row in rows])
    views = [ModerationRow(**row, latest_reports=tuple(latest.get(row["id"], ()))) for row in rows]
    return Page.of(views, _reported_cursor, size)


def _reported_cursor(view: ModerationRow) -> tuple[int, str, uuid.UUID]:
    first = view.first_reported_at
    return view.reports, first.isoformat() if first else "", view.id


async def _latest_reports(
    consultation_id: uuid.UUID, text_ids: list[uuid.UUID]
) -> dict[uuid.UUID, list[ReportRow]]:
    """The latest reports of each text, at most _REPORTS_SHOWN."""
    rows = await db.fetch(_LATEST_REPORTS, consultation_id, text_ids, _REPORTS_SHOWN)
    found: dict[uuid.UUID, list[ReportRow]] = {}
    for row in rows:
        found.setdefault(row.pop("id"), []).append(ReportRow.model_validate(row))
    return found


async def count_by_state(consultation_id: uuid.UUID) -> dict[State, int]:
    """Statements and opinions together, by state."""
    rows = await db.fetch(
        """
        SELECT state, count(*)::int AS times FROM (
            SELECT state FROM consultations_statement WHERE consultation_id = $1
            UNION ALL SELECT state FROM consultations_opinion WHERE consultation_id = $1
        ) x GROUP BY state
        """,
        consultation_id,
    )
    return {State(row["state"]): row["times"] for row in rows}


_WAITING = """
WITH reported AS (
    SELECT min(r.reported_at) AS since FROM consultations_report r
    LEFT JOIN consultations_statement s ON s.id = r.statement_id
    LEFT JOIN consultations_opinion o ON o.id = r.opinion_id
    WHERE r.consultation_id = $1 AND r.settled_at IS NULL
        AND coalesce(s.state, o.state) IN ('accepted', 'pending')
    GROUP BY r.statement_id, r.opinion_id
), appealed AS (
    SELECT appealed_at AS since FROM consultations_hiding
    WHERE consultation_id = $1 AND appealed_at IS NOT NULL AND decided_at IS NULL
        AND ended_at IS NULL
)
SELECT (SELECT count(*)::int FROM reported) AS reported,
    (SELECT count(*)::int FROM appealed) AS appealed,
    (SELECT count(*)::int FROM (TABLE reported UNION ALL TABLE appealed) w WHERE since < $2)
        AS overdue
"""


async def count_waiting(consultation_id: uuid.UUID) -> Waiting:
    """What waits for moderators of a consultation."""
    row = await db.fetch_one(_WAITING, consultation_id, clock.now() - OVERDUE_AFTER)
    return Waiting.model_validate(row)


_APPEALS = """
SELECT h.id, CASE WHEN h.statement_id IS NULL THEN 'opinion' ELSE 'statement' END AS kind,
    coalesce(h.statement_id, h.opinion_id) AS text_id, coalesce(s.text, v.text) AS text,
    h.reason, h.note, h.hidden_at, h.appealed_at, coalesce(h.hidden_by = $2, false) AS is_own
FROM consultations_hiding h
LEFT JOIN consultations_statement s ON s.id = h.statement_id
LEFT JOIN consultations_opinion o ON o.id = h.opinion_id
LEFT JOIN consultations_opinion_version v ON v.opinion_id = o.id AND v.number = o.version
WHERE h.consultation_id = $1 AND h.appealed_at IS NOT NULL AND h.decided_at IS NULL
    AND h.ended_at IS NULL AND ($3::timestamptz IS NULL OR (h.appealed_at, h.id) > ($3, $4))
ORDER BY h.appealed_at, h.id LIMIT $5
"""


async def list_appeals(
    consultation_id: uuid.UUID,
    reader_id: uuid.UUID,
    cursor: str | None = None,
    size: int = PAGE_SIZE,
) -> Page[AppealRow]:
    """A page of appeals that wait, the oldest first, for a moderator who reads them."""
    after = decode_cursor(cursor, instant, uuid.UUID) if cursor else (None, None)
    rows = await db.fetch(_APPEALS, consultation_id, reader_id, *after, size + 1)
    views = [AppealRow.model_validate(row) for row in rows]
    return Page.of(views, lambda view: (view.appealed_at.isoformat(), view.id), size)


_OF_TEXTS = """
SELECT DISTINCT ON (text_id) text_id, reason, note, hidden_at, appealed_at, outcome,
    outcome_reason, decided_at
FROM (
    SELECT coalesce(statement_id, opinion_id) AS text_id, reason, note, hidden_at, appealed_at,
        outcome, outcome_reason, decided_at, ended_at
    FROM consultations_hiding WHERE statement_id = ANY ($1) OR opinion_id = ANY ($1)
) x WHERE ended_at IS NULL OR outcome = 'upheld' ORDER BY text_id, hidden_at DESC
"""


async def list_of_texts(text_ids: Collection[uuid.UUID]) -> dict[uuid.UUID, HidingView]:
    """The newest decision on each of these texts that their author is told of.

    For the author only. A text that was shown again without an appeal has none.
    """
    rows = await db.fetch(_OF_TEXTS, list(text_ids))
    return {row["text_id"]: HidingView.model_validate(row) for row in rows}


_MASKINGS = """
SELECT m.id, CASE WHEN m.statement_id IS NULL THEN 'opinion' ELSE 'statement' END AS kind,
    m.version, coalesce(s.text, v.text) AS text, m.reason, m.masked_at
FROM consultations_masking m
LEFT JOIN consultations_statement s ON s.id = m.statement_id
LEFT JOIN consultations_opinion_version v ON v.opinion_id = m.opinion_id AND v.number = m.version
WHERE m.consultation_id = $1 AND ($2::timestamptz IS NULL OR (m.masked_at, m.id) < ($2, $3))
ORDER BY m.masked_at DESC, m.id DESC LIMIT $4
"""


async def list_maskings(
    consultation_id: uuid.UUID, cursor: str | None = None, size: int = PAGE_SIZE
) -> Page[MaskingRow]:
    """A page of masked texts as the public reads them, the latest first."""
    before = decode_cursor(cursor, instant, uuid.UUID) if cursor else (None, None)
    rows = await db.fetch(_MASKINGS, consultation_id, *before, size + 1)
    views = [MaskingRow.model_validate(row) for row in rows]
    return Page.of(views, lambda view: (view.masked_at.isoformat(), view.id), size)


_OWN_REPORTS = """
SELECT id, consultation_id, coalesce(statement_id, opinion_id) AS text_id, reason, words,
    reported_at
FROM consultations_report
WHERE reporter_id = $1 AND ($2::timestamptz IS NULL OR (reported_at, id) < ($2, $3))
ORDER BY reported_at DESC, id DESC LIMIT $4
"""


async def list_own_reports(
    account_id: uuid.UUID, cursor: str | None = None, size: int = PAGE_SIZE
) -> Page[OwnReport]:
    """A page of the reports that an account sent, the latest first. For that account only."""
    before = decode_cursor(cursor, instant, uuid.UUID) if cursor else (None, None)
    rows = await db.fetch(_OWN_REPORTS, account_id, *before, size + 1)
    views = [OwnReport.model_validate(row) for row in rows]
    return Page.of(views, lambda view: (view.reported_at.isoformat(), view.id), size)


def is_overdue(since: datetime) -> bool:
    """Whether a report or an appeal of then waits longer than it should."""
    return clock.now() - since > OVERDUE_AFTER
