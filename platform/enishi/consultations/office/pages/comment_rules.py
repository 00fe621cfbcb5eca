"""The office's page of its rules for public comment by ordinance."""

from functools import partial
from typing import Any

from litestar import get, post
from litestar.response import Redirect, Template

from enishi.accounts.access import CurrentActor
from enishi.accounts.schemas import Actor
from enishi.consultations import labels
from enishi.consultations.core import acts
from enishi.consultations.core.kinds import Kind, SubmissionChannel
from enishi.consultations.office import queries
from enishi.consultations.office.pages.dialogue import EDITOR, AnyRequest, shared_context
from enishi.consultations.office.schemas import CommentRulesForm
from enishi.consultations.office.service import comment_rules as service
from enishi.kit.errors import NotFoundError
from enishi.kit.forms import Form, longest
from enishi.kit.http.submissions import read_form
from enishi.kit.http.submitted import submitted
from enishi.kit.seen import FIELD
from enishi.organisations.access import CurrentOrganisation
from enishi.organisations.schemas import OrganisationRef

AT = "/office/{organisation_slug:str}/comment-rules"
PAGE = "consultations/office_comment_rules.html"
_DAYS = 30  # proposed: most ordinances follow the Act


def _require_ordinance(organisation: OrganisationRef) -> None:
    """Raises NotFoundError for an organisation without ordinances."""
    if Kind.PUBLIC_COMMENT_ORDINANCE not in acts.kinds_of(organisation.kind):
        raise NotFoundError


async def _context(
    request: AnyRequest, actor: Actor, organisation: OrganisationRef
) -> dict[str, Any]:
    rules = await queries.find_comment_rules(organisation.id)
    return shared_context(request, actor, organisation) | {
        "rules": rules,
        "seen": rules.fingerprint if rules else "",
        "min_days": rules.min_days if rules else _DAYS,
        "longest": partial(longest, CommentRulesForm),
        "channels": [
            (channel.value, text)
            for channel, text in labels.SUBMISSION_CHANNELS.items()
            if channel is not SubmissionChannel.SITE
        ],
        "name_rules": labels.options(labels.NAME_RULES),
    }


@get(AT, name="office:comment-rules", access=EDITOR)
async def show(
    request: AnyRequest, actor: CurrentActor, organisation: CurrentOrganisation
) -> Template:
    _require_ordinance(organisation)
    context = await _context(request, actor, organisation)
    return Template(PAGE, context=context | {"form": Form()})


@post(AT, name="office:save-comment-rules", access=EDITOR, status_code=200)
async def save(
    request: AnyRequest, actor: CurrentActor, organisation: CurrentOrganisation
) -> Template | Redirect:
    _require_ordinance(organisation)
    form = await read_form(request, CommentRulesForm)
    async with submitted(request, actor.id, form) as sent:
        if sent.is_new:
            await service.save(actor, organisation, sent.value, form.text(FIELD))
            sent.go_to(
                "office:comment-rules",
                organisation_slug=organisation.slug,
                query={"done": "saved"},
            )
    return await sent.answer(PAGE, lambda: _context(request, actor, organisation))


HANDLERS = [show, save]
