"""Reads of the persons of a party with their numbers, for the form that changes it."""

import uuid
from collections.abc import Sequence

from enishi.kit import db
from enishi.kit.seen import fingerprint
from enishi.programmes.applications import care_needs
from enishi.programmes.applications.person_acts import MARKS
from enishi.programmes.applications.schemas import PartyRow


async def list_members(application_id: uuid.UUID) -> list[PartyRow]:
    """The persons in their order, with decrypted care needs, for their applicant."""
    own = {
        row["member_no"] for row in await db.fetch(MARKS, [application_id]) if row["is_applicant"]
    }
    rows = await db.fetch(
        """
        SELECT m.id, m.position, m.kind, m.name, m.reading, m.age, n.sealed
        FROM programmes_party_member m LEFT JOIN programmes_party_need n ON n.member_id = m.id
        WHERE m.application_id = $1 ORDER BY m.position
        """,
        application_id,
    )
    return [
        PartyRow(
            id=row["id"],
            no=row["position"],
            is_applicant=row["position"] in own,
            kind=row["kind"],
            name=row["name"],
            reading=row["reading"],
            age=row["age"],
            needs=care_needs.shown(row["id"], row["sealed"]),
        )
        for row in rows
    ]


def seen_of(members: Sequence[PartyRow]) -> str:
    """The party as a form carries it, to notice a change in another tab."""
    return fingerprint({"party": [each.model_dump(mode="json") for each in members]})
