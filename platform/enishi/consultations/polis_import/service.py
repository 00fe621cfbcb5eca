"""Importing a Polis conversation as a closed consultation."""

import re
import uuid
from typing import Any

from enishi.consultations.core import queries as consultations
from enishi.consultations.core.kinds import ComponentKind, Kind, PhaseKind
from enishi.consultations.core.tables import Component, Consultation, Phase
from enishi.consultations.polis_import.errors import (
    BadSlugError,
    NoTextsError,
    OrganisationUnknownError,
)
from enishi.consultations.polis_import.loader import Progress, load
from enishi.consultations.polis_import.policies import Timeline
from enishi.consultations.polis_import.schemas import ImportCounts
from enishi.consultations.voting import vote_steps
from enishi.kit import clock, db, markdown
from enishi.kit.i18n import Language, LazyText, gettext_lazy, speaking
from enishi.kit.ids import SLUG_PATTERN, new_id
from enishi.kit.localised import LocalisedText
from enishi.kit.slugs import is_reserved
from enishi.landscape.polis_conversation import PolisConversation
from enishi.organisations import queries as organisations
from enishi.organisations.schemas import NewOrganisation, OrganisationKind, OrganisationName
from enishi.organisations.service import organisations as organisation_service

RECORDS_SLUG = "records"  # the organisation of imports that name none
_MAX_TITLE = 200


_TEXTS = {
    "problem": gettext_lazy("別の場で行われた対話の記録です。"),
    "decision": gettext_lazy("ここでは何も決めません。"),
    "can_change": gettext_lazy("ありません。"),
    "cannot_change": gettext_lazy("記録は、取り込んだときのままです。"),
    "who_may_answer": gettext_lazy("受付は終わっています。"),
    "data_controller": gettext_lazy("このサイトの運営者"),
}
_ORGANISATION_NAME = gettext_lazy("対話の記録")


def _text(message: LazyText) -> LocalisedText:
    """A message in both languages, as content of the database."""
    with speaking(Language.EN):
        return LocalisedText(ja=message.text, en=str(message))


async def import_as_consultation(
    conversation: PolisConversation,
    slug: str,
    *,
    organisation_slug: str | None = None,
    publish: bool = False,
    progress: Progress = lambda _: None,
) -> ImportCounts:
    """Import a conversation into the consultation `slug`, inserting it if there is none.

    One unit of work. Raises BadSlugError, OrganisationUnknownError, NoTextsError and
    AlreadyImportedError.
    """
    if not conversation.statements:
        raise NoTextsError
    if not re.fullmatch(SLUG_PATTERN, slug) or is_reserved(slug):
        raise BadSlugError
    async with db.unit_of_work():
        found = await consultations.find_by_slug(slug)
        if found is not None:
            consultation_id = found.id
        else:
            organisation_id = await _get_organisation_id(organisation_slug)
            consultation_id = await _insert_consultation(
                conversation, slug, organisation_id, publish=publish
            )
        counts = await load(consultation_id, conversation, progress=progress)
        await vote_steps.take_due(published_elsewhere=consultation_id)
        return counts


async def _get_organisation_id(slug: str | None) -> uuid.UUID:
    found = await organisations.find_organisation(slug or RECORDS_SLUG)
    if found is not None:
        return found.id
    if slug is not None:
        raise OrganisationUnknownError
    return await organisation_service.create(
        NewOrganisation(
            slug=RECORDS_SLUG,
            kind=OrganisationKind.HOST,
            name=OrganisationName.model_validate(_text(_ORGANISATION_NAME).model_dump()),
        )
    )


async def _insert_consultation(
    conversation: PolisConversation, slug: str, organisation_id: uuid.UUID, *, publish: bool
) -> uuid.UUID:
    consultation_id = new_id()
    now = clock.now()
    texts = {name: _text(message) for name, message in _TEXTS.items()}
    if conversation.description:
        texts["problem"] = LocalisedText(ja=markdown.plain(conversation.description))
    title = (conversation.title or slug)[:_MAX_TITLE]
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
    span = Timeline.of(conversation, now).span()
    if span is not None:
        begins_at, ends_at = span
        await Component(
            id=new_id(),
            consultation_id=consultation_id,
            kind=ComponentKind.STATEMENTS,
            opens_at=begins_at,
            closes_at=ends_at,
        ).save()
        for kind, starts_at, end in (
            (PhaseKind.OPEN, begins_at, ends_at),
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
