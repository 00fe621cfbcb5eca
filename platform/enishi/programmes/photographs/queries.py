"""Reads of photographs."""

import uuid
from typing import Any

from enishi.kit import db
from enishi.kit.errors import NotFoundError
from enishi.kit.files import FileView
from enishi.organisations import queries as organisations
from enishi.programmes.listings.visibility import IS_PUBLIC
from enishi.programmes.photographs.schemas import MOST_PHOTOGRAPHS, PhotographView

_COLUMNS = ", ".join(PhotographView.model_fields)
_OF_PROGRAMME = f"""
SELECT {_COLUMNS} FROM programmes_photograph
WHERE programme_id = $1 ORDER BY position LIMIT {MOST_PHOTOGRAPHS}
"""  # noqa: S608 (made of constants)
_OWNER = f"""
SELECT p.organisation_id, {IS_PUBLIC} AS is_public FROM programmes_photograph f
JOIN programmes_programme p ON p.id = f.programme_id WHERE f.id = $1
"""  # noqa: S608 (made of constants)


async def list_photographs(programme_id: uuid.UUID) -> list[PhotographView]:
    """The photographs of a programme in their order; who may see it, may see them."""
    return [_view(row) for row in await db.fetch(_OF_PROGRAMME, programme_id)]


async def get_photograph(programme_id: uuid.UUID, photograph_id: uuid.UUID) -> PhotographView:
    found = await list_photographs(programme_id)
    view = next((each for each in found if each.id == photograph_id), None)
    if view is None:
        raise NotFoundError
    return view


async def may_read(file: FileView, actor_id: uuid.UUID | None) -> bool:
    """Whether somebody may see the file: everybody once the programme is public, else its office.

    `subject_id` of the file is the id of the photograph.
    """
    row = await db.fetch_one(_OWNER, uuid.UUID(file.subject_id))
    if row is None:
        return False
    if row["is_public"]:
        return True
    roles = await organisations.list_roles(actor_id) if actor_id else ()
    return any(each.organisation_id == row["organisation_id"] for each in roles)


def _view(row: dict[str, Any]) -> PhotographView:
    documents = {name: db.document(row[name]) for name in ("alt", "renditions")}
    return PhotographView.model_validate(row | documents)
