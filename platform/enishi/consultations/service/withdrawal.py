"""Taking back a dialogue that was public: with a reason, for everybody to read."""

from enishi.accounts.schemas import Actor
from enishi.audit import service as audit
from enishi.consultations import policies
from enishi.consultations.schemas import DialogueRef, WithdrawalForm
from enishi.consultations.service import recalled
from enishi.consultations.service.dialogues import WrongPhaseError
from enishi.kit import clock, db


async def withdraw(actor: Actor, dialogue: DialogueRef, form: WithdrawalForm) -> None:
    """End a dialogue before its result, for good.

    Nothing is erased: the public reads that it was taken back and why, whoever took part still
    sees what is theirs. Raises WrongPhaseError for a draft, a second time, and once its result
    is public: what people were answered stays on record.
    """
    now = clock.now()
    if not policies.can_withdraw(dialogue, now):
        raise WrongPhaseError
    async with db.unit_of_work():
        taken_back = await db.fetch(
            "UPDATE consultations_consultation SET withdrawn_at = $2, withdrawn_reason = $3,"
            " updated_at = $2, version = version + 1"
            " WHERE id = $1 AND published_at IS NOT NULL AND withdrawn_at IS NULL RETURNING id",
            dialogue.id,
            now,
            form.reason.model_dump_json(),
        )
        if not taken_back:
            raise WrongPhaseError
        await audit.record(
            "consultations.dialogue.withdrawn",
            actor_id=actor.id,
            subject=("consultation", dialogue.id),
            organisation_id=dialogue.organisation_id,
            reason=form.reason.ja,
        )
        recalled.invalidate(dialogue.id)
