"""Taking back a dialogue that was public: with a reason, for everybody to read."""

from enishi.accounts.schemas import Actor
from enishi.audit import service as audit
from enishi.consultations.core import policies
from enishi.consultations.core.errors import WrongPhaseError
from enishi.consultations.core.schemas import ConsultationRef, WithdrawalForm
from enishi.consultations.voting import cache_invalidation
from enishi.kit import clock, db


async def withdraw(actor: Actor, consultation: ConsultationRef, form: WithdrawalForm) -> None:
    """End a dialogue before its result, for good.

    Nothing is erased: the public reads that it was taken back and why, whoever took part still
    sees what is theirs. Raises WrongPhaseError for a draft, a second time, and once its result
    is public: what people were answered stays on record.
    """
    now = clock.now()
    if not policies.can_withdraw(consultation, now):
        raise WrongPhaseError
    async with db.unit_of_work():
        taken_back = await db.fetch(
            "UPDATE consultations_consultation SET withdrawn_at = $2, withdrawn_reason = $3,"
            " updated_at = $2, version = version + 1"
            " WHERE id = $1 AND published_at IS NOT NULL AND withdrawn_at IS NULL RETURNING id",
            consultation.id,
            now,
            form.reason.model_dump_json(),
        )
        if not taken_back:
            raise WrongPhaseError
        await audit.record(
            "consultations.dialogue.withdrawn",
            actor_id=actor.id,
            subject=("consultation", consultation.id),
            organisation_id=consultation.organisation_id,
            reason=form.reason.ja,
        )
        cache_invalidation.invalidate(consultation.id)
