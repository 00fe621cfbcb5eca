"""Names and office pages of what audit entries are about."""

import uuid
from collections.abc import Mapping

from enishi.audit.subjects import Resolver, Subject
from enishi.kit import db
from enishi.kit.i18n import gettext
from enishi.kit.links import link
from enishi.kit.localised import LocalisedText


async def _themes(
    organisation_id: uuid.UUID, organisation_slug: str, ids: list[uuid.UUID]
) -> Mapping[uuid.UUID, Subject]:
    rows = await db.fetch(
        "SELECT id, title FROM themes_theme WHERE organisation_id = $1 AND id = ANY ($2)",
        organisation_id,
        ids,
    )
    address = link("office:themes", organisation_slug=organisation_slug)
    return {
        row["id"]: Subject(
            gettext("テーマ「%(title)s」", title=LocalisedText.model_validate_json(row["title"])),
            address,
        )
        for row in rows
    }


SUBJECTS: Mapping[str, Resolver] = {"theme": _themes}
