"""Builders: programmes and sessions as rows, without a service."""

import itertools
import uuid
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from tests.fixtures.accounts import make_organisation

from enishi.kit import clock, db, ids, page_cache
from enishi.programmes.finding import arrays
from enishi.programmes.listings.tables import Programme, ProgrammeKind
from enishi.programmes.sessions.tables import ProgrammeSession

_numbers = itertools.count(1)


@dataclass(frozen=True)
class Listed:
    id: uuid.UUID
    slug: str
    organisation_id: uuid.UUID


def invalidate() -> None:
    """Cache invalidation: the rows are written behind the page cache."""
    page_cache.invalidate()
    arrays.invalidate()


def text(ja: str, en: str = "") -> dict[str, str]:
    return {"ja": ja, "en": en, "easy_ja": ""}


async def make_programme(**changes: Any) -> Listed:
    """A published experience in Hida (Gifu) that costs 3,000 yen and admits children with adults.

    It has no sessions.
    """
    invalidate()
    number = next(_numbers)
    now = clock.now()
    organisation_id = changes.pop("organisation_id", None)
    organisation_id = organisation_id or await make_organisation(f"organiser-{number}")
    values: dict[str, Any] = {
        "id": ids.new_id(),
        "organisation_id": organisation_id,
        "slug": f"programme-{number}",
        "state": "published",
        "municipality_code": "212172",
        "prefecture_code": "210005",
        "kind": ProgrammeKind.EXPERIENCE,
        "title": text(f"棚田の田植え{number}", f"Planting rice {number}"),
        "summary": text("棚田で苗を手で植えます。", "Planting seedlings by hand on a terrace."),
        "body": text("午前に集合します。"),
        "host_name": "棚田の会",
        "minors": "accompanied",
        "fee_adult": 3000,
        "fee_child": 1500,
        "conditions": {},
        "money": {"lodging": "none", "transport": "self"},
        "access": {},
        "contact": {"telephone": "0577-00-0000"},
        "created_at": now,
        "changed_at": now,
        "published_at": now,
    } | changes
    async with db.unit_of_work():
        row = Programme(**values)
        await row.save()
    return Listed(row.id, row.slug, row.organisation_id)


async def make_date(programme: Listed, days: float = 30, **changes: Any) -> uuid.UUID:
    """A session `days` ahead, open for applications since yesterday, with ten places."""
    invalidate()
    now = clock.now()
    starts_at = now + timedelta(days=days)
    values: dict[str, Any] = {
        "id": ids.new_id(),
        "programme_id": programme.id,
        "organisation_id": programme.organisation_id,
        "starts_at": starts_at,
        "ends_at": starts_at + timedelta(hours=4),
        "opens_at": now - timedelta(days=1),
        "closes_at": starts_at - timedelta(days=1),
        "meeting_place": text("公民館の前", "In front of the village hall"),
        "capacity": 10,
        "waiting_limit": 20,
        "created_at": now,
    } | changes
    async with db.unit_of_work():
        await ProgrammeSession(**values).save()
    return values["id"]  # type: ignore[no-any-return]
