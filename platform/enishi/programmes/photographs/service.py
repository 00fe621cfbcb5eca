"""Writes photographs: add, change, order, remove. Each is one unit of work."""

import uuid
from collections.abc import AsyncIterator
from typing import Any

from piccolo.columns import Column

from enishi.audit import service as audit
from enishi.kit import clock, db, files, ids
from enishi.programmes.listings import service as programmes
from enishi.programmes.listings.schemas import OfficeActor
from enishi.programmes.photographs import queries
from enishi.programmes.photographs.errors import ChangedMeanwhileError, TooManyError
from enishi.programmes.photographs.pictures import AVIF, LARGEST_FILE, WEBP, Picture
from enishi.programmes.photographs.schemas import (
    MOST_PHOTOGRAPHS,
    ChangeForm,
    PhotographForm,
    PhotographView,
    Rendition,
    version,
)
from enishi.programmes.photographs.tables import Photograph

PURPOSE = files.Purpose(
    "programmes.photograph",
    frozenset({WEBP, AVIF}),
    LARGEST_FILE,
    queries.may_read,
    inline=True,
    cached=True,
)
_ENDINGS = {WEBP: "webp", AVIF: "avif"}

# The unique constraint is checked at the end of the statement, so two may change places.
_SWAP = """
UPDATE programmes_photograph SET position = CASE position WHEN $2 THEN $3 ELSE $2 END
WHERE programme_id = $1 AND position IN ($2, $3)
"""
_CLOSE_GAP = """
UPDATE programmes_photograph SET position = position - 1 WHERE programme_id = $1 AND position > $2
"""


async def add(
    actor: OfficeActor, programme_id: uuid.UUID, form: PhotographForm, sizes: list[Picture]
) -> uuid.UUID:
    """Add a photograph after the others. Raises TooManyError, and NotFoundError for another's."""
    photograph_id = ids.new_id()
    async with db.unit_of_work():
        await programmes.touch(actor, programme_id)  # its row lock: one after another
        before = await queries.list_photographs(programme_id)
        if len(before) >= MOST_PHOTOGRAPHS:
            raise TooManyError
        renditions = [await _stored(photograph_id, each) for each in sizes]
        await Photograph(
            id=photograph_id,
            programme_id=programme_id,
            position=len(before) + 1,
            renditions=[each.model_dump(mode="json") for each in renditions],
            created_at=clock.now(),
            **form.model_dump(mode="json"),
        ).save()
        await _record("added", actor, programme_id, photograph_id)
    return photograph_id


async def change(
    actor: OfficeActor,
    programme_id: uuid.UUID,
    photograph_id: uuid.UUID,
    form: ChangeForm,
    seen: str,
) -> None:
    """Change, move or remove a photograph under an optimistic lock of them all.

    Raises ChangedMeanwhileError, and NotFoundError for one that is not of this programme.
    """
    async with db.unit_of_work():
        await programmes.touch(actor, programme_id)
        every = await queries.list_photographs(programme_id)
        photograph = await queries.get_photograph(programme_id, photograph_id)
        if version(every) != seen:
            raise ChangedMeanwhileError
        if form.step == "remove":
            await _remove(programme_id, photograph)
        elif form.step == "save":
            await _save(photograph_id, form)
        else:
            step = -1 if form.step == "earlier" else 1
            other = photograph.position + step
            if 1 <= other <= len(every):
                await db.execute(_SWAP, programme_id, photograph.position, other)
        await _record(_ACTS[form.step], actor, programme_id, photograph_id)


async def remove_all(actor: OfficeActor, programme_id: uuid.UUID) -> None:
    """Remove the photographs of a draft that is deleted; part of the caller's unit of work."""
    for photograph in await queries.list_photographs(programme_id):
        await _remove(programme_id, photograph)
        await _record("removed", actor, programme_id, photograph.id)


_ACTS = {"save": "changed", "earlier": "moved", "later": "moved", "remove": "removed"}


async def _stored(photograph_id: uuid.UUID, size: Picture) -> Rendition:
    stored = {}
    for media_type, content in size.encoded.items():
        name = f"{size.width}.{_ENDINGS[media_type]}"
        file = await files.store(PURPOSE, photograph_id, name, _once(content))
        stored[media_type] = (file.id, file.public_id)
    return Rendition(width=size.width, height=size.height, files=stored)


async def _once(content: bytes) -> AsyncIterator[bytes]:
    yield content


async def _save(photograph_id: uuid.UUID, form: ChangeForm) -> None:
    said = form.model_dump(mode="json", exclude={"step", "sure"})
    words: dict[Column | str, Any] = dict(said.items())
    await Photograph.update(words).where(Photograph.id == photograph_id)


async def _remove(programme_id: uuid.UUID, photograph: PhotographView) -> None:
    for rendition in photograph.renditions:
        for file_id, _ in rendition.files.values():
            await files.delete(file_id)
    await db.execute("DELETE FROM programmes_photograph WHERE id = $1", photograph.id)
    await db.execute(_CLOSE_GAP, programme_id, photograph.position)


async def _record(
    act: str, actor: OfficeActor, programme_id: uuid.UUID, photograph_id: uuid.UUID
) -> None:
    await audit.record(
        f"programmes.photograph.{act}",
        actor_id=actor.account_id,
        organisation_id=actor.organisation_id,
        subject=("programme", programme_id),
        photograph=str(photograph_id),
    )
