"""A conversation held elsewhere becomes a dialogue of ours: what it was, and that it is over."""

import re
import uuid
from datetime import timedelta
from typing import Any

from enishi.consultations.core import queries as consultations
from enishi.consultations.core.kinds import ComponentKind, Kind, PhaseKind
from enishi.consultations.core.tables import Component, Consultation, Phase
from enishi.consultations.polis_import.errors import BadSlugError, OrganisationUnknownError
from enishi.consultations.polis_import.loader import Progress, import_conversation
from enishi.consultations.polis_import.schemas import Conversation, ImportCounts
from enishi.kit import clock, db
from enishi.kit.i18n import Language, LazyText, gettext_lazy, speaking
from enishi.kit.ids import SLUG_PATTERN, new_id
from enishi.kit.localised import LocalisedText
from enishi.organisations import queries as organisations
from enishi.organisations.schemas import NewOrganisation, OrganisationKind
from enishi.organisations.service import organisations as organisation_service

RECORDS = "records"  # the organisation of records that nobody else answers for
_LONGEST_TITLE = 200


_ABOUT = {
    "problem": gettext_lazy("別の場で行われた対話の記録です。"),
    "decision": gettext_lazy("ここでは何も決めません。"),
    "can_change": gettext_lazy("ありません。"),
    "cannot_change": gettext_lazy("記録は、取り込んだときのままです。"),
    "who_may_answer": gettext_lazy("受付は終わっています。"),
    "data_controller": gettext_lazy("このサイトの運営者"),
}
_NAME = gettext_lazy("対話の記録")


def _text(message: LazyText) -> LocalisedText:
    """A message of ours as a content, in both languages."""
    with speaking(Language.EN):
        return LocalisedText(ja=message.text, en=str(message))


async def take_in(
    conversation: Conversation,
    slug: str,
    *,
    organisation_slug: str | None = None,
    publish: bool = False,
    progress: Progress = lambda _: None,
) -> ImportCounts:
    """Import a conversation into the dialogue of this slug, which is made if there is none.

    All of it in one unit of work. Raises BadSlugError, OrganisationUnknownError and
    AlreadyImportedError.
    """
    if not re.fullmatch(SLUG_PATTERN, slug):
        raise BadSlugError
    async with db.unit_of_work():
        found = await consultations.find_by_slug(slug)
        if found is not None:
            consultation_id = found.id
        else:
            organisation_id = await _organisation(organisation_slug)
            consultation_id = await _begin(conversation, slug, organisation_id, publish=publish)
        return await import_conversation(consultation_id, conversation, progress=progress)


async def _organisation(slug: str | None) -> uuid.UUID:
    found = await organisations.find_organisation(slug or RECORDS)
    if found is not None:
        return found.id
    if slug is not None:
        raise OrganisationUnknownError
    return await organisation_service.create(
        NewOrganisation(
            slug=RECORDS,
            kind=OrganisationKind.HOST,
            name=_text(_NAME),
        )
    )


async def _begin(
    conversation: Conversation, slug: str, organisation_id: uuid.UUID, *, publish: bool
) -> uuid.UUID:
    consultation_id = new_id()
    now = clock.now()
    texts = {name: _text(message) for name, message in _ABOUT.items()}
    if conversation.description:
        texts["problem"] = LocalisedText(ja=conversation.description)
    title = (conversation.title or slug)[:_LONGEST_TITLE]
    values: dict[str, Any] = {name: text.model_dump_json() for name, text in texts.items()}
    values |= {
        "id": consultation_id,
        "organisation_id": organisation_id,
        "slug": slug,
        "kind": Kind.DIALOGUE,
        "title": LocalisedText(ja=title, en=title).model_dump_json(),
        "votes_published": True,
        "guests_allowed": False,
        "published_at": now if publish else None,
        "created_at": now,
        "updated_at": now,
    }
    await Consultation(**values).save()
    acts = [vote.cast_at for vote in conversation.votes]
    acts += [statement.created_at for statement in conversation.statements]
    if acts:
        ends_at = max(acts) + timedelta(milliseconds=1)
        await Component(
            id=new_id(),
            consultation_id=consultation_id,
            kind=ComponentKind.STATEMENTS,
            opens_at=min(acts),
            closes_at=ends_at,
        ).save()
        for kind, starts_at, end in (
            (PhaseKind.OPEN, min(acts), ends_at),
            (PhaseKind.CLOSED, ends_at, None),
        ):
            await Phase(
                id=new_id(),
                consultation_id=consultation_id,
                kind=kind,
                starts_at=starts_at,
                ends_at=end,
            ).save()
    return consultation_id
