"""The log of what an application means for each person of its party, in SQL.

A domain's log is written in the statement of the act. The rows of the first act, applying, hold
the dimensions of each person; the rows of all later acts are copies of them. So they do not depend
on the party, which is erased with the account.

A person who is taken off the party has the act `person.left` and none after it.

Kinds: `application.made` and `application.<state>`; `place.given_back` where a confirmed place
was; `person.attended`, `person.absent`, and each with `_taken_back` where the mark was corrected.
"""

import uuid
from collections.abc import Sequence
from typing import NamedTuple

from enishi.accounts.dimensions import band_of_age
from enishi.programmes.applications.schemas import Applicant, MemberForm
from enishi.programmes.applications.tables import MemberKind

MADE = "application.made"
LEFT = "person.left"  # taken off the party before the session
DIMENSIONS = """application_id, session_id, member_no, is_applicant, person_id, home_municipality,
    age_band, identity_level, channel, organisation_id, programme_id, programme_kind, place_code,
    theme_code, tie, source"""
COLUMNS = f"id, event_id, kind, happened_at, {DIMENSIONS}"

# For a statement with `event (id, application_id, state, happened_at)`. The made rows of erased
# accounts have no person any more, and neither have their copies.
APPEND_OF_EVENTS = f"""
INSERT INTO programmes_person_act ({COLUMNS})
SELECT uuidv7(), event.id, act.kind, event.happened_at, {DIMENSIONS}
FROM event
JOIN (SELECT {DIMENSIONS} FROM programmes_person_act made WHERE kind = '{MADE}'
    AND NOT EXISTS (SELECT FROM programmes_person_act l WHERE l.kind = '{LEFT}'
        AND l.application_id = made.application_id AND l.member_no = made.member_no)) AS made
    USING (application_id)
CROSS JOIN LATERAL (
    SELECT 'application.' || event.state AS kind WHERE event.state NOT IN ('attended', 'absent')
    UNION ALL
    SELECT 'place.given_back' WHERE event.state IN ('cancelled', 'cancelled_by_host')
        AND EXISTS (SELECT FROM programmes_application_event e
            WHERE e.application_id = event.application_id AND e.state = 'confirmed')
) AS act
"""  # noqa: S608 (made of constants)

# Marks of attendance: $1 the marking, $2 its instant, $3 to $5 the kind of each person.
APPEND_MARKS = f"""
INSERT INTO programmes_person_act ({COLUMNS})
SELECT uuidv7(), $1, act.kind, $2, {DIMENSIONS}
FROM (SELECT {DIMENSIONS} FROM programmes_person_act WHERE kind = '{MADE}') AS made
JOIN unnest($3::uuid[], $4::smallint[], $5::text[]) AS act (application_id, member_no, kind)
    USING (application_id, member_no)
"""  # noqa: S608 (made of constants)

# One more person of a party, who is not the applicant: $1 the change, $2 its instant, $3 the
# application, $4 the number, $5 the age band, $6 whether the home is that of the applicant, $7 the
# kinds of acts. All other dimensions are those of the party.
APPEND_MEMBER = f"""
INSERT INTO programmes_person_act ({COLUMNS})
SELECT uuidv7(), $1, act.kind, $2, $3, party.session_id, $4, false, NULL, home.code, $5, 0,
    party.channel, party.organisation_id, party.programme_id, party.programme_kind,
    party.place_code, party.theme_code,
    CASE WHEN home.code = '' OR party.place_code = '' THEN 'unknown'
        WHEN home.code = party.place_code THEN 'resident'
        ELSE 'outside' END, 'party'
FROM (SELECT {DIMENSIONS} FROM programmes_person_act
    WHERE application_id = $3 AND kind = '{MADE}' ORDER BY member_no LIMIT 1) AS party
JOIN programmes_application a ON a.id = $3
CROSS JOIN LATERAL (SELECT CASE WHEN $6 THEN a.home_municipality ELSE '' END AS code) AS home
CROSS JOIN unnest($7::text[]) AS act (kind)
"""  # noqa: S608 (made of constants)

# The current mark of one person, over those of its acts that OF_MARKS takes: the last one counts,
# `''` is none.
MARK = """CASE
        WHEN sum((kind = 'person.attended')::int - (kind = 'person.attended_taken_back')::int) > 0
            THEN 'attended'
        WHEN sum((kind = 'person.absent')::int - (kind = 'person.absent_taken_back')::int) > 0
            THEN 'absent'
        ELSE ''
    END"""
# As HAVING, over the same acts: whether the person still belongs to the party.
IS_THERE = f"NOT bool_or(kind = '{LEFT}')"
OF_MARKS = f"(kind = '{MADE}' OR kind LIKE 'person.%')"
MARKS = f"""
SELECT application_id, member_no, bool_or(is_applicant) AS is_applicant,
    {MARK} AS mark
FROM programmes_person_act
WHERE application_id = ANY ($1) AND {OF_MARKS}
GROUP BY application_id, member_no HAVING {IS_THERE}
ORDER BY application_id, member_no
"""  # noqa: S608 (made of constants)


class Person(NamedTuple):
    """The dimensions of one person of a party when it applies."""

    is_applicant: bool
    person_id: uuid.UUID | None
    home_municipality: str
    age_band: str
    identity_level: int


def persons_of(applicant: Applicant, party: Sequence[MemberForm]) -> list[Person]:
    """The persons of a party. The applicant is its first adult; in a party of children, nobody.

    The home of companions is not asked. Children live where the applicant lives.
    """
    adults = (number for number, each in enumerate(party) if each.kind is not MemberKind.CHILD)
    own = next(adults, None)
    return [_person(applicant, each, is_own=number == own) for number, each in enumerate(party)]


def _person(applicant: Applicant, member: MemberForm, *, is_own: bool) -> Person:
    age_band = "" if member.age is None else band_of_age(member.age)
    if is_own:
        home, level = applicant.home_municipality, applicant.identity_level
        return Person(True, applicant.account_id, home, age_band or applicant.age_band, level)
    home = applicant.home_municipality if member.kind is MemberKind.CHILD else ""
    return Person(False, None, home, age_band, 0)
