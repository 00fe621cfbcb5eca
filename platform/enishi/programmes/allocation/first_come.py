"""First come, first served: a party gets its places at once, or a position in the queue.

While parties wait, free places are theirs, in their order, until the last hours before a session
begin (`first_come_from`); from then on a free place is for whoever comes first.

Applying is one statement around a conditional UPDATE of the session. There is no check before a
write that a race could invalidate, and the row lock of a popular session lasts one statement.
"""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass

from enishi.audit import service as audit
from enishi.kit import clock, idempotency, ids
from enishi.kit.idempotency import Submission
from enishi.kit.jobs import announce, piggyback
from enishi.kit.piggyback_writes import PiggybackWrite, Returned, Statement
from enishi.programmes.applications import care_needs, person_acts
from enishi.programmes.applications.schemas import (
    Applicant,
    ApplicationForm,
    ApplicationOutcome,
    ContactForm,
)
from enishi.programmes.jobs import TellApplicant

# The UPDATE decides under the row lock: places, a position in the queue, or no row at all. Until
# the last hours new parties join the queue behind those who wait, even if a place is free. Event
# ids are UUIDv7 made by the database under the row lock, so their order is right with any number
# of web processes.
_PLACE = """
place AS (
    UPDATE programmes_session SET
        tickets = tickets + 1,
        taken = taken + CASE WHEN (waiting = 0 OR first_come_from <= $3)
            AND taken + $2 <= capacity THEN $2 ELSE 0 END,
        waiting = waiting + CASE WHEN (waiting = 0 OR first_come_from <= $3)
            AND taken + $2 <= capacity THEN 0 ELSE 1 END
    WHERE id = $1 AND state = 'planned' AND selection = 'first_come'
        AND opens_at <= $3 AND $3 < closes_at AND $2 <= capacity
        AND ((waiting = 0 OR first_come_from <= $3) AND taken + $2 <= capacity
            OR waiting < waiting_limit)
        AND EXISTS (SELECT FROM programmes_programme p
                    WHERE p.id = programme_id AND p.state = 'published')
    RETURNING new.tickets AS ticket, organisation_id, programme_id,
        CASE WHEN new.taken > old.taken THEN 'confirmed' ELSE 'waiting' END AS state
),
"""
# All that belongs to an application, from `place (ticket, organisation_id, programme_id, state)`.
MADE = """
made AS (
    INSERT INTO programmes_application (
        id, session_id, organisation_id, applicant_id, receipt, state, ticket, party_size, note,
        channel, home_municipality, age_band, identity_level, applied_at, place_code, theme_code,
        guardian_consent_at, tie
    )
    SELECT $4, $1, place.organisation_id, $5, $6, place.state, ticket, $2, $7,
        'account', $8, $9, $10, $3, p.municipality_code, p.theme_code,
        CASE WHEN $11 THEN $3 END, $19
    FROM place JOIN programmes_programme p ON p.id = programme_id
    RETURNING id, receipt, state, ticket, organisation_id, channel, place_code, theme_code
),
party AS (
    INSERT INTO programmes_party_member (id, application_id, position, kind, name, age, reading)
    SELECT member_id, made.id, number - 1, kind, name, age, reading
    FROM made, unnest($12::uuid[], $13::text[], $14::text[], $15::smallint[], $25::text[])
        WITH ORDINALITY AS member (member_id, kind, name, age, reading, number)
),
need AS (
    INSERT INTO programmes_party_need (id, member_id, sealed)
    SELECT need_id, member_id, sealed
    FROM made, unnest($16::uuid[], $17::uuid[], $18::bytea[]) AS need (need_id, member_id, sealed)
),
event AS (
    INSERT INTO programmes_application_event
        (id, application_id, state, reason, actor_kind, happened_at)
    SELECT uuidv7(), id, state, '', 'applicant', $3 FROM made
    RETURNING id AS event_id
),
persons AS (
    INSERT INTO programmes_person_act (
        id, event_id, kind, happened_at, application_id, session_id, member_no, is_applicant,
        person_id, home_municipality, age_band, identity_level, channel, organisation_id,
        programme_id, programme_kind, place_code, theme_code, tie, source
    )
    SELECT uuidv7(), event_id, act.kind, $3, made.id, $1, number - 1, is_applicant,
        person_id, home_municipality, age_band, identity_level, channel, made.organisation_id,
        p.id, p.kind, made.place_code, made.theme_code,
        CASE WHEN is_applicant THEN $19
            WHEN home_municipality = '' OR made.place_code = '' THEN 'unknown'
            WHEN home_municipality = made.place_code THEN 'resident'
            ELSE 'outside' END, 'party'
    FROM made, event, place JOIN programmes_programme p ON p.id = programme_id,
        unnest($20::bool[], $21::uuid[], $22::text[], $23::text[], $24::smallint[])
            WITH ORDINALITY AS person (is_applicant, person_id, home_municipality, age_band,
                identity_level, number),
        (VALUES ('application.made'), ('')) AS step (kind),
        LATERAL (SELECT coalesce(nullif(step.kind, ''), 'application.' || made.state)) AS act (kind)
),
result AS (SELECT id, receipt, state, ticket, event_id FROM made, event)
"""


@dataclass(frozen=True)
class Way:
    """How an application is decided, for other ways than first come.

    `queries` begin with `place`, as _PLACE does, and end with MADE; `arguments` follow its $25.
    """

    queries: str
    receipt: str
    arguments: Sequence[object]


async def take(
    session_id: uuid.UUID,
    applicant: Applicant,
    form: ApplicationForm,
    submission: Submission | None = None,
) -> ApplicationOutcome | None:
    """Places for the whole party, or a position in the queue. None means *neither was left*.

    This one statement writes everything that belongs to an application, so that the row lock of
    the session is short.
    """
    job_id = ids.new_id()
    return await run(application(session_id, applicant, form, (job_id, submission)), job_id)


async def run(statement: Statement, job_id: uuid.UUID) -> ApplicationOutcome | None:
    """Run a statement that applies, and hint at the job of its mail."""
    rows = await statement.run()
    if not rows:
        return None
    announce(job_id, TellApplicant)
    return ApplicationOutcome(**{name: rows[0][name] for name in ApplicationOutcome.model_fields})


def application(
    session_id: uuid.UUID,
    applicant: Applicant,
    form: ApplicationForm,
    along: tuple[uuid.UUID, Submission | None],
    way: Way | None = None,
) -> Statement:
    """The statement that applies. `along`: the id of the mail's job, and the key of the form."""
    application_id, (job_id, submission) = ids.new_id(), along
    writes = [
        piggyback(job_id, TellApplicant, event_id=Returned("event_id")),
        audit.piggyback(
            "programmes.application.made",
            actor_id=applicant.account_id,
            subject=("application", application_id),
            session_id=str(session_id),
            state=Returned("state"),
            persons=len(form.party),
        ),
        *_contact(form),
    ]
    if submission is not None:
        writes.append(idempotency.piggyback(submission, receipt=Returned("receipt")))
    party = form.party
    member_ids = [ids.new_id() for _ in party]
    needing = [(one, each.needs) for one, each in zip(member_ids, party, strict=True) if each.needs]
    arguments = (
        session_id,
        len(party),
        clock.now(),
        application_id,
        applicant.account_id,
        way.receipt if way else ids.new_receipt(),
        form.note,
        applicant.home_municipality,
        applicant.age_band,
        applicant.identity_level,
        form.guardian_consent,
        member_ids,
        [member.kind.value for member in party],
        [member.name for member in party],
        [member.age for member in party],
        [ids.new_id() for _ in needing],
        [member_id for member_id, _ in needing],
        [care_needs.seal(member_id, text) for member_id, text in needing],
        applicant.tie.value,
        *zip(*person_acts.persons_of(applicant, party), strict=True),
        [member.reading for member in party],
        *(way.arguments if way else ()),
    )
    return Statement(way.queries if way else _PLACE + MADE, arguments, writes)


def _contact(form: ContactForm) -> list[PiggybackWrite]:
    """The row of what was given to be reached by; none where nothing was."""
    if not (form.telephone or form.shows_mail):
        return []
    return [
        PiggybackWrite(
            "programmes_application_contact",
            {
                "id": ids.new_id(),
                "application_id": Returned("id"),
                "telephone": form.telephone,
                "shows_mail": form.shows_mail,
                "given_at": clock.now(),
            },
        )
    ]
