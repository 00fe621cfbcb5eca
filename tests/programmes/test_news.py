"""Mail to applicants, attendance for `relations`, erasure of an account, pruning."""

import uuid
from datetime import timedelta

import pytest
from tests.fixtures.accounts import actor_of, make_account
from tests.fixtures.programmes import MakeSession
from tests.programmes.conftest import party, somebody

from enishi.kit import clock, db, ids
from enishi.kit.errors import NotFoundError
from enishi.programmes import privacy
from enishi.programmes.allocation import queries as allocation_queries
from enishi.programmes.allocation.errors import FewerThanTakenError, NotOpenError
from enishi.programmes.allocation.service import applications, sessions
from enishi.programmes.applications.errors import NotStartedError
from enishi.programmes.applications.queries import own as application_queries
from enishi.programmes.applications.schemas import Applicant, ApplicationForm, Mark
from enishi.programmes.applications.service import attendance
from enishi.programmes.jobs import AttendanceConfirmed, AttendanceTakenBack, TellApplicant
from enishi.programmes.listings import service as listings
from enishi.programmes.listings.errors import NotCompleteError, SlugTakenError
from enishi.programmes.listings.listing_forms import shown_version
from enishi.programmes.listings.queries import office as programme_queries
from enishi.programmes.listings.schemas import OfficeActor, ProgrammeForm
from enishi.programmes.sessions import queries as session_queries
from enishi.programmes.sessions.schemas import SessionForm
from enishi.relations import queries as relations
from enishi_jobs import programmes


async def _member(name: str = "花子") -> Applicant:
    """An applicant with an account and a mail address."""
    person = somebody()
    await db.fetch(
        """INSERT INTO accounts_account (id, address, display_name, language, identity_level,
        created_at) VALUES ($1, $2, $3, 'ja', 1, $4)""",
        person.account_id,
        f"{person.account_id.hex}@example.org",
        name,
        clock.now(),
    )
    return person


async def work_off() -> None:
    """Run the enqueued attendance jobs, as the worker does."""
    for job in await db.fetch("SELECT name, payload FROM kit_job ORDER BY id"):
        payload = db.document(job["payload"])
        if job["name"] == AttendanceConfirmed.name:
            await programmes.keep_activity(AttendanceConfirmed.model_validate(payload))
        if job["name"] == AttendanceTakenBack.name:
            await programmes.take_activity_back(AttendanceTakenBack.model_validate(payload))


async def _office_actor(session_id: uuid.UUID) -> OfficeActor:
    session = await session_queries.get_session(session_id)
    return OfficeActor(account_id=ids.new_id(), organisation_id=session.organisation_id)


async def _with_capacity(session_id: uuid.UUID, capacity: int) -> SessionForm:
    """The form of the session as it is, with another capacity."""
    session = (await session_queries.get_session(session_id)).model_dump() | {"capacity": capacity}
    return SessionForm.model_validate({name: session[name] for name in SessionForm.model_fields})


async def test_an_applicant_is_told_in_words_and_once(make_session: MakeSession) -> None:
    person = await _member()
    made = await applications.apply(person, await make_session(), party())
    [event] = await db.fetch(
        "SELECT id FROM programmes_application_event WHERE application_id = $1", made.id
    )
    for _ in range(2):
        await programmes.tell_applicant(TellApplicant(event_id=event["id"]))

    [mail] = await db.fetch("SELECT subject, body FROM kit_mail")
    assert mail["subject"] == "参加が決まりました：田植え"
    assert made.receipt in mail["body"]


async def test_nobody_is_told_of_an_application_whose_account_is_gone(
    make_session: MakeSession,
) -> None:
    made = await applications.apply(somebody(), await make_session(), party())
    [event] = await db.fetch(
        "SELECT id FROM programmes_application_event WHERE application_id = $1", made.id
    )
    await programmes.tell_applicant(TellApplicant(event_id=event["id"]))
    assert await db.fetch_value("SELECT count(*) FROM kit_mail") == 0


async def test_a_letter_that_comes_too_late_promises_no_place(make_session: MakeSession) -> None:
    """The worker was down for two days, so the offer expired before its mail was sent."""
    session_id, person, first = await make_session(capacity=1), await _member(), somebody()
    confirmed = await applications.apply(first, session_id, party())
    made = await applications.apply(person, session_id, party())
    await applications.cancel(first.account_id, confirmed.id)
    with clock.frozen_at(clock.now() + timedelta(hours=49)):
        await applications.expire_offers(session_id)
        for event in await db.fetch(
            """SELECT id FROM programmes_application_event
            WHERE application_id = $1 AND state <> 'waiting' ORDER BY id""",
            made.id,
        ):
            await programmes.tell_applicant(TellApplicant(event_id=event["id"]))

    subjects = [mail["subject"] for mail in await db.fetch("SELECT subject FROM kit_mail")]
    assert subjects == ["期限が過ぎたため、次の方に案内しました：田植え"]


async def test_calling_off_a_session_ends_every_live_application(
    make_session: MakeSession,
) -> None:
    session_id = await make_session(capacity=1)
    people = [somebody() for _ in range(3)]
    made = [await applications.apply(each, session_id, party()) for each in people]

    told = await sessions.cancel(await _office_actor(session_id), session_id, "大雨のため")

    assert told == 3
    events = await application_queries.list_events(made[2].id)
    assert (events[-1].state, events[-1].reason) == ("cancelled_by_host", "大雨のため")
    with pytest.raises(NotOpenError):
        await applications.apply(somebody(), session_id, party())
    assert await allocation_queries.count_drift() == 0


async def test_attendance_is_marked_after_the_start_and_becomes_an_activity(
    make_session: MakeSession,
) -> None:
    session_id, person = await make_session(starts_in_days=2), await _member()
    made = await applications.apply(person, session_id, party())
    actor = await _office_actor(session_id)
    with pytest.raises(NotStartedError):
        await attendance.mark(actor, made.id, Mark.ATTENDED)

    with clock.frozen_at(clock.now() + timedelta(days=2, hours=1)):
        await attendance.mark(actor, made.id, Mark.ATTENDED)
        for _ in range(2):
            await programmes.keep_activity(AttendanceConfirmed(application_id=made.id))

    [activity] = await relations.list_activities(person.account_id)
    assert activity.municipality_code == "212172"
    assert await allocation_queries.count_drift() == 0


async def test_a_mark_that_is_taken_back_takes_the_activity_back_with_it(
    make_session: MakeSession,
) -> None:
    """Marked as attended by mistake, then corrected: the activity record follows."""
    session_id, person = await make_session(starts_in_days=2), await _member()
    made = await applications.apply(person, session_id, party())
    actor = await _office_actor(session_id)

    async def evidence() -> list[str]:
        await work_off()
        return [each.evidence for each in await relations.list_activities(person.account_id)]

    with clock.frozen_at(clock.now() + timedelta(days=2, hours=1)):
        await attendance.mark_rest(actor, session_id, Mark.ATTENDED)
        assert await evidence() == ["host_confirmation"]
        await attendance.mark(actor, made.id, Mark.ABSENT)
        assert await evidence() == ["taken_back"]
        await attendance.mark(actor, made.id, Mark.ATTENDED)
        assert await evidence() == ["host_confirmation"]
    kept = "SELECT count(*) FROM audit_entry WHERE action LIKE 'relations.activity.%'"
    assert await db.fetch_value(kept) == 3


async def test_another_office_can_neither_cancel_nor_mark(make_session: MakeSession) -> None:
    session_id = await make_session()
    made = await applications.apply(somebody(), session_id, party())
    stranger = OfficeActor(account_id=ids.new_id(), organisation_id=ids.new_id())
    with pytest.raises(NotFoundError):
        await sessions.cancel(stranger, session_id, "")
    with pytest.raises(NotFoundError):
        await attendance.mark(stranger, made.id, Mark.ATTENDED)


async def test_more_places_are_offered_to_those_who_wait(make_session: MakeSession) -> None:
    session_id = await make_session(capacity=1)
    await applications.apply(somebody(), session_id, party())
    person = somebody()
    waiting = await applications.apply(person, session_id, party())
    actor = await _office_actor(session_id)

    await sessions.edit(actor, session_id, await _with_capacity(session_id, 2))

    assert (
        await application_queries.get_application(person.account_id, waiting.id)
    ).state == "offered"
    with pytest.raises(FewerThanTakenError):
        await sessions.edit(actor, session_id, await _with_capacity(session_id, 1))


async def test_who_leaves_the_platform_gives_up_places_and_names(
    make_session: MakeSession,
) -> None:
    session_id = await make_session(capacity=1)
    leaving, next_one = somebody(), somebody()
    made = await applications.apply(leaving, session_id, party())
    waiting = await applications.apply(next_one, session_id, party())

    await privacy.PERSONAL_DATA.erase(leaving.account_id)

    assert await application_queries.list_party(made.id) == []
    assert await application_queries.list_own_applications(leaving.account_id) == []
    assert (
        await application_queries.get_application(next_one.account_id, waiting.id)
    ).state == "offered"
    assert await allocation_queries.count_drift() == 0


async def test_who_leaves_the_platform_gives_up_every_place_however_often_they_applied(
    make_session: MakeSession,
) -> None:
    leaving, session_id = somebody(), await make_session()
    kept = await applications.apply(leaving, session_id, party())
    await db.fetch(
        """INSERT INTO programmes_application SELECT (jsonb_populate_record(a, jsonb_build_object(
            'id', uuidv7(), 'receipt', 'old-' || n, 'state', 'cancelled', 'ticket', n + 1,
            'applied_at', a.applied_at + interval '1 hour'))).*
        FROM programmes_application a, generate_series(1, 200) n WHERE a.id = $1""",
        kept.id,
    )
    told = [each async for each in privacy.PERSONAL_DATA.export(leaving.account_id)]
    assert len(told) == 201
    assert {each["title"]["ja"] for _, each in told} == {"田植え"}  # the title of the programme

    await privacy.PERSONAL_DATA.erase(leaving.account_id)

    assert (await session_queries.get_session(session_id)).taken == 0
    assert await allocation_queries.count_drift() == 0


async def test_a_listing_is_published_only_when_people_can_decide_by_it(
    organisation: uuid.UUID,
) -> None:
    actor = OfficeActor(account_id=ids.new_id(), organisation_id=organisation)
    form = ProgrammeForm.model_validate(
        {
            "slug": "tanada",
            "municipality_code": "212172",
            "kind": "experience",
            "title": {"ja": "棚田の田植え"},
        }
    )
    programme_id = await listings.create(actor, form)

    draft = await programme_queries.get_own_programme(organisation, programme_id)
    with pytest.raises(NotCompleteError):
        await listings.publish(actor, programme_id, shown_version(draft))

    assert (
        await programme_queries.get_own_programme(actor.organisation_id, programme_id)
    ).state == "draft"
    with pytest.raises(SlugTakenError):
        await listings.create(actor, form)


async def test_an_application_keeps_its_applicant_as_they_were() -> None:
    account_id = await make_account()
    await db.fetch(
        """UPDATE accounts_account SET home_municipality = '131016', birth_year = $2,
        identity_level = 1 WHERE id = $1""",
        account_id,
        clock.today().year - 34,
    )

    assert Applicant.of(await actor_of(account_id)) == Applicant(
        account_id=account_id, home_municipality="131016", age_band="30-39", identity_level=1
    )
    assert Applicant.of(await actor_of(await make_account())).age_band == ""


async def test_what_people_wrote_of_their_health_is_forgotten_a_month_later(
    make_session: MakeSession,
) -> None:
    [member] = party().party
    allergic = ApplicationForm(party=[member.model_copy(update={"needs": "そばアレルギー"})])
    coming = await applications.apply(somebody(), await make_session(starts_in_days=2), allergic)
    over = somebody()
    left = await applications.apply(over, await make_session(), allergic)
    await applications.cancel(over.account_id, left.id)

    await programmes.prune()
    assert [each.needs for each in await application_queries.list_party(left.id)] == [""]
    assert [each.needs for each in await application_queries.list_party(coming.id)] == [
        "そばアレルギー"
    ]
    with clock.frozen_at(clock.now() + timedelta(days=33)):
        await programmes.prune()
        await programmes.prune()
    assert [each.needs for each in await application_queries.list_party(coming.id)] == [""]
    acts = "SELECT count(*) FROM audit_entry WHERE action = 'programmes.needs.forgotten'"
    assert await db.fetch_value(acts) == 2
