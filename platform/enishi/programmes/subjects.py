"""Names and office pages of what audit entries are about."""

import uuid
from collections.abc import Mapping

from enishi.audit.subjects import Resolver, Subject
from enishi.kit import db
from enishi.kit.formatting import format_date
from enishi.kit.i18n import gettext
from enishi.kit.links import link
from enishi.kit.localised import LocalisedText


async def _programmes(
    organisation_id: uuid.UUID, organisation_slug: str, ids: list[uuid.UUID]
) -> Mapping[uuid.UUID, Subject]:
    rows = await db.fetch(
        "SELECT id, title FROM programmes_programme WHERE organisation_id = $1 AND id = ANY ($2)",
        organisation_id,
        ids,
    )
    return {
        row["id"]: Subject(
            _title(row),
            link("office:programme", programme_id=row["id"], organisation_slug=organisation_slug),
        )
        for row in rows
    }


async def _sessions(
    organisation_id: uuid.UUID, organisation_slug: str, ids: list[uuid.UUID]
) -> Mapping[uuid.UUID, Subject]:
    rows = await db.fetch(
        "SELECT s.id, s.starts_at, p.title FROM programmes_session s"
        " JOIN programmes_programme p ON p.id = s.programme_id"
        " WHERE p.organisation_id = $1 AND s.id = ANY ($2)",
        organisation_id,
        ids,
    )
    return {
        row["id"]: Subject(
            gettext("%(title)s、%(day)s", title=_title(row), day=format_date(row["starts_at"])),
            link("office:applicants", session_id=row["id"], organisation_slug=organisation_slug),
        )
        for row in rows
    }


async def _applications(
    organisation_id: uuid.UUID, organisation_slug: str, ids: list[uuid.UUID]
) -> Mapping[uuid.UUID, Subject]:
    rows = await db.fetch(
        "SELECT a.id, a.receipt, a.session_id FROM programmes_application a"
        " JOIN programmes_session s ON s.id = a.session_id"
        " JOIN programmes_programme p ON p.id = s.programme_id"
        " WHERE p.organisation_id = $1 AND a.id = ANY ($2)",
        organisation_id,
        ids,
    )
    return {
        row["id"]: Subject(
            gettext("申込 %(receipt)s", receipt=row["receipt"]),
            link(
                "office:applicants",
                session_id=row["session_id"],
                organisation_slug=organisation_slug,
            ),
        )
        for row in rows
    }


def _title(row: dict[str, str]) -> str:
    return gettext("体験・活動「%(title)s」", title=LocalisedText.model_validate_json(row["title"]))


SUBJECTS: Mapping[str, Resolver] = {
    "programme": _programmes,
    "session": _sessions,
    "application": _applications,
}
