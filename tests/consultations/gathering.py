"""Arguments with texts under them for tests, inserted without the service."""

import json
import uuid

from tests.consultations.build import text

from enishi.kit import clock, db
from enishi.kit.ids import new_id


async def make_argument(
    dialogue_id: uuid.UUID, title: str, *texts: uuid.UUID, is_pinned: bool = False
) -> uuid.UUID:
    """An argument with these opinions and statements, inserted without the service."""
    argument_id = new_id()
    times = await db.fetch_value(
        "SELECT count(*) FROM consultations_argument WHERE consultation_id = $1", dialogue_id
    )
    await db.fetch(
        "INSERT INTO consultations_argument (id, consultation_id, number, position, is_pinned,"
        " created_at, updated_at) VALUES ($1, $2, $3, $3, $4, $5, $5)",
        argument_id,
        dialogue_id,
        times + 1,
        is_pinned,
        clock.now(),
    )
    await db.fetch(
        "INSERT INTO consultations_argument_text (id, argument_id, number, title, written_at)"
        " VALUES ($1, $2, 1, $3, $4)",
        new_id(),
        argument_id,
        json.dumps(text(title)),
        clock.now(),
    )
    await put_under(argument_id, *texts)
    return argument_id


async def put_under(argument_id: uuid.UUID, *texts: uuid.UUID) -> None:
    """Put opinions and statements, in whatever state, under an argument."""
    await db.fetch(
        "INSERT INTO consultations_argument_member (argument_id, opinion_id, statement_id,"
        " placed_at) SELECT $1::uuid, o.id, NULL::uuid, $3::timestamptz"
        " FROM consultations_opinion o WHERE o.id = ANY ($2)"
        " UNION ALL SELECT $1, NULL, s.id, $3 FROM consultations_statement s"
        " WHERE s.id = ANY ($2)",
        argument_id,
        list(texts),
        clock.now(),
    )
