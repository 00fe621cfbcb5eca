"""Withdrawing a public consultation, with a reason that the public reads."""

from enishi.accounts.schemas import Actor
from enishi.audit import service as audit
from enishi.consultations.core import policies
from enishi.consultations.core.errors import WrongPhaseError
from enishi.consultations.core.schemas import ConsultationRef, WithdrawalForm
from enishi.consultations.voting import cache_invalidation
from enishi.kit import clock, db


async def withdraw(actor: Actor, consultation: ConsultationRef, form: WithdrawalForm) -> None:
    """Withdraw a consultation before its result; this cannot be undone.

    Nothing is erased: the public reads the reason, participants still read their own texts and
    votes. Raises WrongPhaseError for a draft, for a repeat, and when the result is public: answers
    to participants stay public.
    """
    now = clock.now()
    if not policies.can_withdraw(consultation, now):
        raise WrongPhaseError
    async with db.unit_of_work():
        updated = await db.fetch(
            "UPDATE consultations_consultation SET withdrawn_at = $2, withdrawn_reason = $3,"
            " updated_at = $2, version = version + 1"
            " WHERE id = $1 AND published_at IS NOT NULL AND withdrawn_at IS NULL RETURNING id",
            consultation.id,
            now,
            form.reason.model_dump_json(),
        )
        if not updated:
            raise WrongPhaseError
        await audit.record(
            "consultations.dialogue.withdrawn",
            actor_id=actor.id,
            subject=("consultation", consultation.id),
            organisation_id=consultation.organisation_id,
            reason=form.reason.ja,
        )
        cache_invalidation.invalidate(consultation.id)
