"""Persons of a party are persons in the facts, and what is counted of them agrees."""

import uuid
from datetime import timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.fixtures.programmes import MakeSession
from tests.programmes.conftest import party, somebody
from tests.statistics.settled import settle

from enishi.kit import clock, db, ids
from enishi.kit.errors import ConflictError
from enishi.programmes import facts as programmes_facts
from enishi.programmes.allocation.service import applications
from enishi.programmes.allocation.service import sessions as allocated_sessions
from enishi.programmes.applications.policies import attendance_rate
from enishi.programmes.applications.queries import attendance as session_attendance
from enishi.programmes.applications.queries import office as office_queries
from enishi.programmes.applications.schemas import (
    Applicant,
    ApplicationForm,
    AttendanceCount,
    Mark,
    MemberForm,
)
from enishi.programmes.applications.service import attendance
from enishi.programmes.applications.tables import MemberKind
from enishi.programmes.listings.schemas import OfficeActor
from enishi.statistics.metrics import Dimension, get_metrics
from enishi.statistics.queries import figures
from enishi.statistics.schemas import Scope
from enishi.statistics.service import facts

# Collections read what has been committed.
pytestmark = pytest.mark.usefixtures("own_database")
_KEYS = ("applied", "confirmed", "cancelled", "expired", "called_off", "attended", "absent")
_NOT_COUNTED = {"id", "programme_id", "starts_at", "waiting"}


async def counted(session_id: uuid.UUID) -> dict[str, int]:
    await settle()
    await facts.collect(programmes_facts.SOURCES)
    programme = await db.fetch_value(
        "SELECT programme_id FROM programmes_session WHERE id = $1", session_id
    )
    scope = Scope(until=clock.today() + timedelta(days=99), subject_id=str(programme))
    values = await figures.count(get_metrics(*(f"programme.{key}" for key in _KEYS)), scope)
    return dict(zip(_KEYS, values, strict=True))


async def office_of(session_id: uuid.UUID) -> OfficeActor:
    organisation = await db.fetch_value(
        "SELECT organisation_id FROM programmes_session WHERE id = $1", session_id
    )
    return OfficeActor(account_id=ids.new_id(), organisation_id=organisation)


def family() -> ApplicationForm:
    adults = [(MemberKind.ADULT, 40), (MemberKind.ADULT, 38)]
    children = [(MemberKind.CHILD, 9), (MemberKind.CHILD, 6)]
    members = [
        MemberForm(kind=kind, name=f"人{age}", age=age) for kind, age in (*adults, *children)
    ]
    return ApplicationForm(party=members, guardian_consent=True)


async def test_a_family_is_four_people_with_their_own_age_and_home(
    make_session: MakeSession,
) -> None:
    session_id = await make_session(capacity=9)
    person = somebody()
    made = await applications.apply(person, session_id, family())
    rows = await db.fetch(
        """SELECT kind, member_no, person_id, home_municipality, age_band, tie, source
        FROM programmes_person_act WHERE application_id = $1 ORDER BY kind, member_no""",
        made.id,
    )
    of_kind = [tuple(row.values())[1:] for row in rows if row["kind"] == "application.made"]
    assert of_kind == [
        (0, person.account_id, "131016", "40-49", "outside", "party"),
        (1, None, "", "30-39", "unknown", "party"),
        (2, None, "131016", "0-14", "outside", "party"),
        (3, None, "131016", "0-14", "outside", "party"),
    ]
    assert {row["kind"] for row in rows} == {"application.made", "application.confirmed"}
    await settle()
    await facts.collect(programmes_facts.SOURCES)
    scope = Scope(until=clock.today())
    by_age = await figures.count_by(Dimension.AGE_BAND, get_metrics("programme.applied"), scope)
    assert by_age == {"0-14": (2,), "30-39": (1,), "40-49": (1,)}
    [drift, *_] = await facts.recount(programmes_facts.SOURCES)
    assert (drift.missing, drift.surplus) == (0, 0)


async def test_who_lives_there_or_is_registered_there_has_that_tie(
    make_session: MakeSession,
) -> None:
    session_id = await make_session(capacity=9)
    homes = {"212172": "resident", "131016": "outside", "": "unknown"}
    for home, tie in homes.items():
        person = Applicant(account_id=ids.new_id(), home_municipality=home, age_band="30-39")
        made = await applications.apply(person, session_id, party())
        kept = "SELECT DISTINCT tie FROM programmes_person_act WHERE application_id = $1"
        assert await db.fetch_value(kept, made.id) == tie


async def test_the_last_mark_of_each_person_counts_and_can_be_taken_back(
    make_session: MakeSession,
) -> None:
    session_id = await make_session(capacity=9, starts_in_days=2)
    made = await applications.apply(somebody(), session_id, family())
    actor = await office_of(session_id)
    with clock.frozen_at(clock.now() + timedelta(days=2, hours=1)):
        came, absent, none = Mark.ATTENDED, Mark.ABSENT, Mark.NONE
        for marks, state in (
            ([came, came, absent, none], "attended"),
            ([absent, absent, absent, none], "confirmed"),
            ([absent, absent, absent, absent], "absent"),
            ([came, absent, none, none], "attended"),
        ):
            await attendance.mark(actor, made.id, marks)
            now = await counted(session_id)
            assert (now["attended"], now["absent"]) == (marks.count(came), marks.count(absent))
            stored = "SELECT state FROM programmes_application WHERE id = $1"
            assert await db.fetch_value(stored, made.id) == state
        with pytest.raises(ConflictError):
            await attendance.mark(actor, made.id, marks)
        await attendance.mark(actor, made.id, none)
    now = await counted(session_id)
    assert (now["confirmed"], now["attended"], now["absent"]) == (4, 0, 0)


async def test_an_offer_that_nobody_answered_is_part_of_gross_and_not_of_net(
    make_session: MakeSession,
) -> None:
    session_id = await make_session(capacity=5, waiting_limit=9, starts_in_days=9)
    people = [somebody() for _ in range(3)]
    first, _, waits = [
        await applications.apply(person, session_id, party(size))
        for person, size in zip(people, (2, 3, 2), strict=True)
    ]
    await applications.cancel(people[0].account_id, first.id)
    with clock.frozen_at(clock.now() + timedelta(days=3)):
        await applications.expire_offers(session_id)
    state = "SELECT state FROM programmes_application WHERE id = $1"
    assert await db.fetch_value(state, waits.id) == "expired"
    now = await counted(session_id)
    assert (now["applied"], now["cancelled"], now["expired"], now["called_off"]) == (7, 2, 2, 0)
    assert now["applied"] - now["cancelled"] - now["expired"] == now["confirmed"] == 3


async def test_the_log_is_appended_to(make_session: MakeSession) -> None:
    await applications.apply(somebody(), await make_session(), party())
    for change in (
        "UPDATE programmes_person_act SET age_band = ''",
        "DELETE FROM programmes_person_act",
    ):
        with pytest.raises(Exception, match="appended to, never changed"):
            async with db.unit_of_work():
                await db.execute(change)


def test_a_rate_is_not_told_while_many_are_not_marked() -> None:
    assert attendance_rate(8, 1, 1) == 89
    assert attendance_rate(7, 1, 2) is None
    assert attendance_rate(0, 0, 0) is None


_ACTS = st.lists(
    st.tuples(st.sampled_from(["apply", "cancel", "mark"]), st.integers(0, 9), st.integers(1, 3)),
    min_size=1,
    max_size=8,
)


@settings(
    max_examples=8, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(acts=_ACTS, is_called_off=st.booleans())
async def test_the_figures_agree_after_any_acts(
    make_session: MakeSession, *, acts: list[tuple[str, int, int]], is_called_off: bool
) -> None:
    session_id = await make_session(capacity=5, waiting_limit=9, starts_in_days=9)
    actor = await office_of(session_id)
    made: list[tuple[Applicant, uuid.UUID]] = []
    for act, which, size in acts:
        try:
            if act == "apply":
                person = somebody()
                outcome = await applications.apply(person, session_id, party(size))
                made.append((person, outcome.id))
            elif act == "cancel" and made:
                person, application_id = made[which % len(made)]
                await applications.cancel(person.account_id, application_id)
            elif made:
                with clock.frozen_at(clock.now() + timedelta(days=9, hours=1)):
                    mark = (Mark.ATTENDED, Mark.ABSENT, Mark.NONE)[size - 1]
                    await attendance.mark(actor, made[which % len(made)][1], mark)
        except ConflictError:
            continue
    if is_called_off:
        await allocated_sessions.cancel(actor, session_id, "雨")
    now = await counted(session_id)
    standing = await db.fetch_value(
        """SELECT coalesce(sum(party_size), 0)::int FROM programmes_application
        WHERE session_id = $1
            AND state IN ('waiting', 'offered', 'confirmed', 'attended', 'absent')""",
        session_id,
    )
    assert now["applied"] - now["cancelled"] - now["called_off"] - now["expired"] == standing
    marks = await office_queries.count_attendance(session_id)
    assert (marks.attended, marks.absent) == (now["attended"], now["absent"])
    assert marks.attended + marks.absent + marks.not_marked == now["confirmed"] <= 5
    if not is_called_off:
        starts = clock.today() + timedelta(days=9)
        [told] = await session_attendance.list_sessions(actor.organisation_id, starts, starts)
        assert marks == AttendanceCount.model_validate(told.model_dump(exclude=_NOT_COUNTED))
        assert told.confirmed == now["confirmed"]
    rate = attendance_rate(marks.attended, marks.absent, marks.not_marked)
    assert rate is None or 0 <= rate <= 100
    assert all(value >= 0 for value in now.values())
