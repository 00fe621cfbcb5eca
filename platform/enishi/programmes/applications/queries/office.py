"""Reads of applicants, for their office."""

import uuid
from collections import Counter
from collections.abc import AsyncIterator, Collection, Sequence

from enishi.kit import db
from enishi.kit.pagination import (
    PAGE_SIZE,
    Page,
    decode_cursor,
    each_page,
    encode_cursor,
    whole_number,
)
from enishi.programmes.applications import care_needs
from enishi.programmes.applications.person_acts import MARKS
from enishi.programmes.applications.schemas import ApplicantRow, AttendanceCount, StateCount
from enishi.programmes.applications.tables import ApplicationState

_BATCH = 500


async def count_by_state(session_id: uuid.UUID) -> dict[ApplicationState, StateCount]:
    """State -> number of applications and of persons, for states that occur."""
    rows = await db.fetch(
        """
        SELECT state, count(*) AS applications, sum(party_size) AS persons
        FROM programmes_application WHERE session_id = $1 GROUP BY state
        """,
        session_id,
    )
    found = {ApplicationState(row.pop("state")): StateCount.model_validate(row) for row in rows}
    return {state: found[state] for state in ApplicationState if state in found}


async def count_attendance(session_id: uuid.UUID) -> AttendanceCount:
    """The persons with a place in a session, by their last mark."""
    places = await db.fetch(
        """SELECT id FROM programmes_application
        WHERE session_id = $1 AND state IN ('confirmed', 'attended', 'absent')""",
        session_id,
    )
    marks = Counter(row["mark"] for row in await db.fetch(MARKS, [row["id"] for row in places]))
    return AttendanceCount(attended=marks["attended"], absent=marks["absent"], not_marked=marks[""])


async def list_applicants(
    organisation_id: uuid.UUID,
    session_id: uuid.UUID,
    cursor: str = "",
    size: int = PAGE_SIZE,
    states: Collection[ApplicationState] = (),
) -> Page[ApplicantRow]:
    """The applications to a session of this organisation, in the order of their tickets.

    Empty `states` means *all states*. Care needs are not decrypted: `with_care_needs` does that.
    """
    after = decode_cursor(cursor, whole_number)[0] if cursor else 0
    rows = await db.fetch(
        """
        SELECT a.id, a.receipt, a.state, a.ticket, a.party_size, a.note,
            a.applied_at, a.offer_until,
            (SELECT json_agg(json_build_object('kind', m.kind, 'name', m.name,
                'reading', m.reading, 'age', m.age)
                ORDER BY m.position)
             FROM programmes_party_member m WHERE m.application_id = a.id) AS party
        FROM programmes_application a
        WHERE a.session_id = $1 AND a.organisation_id = $2 AND a.ticket > $3
            AND (cardinality($5::text[]) = 0 OR a.state = ANY($5))
        ORDER BY a.ticket LIMIT $4
        """,
        session_id,
        organisation_id,
        after,
        size + 1,
        [state.value for state in states],
    )
    marks: dict[uuid.UUID, list[str]] = {row["id"]: [] for row in rows}
    for each in await db.fetch(MARKS, list(marks)):
        marks[each["application_id"]].append(each["mark"])
    found = [
        ApplicantRow.model_validate(
            row | {"party": tuple(db.document(row["party"]) or ()), "marks": marks[row["id"]]}
        )
        for row in rows
    ]
    return Page.of(found, lambda row: (row.ticket,), size)


async def find_applicant(
    organisation_id: uuid.UUID, session_id: uuid.UUID, typed_id: str
) -> ApplicantRow | None:
    """One application of a session by its id as an address holds it. None: there is none."""
    try:
        application_id = uuid.UUID(typed_id)
    except ValueError:
        return None
    ticket = await db.fetch_value(
        """SELECT ticket FROM programmes_application
        WHERE id = $1 AND session_id = $2 AND organisation_id = $3""",
        application_id,
        session_id,
        organisation_id,
    )
    if ticket is None:
        return None
    page = await list_applicants(organisation_id, session_id, encode_cursor((ticket - 1,)), size=1)
    return page.rows[0]


async def with_care_needs(
    organisation_id: uuid.UUID, rows: Sequence[ApplicantRow]
) -> list[ApplicantRow]:
    """The same rows with decrypted care needs. The caller writes the audit entry."""
    found = await db.fetch(
        """
        SELECT m.application_id, m.position, n.member_id, n.sealed
        FROM programmes_application a
        JOIN programmes_party_member m ON m.application_id = a.id
        JOIN programmes_party_need n ON n.member_id = m.id
        WHERE a.id = ANY($1) AND a.organisation_id = $2
        """,
        [row.id for row in rows],
        organisation_id,
    )
    opened = {
        (each["application_id"], each["position"]): care_needs.shown(
            each["member_id"], each["sealed"]
        )
        for each in found
    }
    return [
        row.model_copy(
            update={
                "party": tuple(
                    member.model_copy(update={"needs": opened.get((row.id, number), "")})
                    for number, member in enumerate(row.party)
                )
            }
        )
        for row in rows
    ]


async def each_applicant(
    organisation_id: uuid.UUID, session_id: uuid.UUID
) -> AsyncIterator[ApplicantRow]:
    """All applications to a session with decrypted care needs, read in batches of constant memory.

    The caller writes the audit entry before it reads.
    """
    async for rows in each_page(
        lambda cursor: list_applicants(organisation_id, session_id, cursor or "", size=_BATCH)
    ):
        for row in await with_care_needs(organisation_id, rows):
            yield row
