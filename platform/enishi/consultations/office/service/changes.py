"""The public record of changes: what people take part under, before and after."""

import json

from enishi.consultations.core.schemas import ConsultationView
from enishi.consultations.core.tables import Change
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
    last = await db.fetch_value(
        "SELECT coalesce(max(number), 0) FROM consultations_change WHERE consultation_id = $1",
        after.id,
    )
    await Change(
        id=new_id(),
        consultation_id=after.id,
        number=last + 1,
        terms=json.dumps(changed, ensure_ascii=False),
        reason=reason.model_dump_json() if reason else None,
        changed_at=clock.now(),
    ).save()
