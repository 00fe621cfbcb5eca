"""Names and office pages of what audit entries are about."""

import uuid
from collections.abc import Mapping

from enishi.audit.subjects import Resolver, Subject
from enishi.kit import db
from enishi.kit.i18n import gettext
from enishi.kit.links import link
from enishi.kit.localised import LocalisedText

_SHOWN = 30  # characters of a text


async def _consultations(
    organisation_id: uuid.UUID, organisation_slug: str, ids: list[uuid.UUID]
) -> Mapping[uuid.UUID, Subject]:
    rows = await db.fetch(
        "SELECT id, slug, title FROM consultations_consultation"
        " WHERE organisation_id = $1 AND id = ANY ($2)",
        organisation_id,
        ids,
    )
    return {
        row["id"]: Subject(
            gettext("対話「%(title)s」", title=LocalisedText.model_validate_json(row["title"])),
            link("office:dialogue", slug=row["slug"], organisation_slug=organisation_slug),
        )
        for row in rows
    }


async def _statements(
    organisation_id: uuid.UUID, organisation_slug: str, ids: list[uuid.UUID]
) -> Mapping[uuid.UUID, Subject]:
    rows = await db.fetch(
        "SELECT s.id, c.slug, s.text, s.state FROM consultations_statement s"
        " JOIN consultations_consultation c ON c.id = s.consultation_id"
        " WHERE c.organisation_id = $1 AND s.id = ANY ($2)",
        organisation_id,
        ids,
    )
    return {
        row["id"]: Subject(
            gettext("意見カード「%(text)s」", text=_shortened(row["text"])),
            _moderation(organisation_slug, row["slug"], row["state"]),
        )
        for row in rows
    }


async def _opinions(
    organisation_id: uuid.UUID, organisation_slug: str, ids: list[uuid.UUID]
) -> Mapping[uuid.UUID, Subject]:
    rows = await db.fetch(
        "SELECT o.id, c.slug, v.text, o.state FROM consultations_opinion o"
        " JOIN consultations_consultation c ON c.id = o.consultation_id"
        " JOIN consultations_opinion_version v ON v.opinion_id = o.id AND v.number = o.version"
        " WHERE c.organisation_id = $1 AND o.id = ANY ($2)",
        organisation_id,
        ids,
    )
    return {
        row["id"]: Subject(
            gettext("ご意見「%(text)s」", text=_shortened(row["text"])),
            _moderation(organisation_slug, row["slug"], row["state"]),
        )
        for row in rows
    }


async def _arguments(
    organisation_id: uuid.UUID, organisation_slug: str, ids: list[uuid.UUID]
) -> Mapping[uuid.UUID, Subject]:
    rows = await db.fetch(
        "SELECT a.id, c.slug, t.title, a.merged_into FROM consultations_argument a"
        " JOIN consultations_consultation c ON c.id = a.consultation_id"
        " JOIN consultations_argument_text t ON t.argument_id = a.id AND t.number = a.text_number"
        " WHERE c.organisation_id = $1 AND a.id = ANY ($2)",
        organisation_id,
        ids,
    )
    return {
        row["id"]: Subject(
            gettext("論点「%(title)s」", title=LocalisedText.model_validate_json(row["title"])),
            link(
                "office:argument-texts",
                slug=row["slug"],
                organisation_slug=organisation_slug,
                argument_id=row["merged_into"] or row["id"],
            ),
        )
        for row in rows
    }


def _moderation(organisation_slug: str, slug: str, state: str) -> str:
    return link(
        "office:moderation",
        query={"state": state},
        organisation_slug=organisation_slug,
        slug=slug,
    )


def _shortened(text: str) -> str:
    plain = " ".join(text.split())
    return plain if len(plain) <= _SHOWN else f"{plain[:_SHOWN]}…"


SUBJECTS: Mapping[str, Resolver] = {
    "consultation": _consultations,
    "statement": _statements,
    "opinion": _opinions,
    "argument": _arguments,
}
