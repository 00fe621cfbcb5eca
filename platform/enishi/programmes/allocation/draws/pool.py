"""Applications that enter a draw, in one statement as those of first_come.py.

They take no places: the session counts them in `in_draw` until the draw is held.
"""

import uuid

from enishi.kit import db, ids
from enishi.kit.idempotency import Submission
from enishi.programmes.allocation import first_come
from enishi.programmes.allocation.draws import entries
from enishi.programmes.allocation.draws.rule import MOST_ENTRIES
from enishi.programmes.applications.schemas import (
    Applicant,
    ApplicationForm,
    ApplicationOutcome,
    MemberKind,
)

# The lock of the session also orders entries against the end of the list, which holds it.
_PLACE = f"""
place AS (
    UPDATE programmes_session SET tickets = tickets + 1, in_draw = in_draw + 1
    WHERE id = $1 AND state = 'planned' AND selection = 'draw'
        AND opens_at <= $3 AND $3 < draw_closes_at AND $2 <= capacity AND in_draw < {MOST_ENTRIES}
        AND EXISTS (SELECT FROM programmes_programme p
                    WHERE p.id = programme_id AND p.state = 'published')
        AND EXISTS (SELECT FROM programmes_draw d
                    WHERE d.session_id = programmes_session.id AND d.state = 'open')
    RETURNING tickets AS ticket, 'in_draw' AS state, organisation_id, programme_id
),
"""  # noqa: S608 (constants)
# A first-timer never had a place with this organisation. Whoever lost a draw of its in the last
# year, and got no place from its waiting list, has one ticket more, whatever they lost before.
_ENTRY = """,
had_place AS (
    SELECT a.session_id FROM programmes_application a, place
    WHERE a.applicant_id = $5 AND a.organisation_id = place.organisation_id
        AND a.state IN ('confirmed', 'attended', 'absent')
),
entry AS (
    INSERT INTO programmes_draw_entry
        (id, draw_id, application_id, salt, entry_id, party_size, weight, stratum)
    SELECT $26, d.id, made.id, $27, $28, $2, 1
        + CASE WHEN EXISTS (SELECT FROM had_place) THEN 0 ELSE 1 END
        + CASE WHEN EXISTS (
            SELECT FROM programmes_draw_entry e
            JOIN programmes_application a ON a.id = e.application_id
            JOIN programmes_draw lost ON lost.id = e.draw_id
            WHERE a.applicant_id = $5 AND a.organisation_id = made.organisation_id
                AND NOT e.placed AND lost.drawn_at > $3 - interval '365 days'
                AND a.state NOT IN ('confirmed', 'attended', 'absent')
        ) THEN 1 ELSE 0 END, $29
    FROM made JOIN programmes_draw d ON d.session_id = $1
)
"""
TICKETS = {"first_time": 1, "lost_before": 1}
FAMILY = "family"


async def enter(
    session_id: uuid.UUID,
    applicant: Applicant,
    form: ApplicationForm,
    submission: Submission | None = None,
) -> ApplicationOutcome | None:
    """Put a party into the draw of the session. None means *it takes none*, or not this party."""
    job_id, receipt, salt = ids.new_id(), ids.new_receipt(), entries.new_salt()
    has_child = any(member.kind is MemberKind.CHILD for member in form.party)
    way = first_come.Way(
        _PLACE + first_come.MADE + _ENTRY,
        receipt,
        (
            ids.new_id(),
            salt,
            entries.entry_id(receipt, salt),
            FAMILY if has_child else entries.GENERAL,
        ),
    )
    statement = first_come.application(session_id, applicant, form, (job_id, submission), way)
    return await first_come.run(statement, job_id)


async def leave(session_id: uuid.UUID, application_id: uuid.UUID) -> None:
    """Take a cancelled application out of the draw. The caller holds the session's row lock.

    Once the list is fixed its entry stays, so that the hash of the list does; its places go to
    the waiting list when the draw is held.
    """
    await db.execute(
        "UPDATE programmes_session SET in_draw = in_draw - 1 WHERE id = $1", session_id
    )
    await db.execute(
        """DELETE FROM programmes_draw_entry e USING programmes_draw d
        WHERE d.id = e.draw_id AND d.state = 'open' AND e.application_id = $1""",
        application_id,
    )
