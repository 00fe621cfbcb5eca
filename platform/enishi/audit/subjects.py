"""What the entries of the audit trail are about, by name and with its page.

An entry holds a kind and an identifier. Each domain registers a resolver for its kinds, which
reads the names of many identifiers at once and only those of the organisation.
"""

import uuid
from collections.abc import Awaitable, Callable, Iterable, Mapping
from dataclasses import dataclass

from enishi.audit.schemas import AuditRow


@dataclass(frozen=True)
class Subject:
    """`address` is a page of the office; empty where there is none."""

    text: str
    address: str = ""


Resolver = Callable[[uuid.UUID, str, list[uuid.UUID]], Awaitable[Mapping[uuid.UUID, Subject]]]
"""(organisation, its slug, identifiers of one kind) -> the subjects that are still there."""

_resolvers: dict[str, Resolver] = {}


def register(resolvers: Mapping[str, Resolver]) -> None:
    """Called by wiring."""
    _resolvers.update(resolvers)


async def resolve(
    organisation_id: uuid.UUID, organisation_slug: str, rows: Iterable[AuditRow]
) -> dict[tuple[str, str], Subject]:
    """(kind, identifier) -> the subject, one query for each kind among the rows."""
    wanted: dict[str, set[uuid.UUID]] = {}
    for row in rows:
        if row.subject_kind in _resolvers and (known := _as_id(row.subject_id)):
            wanted.setdefault(row.subject_kind, set()).add(known)
    found: dict[tuple[str, str], Subject] = {}
    for kind, ids in wanted.items():
        subjects = await _resolvers[kind](organisation_id, organisation_slug, sorted(ids))
        found |= {(kind, str(each)): subject for each, subject in subjects.items()}
    return found


def _as_id(text: str) -> uuid.UUID | None:
    try:
        return uuid.UUID(text)
    except ValueError:
        return None
