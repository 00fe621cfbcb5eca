"""Writes the persons of a party. Part of the caller's unit of work."""

import uuid
from collections.abc import Sequence

from enishi.kit import clock, db, ids
from enishi.programmes.applications import care_needs
from enishi.programmes.applications.schemas import ContactForm, PartyForm, PartyRow

# A number is never used again: the log of persons has those of who left, too.
_NEXT = """
SELECT coalesce(max(member_no), -1) + 1 FROM programmes_person_act WHERE application_id = $1
"""
_CHANGE = """
UPDATE programmes_party_member SET name = $3, age = $4, reading = $5
WHERE application_id = $1 AND position = $2 RETURNING id
"""
_ADD = """
INSERT INTO programmes_party_member (id, application_id, position, kind, name, age, reading)
VALUES ($1, $2, $3, $4, $5, $6, $7)
"""


async def replace(
    application_id: uuid.UUID, form: PartyForm, left: Sequence[PartyRow]
) -> list[int]:
    """Make the rows equal to the form; `left` are deleted. Returns the numbers of new persons."""
    await db.execute(
        "DELETE FROM programmes_party_member WHERE id = ANY ($1)", [each.id for each in left]
    )
    following: int = await db.fetch_value(_NEXT, application_id)
    added: list[int] = []
    for member in form.party:
        if member.no is None:
            member_id, number = ids.new_id(), following + len(added)
            values = (member.kind.value, member.name, member.age, member.reading)
            await db.execute(_ADD, member_id, application_id, number, *values)
            added.append(number)
        else:
            named = (member.no, member.name, member.age, member.reading)
            member_id = await db.fetch_value(_CHANGE, application_id, *named)
        await _write_needs(member_id, member.needs)
    await _write_contact(application_id, form)
    return added


async def _write_needs(member_id: uuid.UUID, needs: str) -> None:
    await db.execute("DELETE FROM programmes_party_need WHERE member_id = $1", member_id)
    if needs:
        await db.execute(
            "INSERT INTO programmes_party_need (id, member_id, sealed) VALUES ($1, $2, $3)",
            ids.new_id(),
            member_id,
            care_needs.seal(member_id, needs),
        )


async def _write_contact(application_id: uuid.UUID, contact: ContactForm) -> None:
    await db.execute(
        "DELETE FROM programmes_application_contact WHERE application_id = $1", application_id
    )
    if contact.telephone or contact.shows_mail:
        await db.execute(
            """INSERT INTO programmes_application_contact
                (id, application_id, telephone, shows_mail, given_at)
            VALUES ($1, $2, $3, $4, $5)""",
            ids.new_id(),
            application_id,
            contact.telephone,
            contact.shows_mail,
            clock.now(),
        )
