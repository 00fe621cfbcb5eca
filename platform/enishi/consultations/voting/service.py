"""Inserting statements, by participants and as seeds by the organiser; and casting votes."""

import json
import uuid
from datetime import timedelta

from enishi.accounts.schemas import Actor
from enishi.audit import service as audit
from enishi.consultations.core import visibility
from enishi.consultations.core.errors import NotInvitedError
from enishi.consultations.core.kinds import ActKind, ComponentKind, Moderation, Origin, State
from enishi.consultations.core.schemas import ConsultationRef
from enishi.consultations.participation import activity_log, network_limits
from enishi.consultations.participation.schemas import LimitKey, ParticipantContext
from enishi.consultations.voting import cache_invalidation, limits, similarity, writer
from enishi.consultations.voting import queries as statements
from enishi.consultations.voting.errors import LooksAlikeError
from enishi.consultations.voting.schemas import StatementForm, SubmittedStatement
from enishi.kit import clock, db, ratelimit
from enishi.kit.i18n import current_language
from enishi.kit.ids import new_random_id

_LIMIT = ratelimit.Limit("consultations.statement", burst=20, per=timedelta(hours=1))


async def submit(
    consultation: ConsultationRef, author: ParticipantContext, form: StatementForm
) -> SubmittedStatement:
    """Insert a participant's statement.

    Raises LooksAlikeError (unless `form.anyway`), NotInvitedError and TooManyRequestsError.
    """
    if not form.anyway:
        similar = await statements.list_similar(consultation.id, form.text)
        if similar:
            raise LooksAlikeError(similar)
    participant_id = author.participant_id
    await ratelimit.take(_LIMIT, participant_id)
    await network_limits.take_text(author.limit_key)
    async with db.unit_of_work():
        made = await _insert(consultation, form.text, Origin.CITIZEN, participant_id)
        await activity_log.append(ActKind.STATED, participant_id, clock.now())
        await audit.record(
            "consultations.statement.submitted",
            actor_id=None,  # an entry must not link an account to a participant
            subject=("statement", made.statement_id),
            organisation_id=consultation.organisation_id,
        )
        cache_invalidation.invalidate_statements(consultation.id)
    return made


async def add_seed(
    actor: Actor, consultation: ConsultationRef, form: StatementForm
) -> SubmittedStatement:
    """Insert a statement of the organiser, also before the opening.

    Raises NotInvitedError after the close: nobody could vote on it.
    """
    async with db.unit_of_work():
        made = await _insert(consultation, form.text, Origin.SEED, None)
        await audit.record(
            "consultations.statement.seeded",
            actor_id=actor.id,
            subject=("statement", made.statement_id),
            organisation_id=consultation.organisation_id,
        )
        cache_invalidation.invalidate_statements(consultation.id)
    return made


# Checks that the component accepts statements ($2: that a seed can still be voted on) and takes the
# next number, in one SQL statement.
_NUMBER = f"""
UPDATE consultations_consultation c SET statement_count = c.statement_count + 1
WHERE c.id = $1 AND c.withdrawn_at IS NULL AND (($2 AND (c.published_at IS NULL OR
    EXISTS (SELECT FROM consultations_component k WHERE k.consultation_id = c.id
        AND k.kind = '{ComponentKind.STATEMENTS}' AND (k.closes_at IS NULL OR $3 < k.closes_at))
    )) OR (NOT $2 AND
    EXISTS (SELECT FROM consultations_component k
        WHERE k.consultation_id = c.id AND (k.settings -> 'by_participants')::boolean
            AND {visibility.accepts_at(ComponentKind.STATEMENTS, "$3")})))
RETURNING c.statement_count AS number, c.moderation
"""  # noqa: S608 (made of constants)


async def _insert(
    consultation: ConsultationRef, text: str, origin: Origin, author_id: uuid.UUID | None
) -> SubmittedStatement:
    is_seed = origin is Origin.SEED
    now = clock.now()
    numbered = await db.fetch(_NUMBER, consultation.id, is_seed, now)
    if not numbered:
        raise NotInvitedError
    is_held = numbered[0]["moderation"] == Moderation.BEFORE and not is_seed
    state = State.PENDING if is_held else State.ACCEPTED
    statement_id = new_random_id()
    await db.fetch(
        "INSERT INTO consultations_statement (id, consultation_id, number, text, language,"
        " author_id, origin, state, created_at, folded, grams, folding)"
        " VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)",
        statement_id,
        consultation.id,
        numbered[0]["number"],
        text,
        current_language().value,
        author_id,
        origin,
        state,
        now,
        *similarity.stored([text]),
    )
    return SubmittedStatement(statement_id, numbered[0]["number"], state)


_FOLD_AT_ONCE = 1000
_REFOLD = """
UPDATE consultations_statement s SET folded = new.folded, folding = $3,
    grams = ARRAY(SELECT jsonb_array_elements_text(new.grams))
FROM unnest($1::uuid[], $2::text[], $4::jsonb[]) AS new (id, folded, grams) WHERE s.id = new.id
"""


async def refold() -> list[str]:
    """Fold the stored texts anew that another version folded; returns what was changed.

    A part of `enishi migrate`, and of every night: until an upgrade is through, statements of
    processes of the earlier version may come in. Idempotent.
    """
    done = 0
    while changed := await _refold_some():
        done += changed
    return ["consultations/folding"] if done else []


async def _refold_some() -> int:
    async with db.unit_of_work():
        rows = await statements.list_unfolded(similarity.FOLDING, _FOLD_AT_ONCE)
        folded = [similarity.stored(each.all_texts) for each in rows]
        await db.execute(
            _REFOLD,
            [each.id for each in rows],
            [plain for plain, _, _ in folded],
            similarity.FOLDING,
            [json.dumps(grams) for _, grams, _ in folded],
        )
    return len(rows)


async def outdated() -> list[str]:
    """What `refold` would change; needs the migrated tables."""
    stale = await statements.list_unfolded(similarity.FOLDING, 1)
    return ["consultations/folding"] if stale else []


async def cast(
    participant_id: uuid.UUID,
    statement_id: uuid.UUID,
    value: int | None,
    guests_of: LimitKey | None,
) -> None:
    """Vote 1, 0 or -1, or withdraw the vote (None); returns after the commit.

    `guests_of` is the limit that a guest's vote counts for; None for an account. Raises
    TooManyRequestsError of the participant's or the network's limit, VoteRefusedError and
    UnavailableError.
    """
    limits.votes.take(participant_id)
    if guests_of is not None:
        await network_limits.take_vote(guests_of)
    await writer.cast(participant_id, statement_id, value)
