"""The organiser's first statements: pasted several at a time, edited until publication."""

import uuid

from enishi.accounts.schemas import Actor
from enishi.audit import service as audit
from enishi.consultations.core import policies
from enishi.consultations.core import service as core
from enishi.consultations.core.errors import NoDraftError, NotInvitedError
from enishi.consultations.core.schemas import ConsultationView
from enishi.consultations.office import queries
from enishi.consultations.office.errors import SeedsLookAlikeError
from enishi.consultations.office.schemas import SeedForm, SeedRow, SeedsForm
from enishi.consultations.voting import cache_invalidation, similarity
from enishi.consultations.voting import service as statements
from enishi.consultations.voting.schemas import StatementForm
from enishi.kit import clock, db
from enishi.kit.seen import ChangedMeanwhileError


async def add(actor: Actor, consultation: ConsultationView, form: SeedsForm) -> int:
    """Insert a statement for each line; returns how many.

    Raises SeedsLookAlikeError (unless `form.anyway`), and NotInvitedError after the close and in a
    public comment.
    """
    if not policies.accepts_seeds(consultation, clock.now()):
        raise NotInvitedError
    lines = form.lines
    if not form.anyway:
        await _ask_about_look_alikes(consultation.id, lines)
    async with db.unit_of_work():
        for line in lines:
            await statements.add_seed(actor, consultation, StatementForm(text=line, anyway=True))
    return len(lines)


async def _ask_about_look_alikes(consultation_id: uuid.UUID, lines: list[str]) -> None:
    pairs: list[tuple[str, str]] = []
    for number, line in enumerate(lines):
        others = await queries.list_texts_alike(consultation_id, line)
        others += [each for each in lines[:number] if queries.look_alike(line, each)]
        pairs += [(line, other) for other in others[:1]]
    if pairs:
        raise SeedsLookAlikeError(pairs)


async def change(
    actor: Actor, consultation: ConsultationView, seed: SeedRow, form: SeedForm, seen_as: str
) -> None:
    """Change the text of a seed of a draft. Raises NoDraftError and ChangedMeanwhileError."""
    async with db.unit_of_work():
        await _lock_seed(consultation, seed, seen_as)
        await db.execute(
            "UPDATE consultations_statement SET text = $2, translations = NULL, folded = $3,"
            " grams = $4, folding = $5 WHERE id = $1",
            seed.id,
            form.text,
            *similarity.stored([form.text]),
        )
        await _record("reworded", actor, consultation, seed)


async def remove(actor: Actor, consultation: ConsultationView, seed: SeedRow, seen_as: str) -> None:
    """Delete a seed of a draft. Raises NoDraftError and ChangedMeanwhileError."""
    async with db.unit_of_work():
        await _lock_seed(consultation, seed, seen_as)
        await db.execute("DELETE FROM consultations_statement WHERE id = $1", seed.id)
        await _record("removed", actor, consultation, seed)


async def _lock_seed(consultation: ConsultationView, seed: SeedRow, seen_as: str) -> None:
    if (await core.lock_for_office(consultation)).published_at:
        raise NoDraftError
    now = await queries.get_seed(consultation.id, seed.id)
    if now.fingerprint != seen_as:
        raise ChangedMeanwhileError


async def _record(verb: str, actor: Actor, consultation: ConsultationView, seed: SeedRow) -> None:
    await audit.record(
        f"consultations.statement.{verb}",
        actor_id=actor.id,
        subject=("statement", seed.id),
        organisation_id=consultation.organisation_id,
    )
    cache_invalidation.invalidate_statements(consultation.id)
