"""How a local government asks for public comment: days, channels, and the rule on names."""

import json

from enishi.accounts import queries as accounts
from enishi.accounts.schemas import Actor
from enishi.audit import service as audit
from enishi.consultations.office import queries
from enishi.consultations.office.schemas import CommentRulesForm
from enishi.kit import clock, db
from enishi.kit.ids import new_id
from enishi.kit.seen import ChangedMeanwhileError
from enishi.organisations.schemas import OrganisationRef

# The unique organisation decides a race of two first forms: one of them inserts.
_INSERT = """
INSERT INTO consultations_comment_rules
    (id, organisation_id, basis, min_days, channels, name_rule, updated_at)
VALUES ($1, $2, $3::jsonb, $4, $5::jsonb, $6, $7)
ON CONFLICT (organisation_id) DO NOTHING RETURNING id
"""
_UPDATE = """
UPDATE consultations_comment_rules
SET basis = $2::jsonb, min_days = $3, channels = $4::jsonb, name_rule = $5, updated_at = $6
WHERE organisation_id = $1
"""
_LOCK = "SELECT id FROM consultations_comment_rules WHERE organisation_id = $1 FOR UPDATE"


async def save(
    actor: Actor, organisation: OrganisationRef, form: CommentRulesForm, seen_as: str
) -> None:
    """Save the rules of the next public comments; what is public keeps those of its publication.

    `seen_as` is the fingerprint of the rules that the form was opened with, empty for none. Raises
    ChangedMeanwhileError.
    """
    values = (
        form.basis.model_dump_json(),
        form.min_days,
        json.dumps(form.channels),
        form.name_rule,
        clock.now(),
    )
    async with db.unit_of_work():
        await db.fetch(_LOCK, organisation.id)
        saved = await queries.find_comment_rules(organisation.id)
        is_seen = seen_as == (saved.fingerprint if saved else "")
        if is_seen and saved:
            await db.execute(_UPDATE, organisation.id, *values)
        elif not is_seen or not await db.fetch(_INSERT, new_id(), organisation.id, *values):
            raise ChangedMeanwhileError(
                await accounts.find_last_editor(organisation.id, "organisation", organisation.id)
            )
        await audit.record(
            "consultations.comment_rules.saved",
            actor_id=actor.id,
            subject=("organisation", organisation.id),
            organisation_id=organisation.id,
        )
