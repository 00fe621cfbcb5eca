"""The public record of changes: what people take part under, before and after."""

import json

from enishi.consultations.core.schemas import ConsultationView
from enishi.kit import clock, db
from enishi.kit.ids import new_id
from enishi.kit.localised import LocalisedText


async def record(
    before: ConsultationView, after: ConsultationView, reason: LocalisedText | None = None
) -> None:
    """Append the differing terms of a published consultation; nothing where none differs.

    In the caller's unit of work, which holds the lock of the consultation's row: it makes the
    numbers consecutive.
    """
    old, new = before.terms(), after.terms()
    changed = {name: (old[name], new[name]) for name in new if old[name] != new[name]}
    if before.published_at is None or not (changed or reason):
        return
    await db.execute(
        """
        INSERT INTO consultations_change (id, consultation_id, number, terms, reason, changed_at)
        SELECT $1, $2, coalesce(max(number), 0) + 1, $3::jsonb, $4::jsonb, $5
        FROM consultations_change WHERE consultation_id = $2
        """,
        new_id(),
        after.id,
        json.dumps(changed, ensure_ascii=False),
        reason.model_dump_json() if reason else None,
        clock.now(),
    )
