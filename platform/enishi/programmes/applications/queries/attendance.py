"""How many came to the sessions of an office, by session."""

import uuid
from datetime import date, timedelta

from enishi.kit import clock, db
from enishi.programmes.applications.person_acts import IS_THERE, MARK, OF_MARKS
from enishi.programmes.applications.schemas import SessionCount

# Persons with a place; a session without any has a row too. $2 and $3: instants, $3 excluded.
_SESSIONS = f"""
SELECT s.id, s.programme_id, s.starts_at, s.waiting,
    count(*) FILTER (WHERE person.mark = 'attended') AS attended,
    count(*) FILTER (WHERE person.mark = 'absent') AS absent,
    count(*) FILTER (WHERE person.mark = '') AS not_marked
FROM programmes_session s
LEFT JOIN LATERAL (
    SELECT {MARK} AS mark
    FROM programmes_application a JOIN programmes_person_act act ON act.application_id = a.id
    WHERE a.session_id = s.id AND a.state IN ('confirmed', 'attended', 'absent') AND {OF_MARKS}
    GROUP BY act.application_id, act.member_no HAVING {IS_THERE}
) AS person ON true
WHERE s.organisation_id = $1 AND s.state = 'planned' AND s.starts_at >= $2 AND s.starts_at < $3
    AND ($4::uuid IS NULL OR s.programme_id = $4)
GROUP BY s.id ORDER BY s.starts_at DESC, s.id
"""  # noqa: S608 (made of constants)


async def list_sessions(
    organisation_id: uuid.UUID, first: date, last: date, programme_id: uuid.UUID | None = None
) -> list[SessionCount]:
    """The sessions that start on these days, both included, the newest first.

    Called-off sessions are left out: nobody could come. `programme_id` None means *all programmes*.
    """
    rows = await db.fetch(
        _SESSIONS,
        organisation_id,
        clock.start_of_day(first),
        clock.start_of_day(last + timedelta(days=1)),
        programme_id,
    )
    return [SessionCount.model_validate(row) for row in rows]
