"""Arguments: created, changed, filled, split and merged. No act loses a text that is under one.

Each act locks the rows of its arguments first, in the order of their ids. So no text is put under
an argument between the moment in which a merge reads its texts and the one in which it is gone.
"""

import uuid
from datetime import datetime

from enishi.accounts import queries as accounts
from enishi.accounts.schemas import Actor
from enishi.audit import service as audit
from enishi.consultations.arguments import queries
from enishi.consultations.arguments.errors import (
    AnsweredArgumentError,
    MergedAwayError,
    NothingPlacedError,
    TextsMovedError,
    TooManyArgumentsError,
)
from enishi.consultations.arguments.schemas import (
    MOST_ARGUMENTS,
    ArgumentForm,
    ArgumentRow,
    MergingForm,
    MovingForm,
    NewArgumentForm,
)
from enishi.consultations.core import service as core
from enishi.consultations.core import visibility
from enishi.consultations.core.errors import WrongPhaseError
from enishi.consultations.core.schemas import ConsultationRef
from enishi.consultations.voting import cache_invalidation
from enishi.kit import clock, db
from enishi.kit.errors import NotFoundError
from enishi.kit.ids import new_id
from enishi.kit.seen import ChangedMeanwhileError

_LOCK = f"""
SELECT a.id FROM consultations_argument a
JOIN consultations_consultation c ON c.id = a.consultation_id
WHERE a.id = ANY ($1) AND a.consultation_id = $2 AND {visibility.ARGUMENT}
ORDER BY a.id FOR NO KEY UPDATE OF a
"""  # noqa: S608 (made of constants)
_PLACE = f"""
INSERT INTO consultations_argument_member (argument_id, opinion_id, statement_id, placed_at)
SELECT $1::uuid, o.id, NULL::uuid, $4::timestamptz FROM consultations_opinion o
JOIN consultations_consultation c ON c.id = o.consultation_id
WHERE o.id = ANY ($2) AND c.id = $3 AND {visibility.OPINION}
UNION ALL
SELECT $1, NULL, s.id, $4 FROM consultations_statement s
JOIN consultations_consultation c ON c.id = s.consultation_id
WHERE s.id = ANY ($2) AND c.id = $3 AND {visibility.STATEMENT}
ON CONFLICT DO NOTHING RETURNING text_id
"""  # noqa: S608 (made of constants)
_MERGE = """
WITH gone AS (
    UPDATE consultations_argument SET merged_into = $2, version = version + 1, updated_at = $3
    WHERE id = $1 AND merged_into IS NULL AND answered_from IS NULL RETURNING id, is_pinned
), moved AS (
    DELETE FROM consultations_argument_member m USING gone WHERE m.argument_id = gone.id
    RETURNING m.opinion_id, m.statement_id, m.placed_at
), united AS (
    INSERT INTO consultations_argument_member (argument_id, opinion_id, statement_id, placed_at)
    SELECT $2, opinion_id, statement_id, placed_at FROM moved
    ON CONFLICT DO NOTHING RETURNING text_id
), kept AS (
    UPDATE consultations_argument k SET is_pinned = k.is_pinned OR gone.is_pinned,
        version = k.version + 1, updated_at = $3
    FROM gone WHERE k.id = $2
)
SELECT (SELECT count(*)::int FROM gone) AS merged, (SELECT count(*)::int FROM moved) AS texts,
    (SELECT count(*)::int FROM united) AS new_texts
"""


async def create(actor: Actor, consultation: ConsultationRef, form: NewArgumentForm) -> uuid.UUID:
    """Add an argument at the end of the list.

    Raises WrongPhaseError unless the consultation is public, and TooManyArgumentsError.
    """
    async with db.unit_of_work():
        argument_id = await _insert(consultation, form)
        await _record("created", actor, consultation, argument_id)
    return argument_id


async def _insert(
    consultation: ConsultationRef, form: NewArgumentForm, split_from: uuid.UUID | None = None
) -> uuid.UUID:
    if not await core.lock(consultation.id):  # two never get one number
        raise WrongPhaseError
    # A statement of its own: it sees what others committed while the lock was awaited.
    times = await db.fetch_value(
        "SELECT count(*)::int FROM consultations_argument WHERE consultation_id = $1",
        consultation.id,
    )
    if times >= MOST_ARGUMENTS:
        raise TooManyArgumentsError
    argument_id, now = new_id(), clock.now()
    await db.execute(
        "INSERT INTO consultations_argument (id, consultation_id, number, position, is_pinned,"
        " split_from, created_at, updated_at) VALUES ($1, $2, $3, $3, $4, $5, $6, $6)",
        argument_id,
        consultation.id,
        times + 1,
        form.is_pinned,
        split_from,
        now,
    )
    await _insert_text(argument_id, 1, form)
    return argument_id


async def _insert_text(argument_id: uuid.UUID, number: int, form: NewArgumentForm) -> None:
    await db.execute(
        "INSERT INTO consultations_argument_text (id, argument_id, number, title, summary,"
        " written_at) VALUES ($1, $2, $3, $4, $5, $6)",
        new_id(),
        argument_id,
        number,
        form.title.model_dump_json(),
        form.summary.model_dump_json() if form.summary else None,
        clock.now(),
    )


async def save(
    actor: Actor, consultation: ConsultationRef, argument_id: uuid.UUID, form: ArgumentForm
) -> None:
    """Store title, summary, place and pin; a changed title or summary is a new version of both.

    Raises ChangedMeanwhileError if it is not the version that was shown, and MergedAwayError.
    """
    async with db.unit_of_work():
        await core.lock(consultation.id)
        saved = await lock(consultation, argument_id)
        await _require_version(consultation, saved, form.version)
        number = saved.text_number
        if _texts_of(form) != _texts_of(saved):
            number += 1
            await _insert_text(argument_id, number, form)
        await db.execute(
            "UPDATE consultations_argument SET position = $2, is_pinned = $3, text_number = $4,"
            " version = version + 1, updated_at = $5 WHERE id = $1",
            argument_id,
            form.position,
            form.is_pinned,
            number,
            clock.now(),
        )
        await _record("changed", actor, consultation, argument_id)
        await core.refresh_answered(consultation.id)
        cache_invalidation.invalidate(consultation.id)


def _texts_of(argument: NewArgumentForm | ArgumentRow) -> tuple[object, object]:
    summary = argument.summary
    return argument.title.model_dump(), summary.model_dump() if summary else None


async def place(
    actor: Actor, consultation: ConsultationRef, argument_id: uuid.UUID, texts: list[uuid.UUID]
) -> int:
    """Put public texts of the consultation under an argument; returns how many are new there.

    Raises MergedAwayError, and NothingPlacedError if none is new.
    """
    async with db.unit_of_work():
        await lock(consultation, argument_id)
        placed = await db.fetch(_PLACE, argument_id, texts, consultation.id, clock.now())
        if not placed:
            raise NothingPlacedError
        await _record("filled", actor, consultation, argument_id, texts=len(placed))
    return len(placed)


async def take_out(
    actor: Actor, consultation: ConsultationRef, argument_id: uuid.UUID, texts: list[uuid.UUID]
) -> None:
    """Take texts out of an argument. Raises MergedAwayError and TextsMovedError."""
    async with db.unit_of_work():
        await lock(consultation, argument_id)
        taken = await db.fetch(
            "DELETE FROM consultations_argument_member"
            " WHERE argument_id = $1 AND text_id = ANY ($2) RETURNING text_id",
            argument_id,
            texts,
        )
        if len(taken) != len(set(texts)):
            raise TextsMovedError
        await _record("emptied", actor, consultation, argument_id, texts=len(taken))


async def split(
    actor: Actor, consultation: ConsultationRef, argument_id: uuid.UUID, form: MovingForm
) -> uuid.UUID:
    """Move chosen texts of an argument to a new one, whose id is returned.

    Raises MergedAwayError, TextsMovedError and TooManyArgumentsError.
    """
    if form.title is None:
        raise ValueError("a new argument needs a title")
    async with db.unit_of_work():
        new = NewArgumentForm(title=form.title)
        new_argument_id = await _insert(consultation, new, split_from=argument_id)
        await lock(consultation, argument_id)
        moved = await db.fetch(
            "UPDATE consultations_argument_member SET argument_id = $2"
            " WHERE argument_id = $1 AND text_id = ANY ($3) RETURNING text_id",
            argument_id,
            new_argument_id,
            form.texts,
        )
        if len(moved) != len(set(form.texts)):
            raise TextsMovedError
        into = str(new_argument_id)
        await _record("split", actor, consultation, argument_id, texts=len(moved), into=into)
    return new_argument_id


async def merge(
    actor: Actor, consultation: ConsultationRef, argument_id: uuid.UUID, form: MergingForm
) -> None:
    """Move all texts of an argument to another one, hidden texts included, and close the first.

    The other one stays pinned, or becomes so. Raises ChangedMeanwhileError, MergedAwayError, and
    AnsweredArgumentError if an answer to the argument is public or scheduled.
    """
    if form.into == argument_id:
        raise NotFoundError
    async with db.unit_of_work():
        await lock_all(consultation, argument_id, form.into)
        saved = await queries.get_argument(consultation.id, argument_id)
        await _require_version(consultation, saved, form.version)
        [done] = await db.fetch(_MERGE, argument_id, form.into, clock.now())
        if not done["merged"]:
            raise AnsweredArgumentError
        await _record(
            "merged",
            actor,
            consultation,
            argument_id,
            into=str(form.into),
            texts=done["texts"],
            new_texts=done["new_texts"],
        )
        cache_invalidation.invalidate(consultation.id)


async def lock(consultation: ConsultationRef, argument_id: uuid.UUID) -> ArgumentRow:
    """Lock an argument until the end of the unit of work. Raises MergedAwayError."""
    await lock_all(consultation, argument_id)
    return await queries.get_argument(consultation.id, argument_id)


async def lock_all(consultation: ConsultationRef, *argument_ids: uuid.UUID) -> None:
    """Lock several arguments, as `lock`. Raises MergedAwayError if one of them is gone."""
    rows = await db.fetch(_LOCK, argument_ids, consultation.id)
    if len(rows) != len(argument_ids):
        raise MergedAwayError


async def set_answered_from(argument_ids: list[uuid.UUID], instant: datetime | None) -> None:
    """Note from when answers to locked arguments are public; the earliest instant stays.

    None takes the note back. Called by the room of answers, in its unit of work.
    """
    await db.execute(
        "UPDATE consultations_argument SET answered_from ="
        " CASE WHEN $2::timestamptz IS NULL THEN NULL ELSE least(answered_from, $2) END"
        " WHERE id = ANY ($1)",
        argument_ids,
        instant,
    )


async def _require_version(consultation: ConsultationRef, saved: ArgumentRow, version: int) -> None:
    if saved.version != version:
        raise ChangedMeanwhileError(
            await accounts.find_last_editor(consultation.organisation_id, "argument", saved.id)
        )


async def _record(
    verb: str, actor: Actor, consultation: ConsultationRef, argument_id: uuid.UUID, **data: object
) -> None:
    await audit.record(
        f"consultations.argument.{verb}",
        actor_id=actor.id,
        subject=("argument", argument_id),
        organisation_id=consultation.organisation_id,
        **data,
    )
