"""Handlers: mail to applicants, offers, draws, attendance for `relations`, pruning."""

import uuid
from typing import Any

from enishi.accounts import queries as accounts
from enishi.accounts.schemas import AccountView
from enishi.kit import clock, db, formatting, i18n, links, mail
from enishi.kit.errors import NotFoundError
from enishi.kit.jobs import enqueue
from enishi.programmes.allocation import queries as allocation_queries
from enishi.programmes.allocation.draws import queries as draw_queries
from enishi.programmes.allocation.draws.service import holding
from enishi.programmes.allocation.service import applications
from enishi.programmes.applications.labels import EVENTS, EVENTS_BY
from enishi.programmes.applications.letter_schemas import MessageMail, ReminderMail, TravelFacts
from enishi.programmes.applications.queries import letters
from enishi.programmes.applications.queries import messages as message_queries
from enishi.programmes.applications.queries import own as application_queries
from enishi.programmes.applications.schemas import (
    ApplicationState,
    WaitingParty,
)
from enishi.programmes.applications.service import reminders, retention
from enishi.programmes.jobs import (
    AttendanceConfirmed,
    AttendanceTakenBack,
    ExpireOffers,
    RemindParties,
    TellApplicant,
    TellOfFreePlaces,
    TellParties,
)
from enishi.programmes.sessions.availability import seats_left
from enishi.relations import service as relations
from enishi.relations.schemas import Attendance
from enishi_jobs.registry import handles

_BATCH = 200
# They tell of what was on the day: nothing is left to enter.
_WITHOUT_CALENDAR = (ApplicationState.ATTENDED, ApplicationState.ABSENT)
_APPLICATION_PAGE = links.declare("applications:show", "/{language}/me/applications/{receipt}")


@handles(TellApplicant)
async def tell_applicant(job: TellApplicant) -> None:
    news = await application_queries.find_news(job.event_id)
    if news is None:
        return
    reader = await _reader(news.account_id, news.receipt)
    if reader is None:
        return
    account, facts = reader
    with i18n.speaking(account.language):
        async with db.unit_of_work():
            await _send(
                "programmes/mail/news.txt",
                account,
                ("programmes.news", str(news.event_id)),
                "" if news.state in _WITHOUT_CALENDAR else facts.calendar,
                news=str(EVENTS_BY.get((news.state, news.actor_kind), EVENTS[news.state])),
                programme=mail.one_line(news.programme.text()),
                facts=facts,
                was_starts_at=formatting.format_datetime(news.was_starts_at)
                if news.was_starts_at
                else "",
                receipt=news.receipt,
                offer_until=formatting.format_datetime(news.offer_until)
                if news.offer_until
                else "",
                reason=news.reason,
                address=links.absolute(_APPLICATION_PAGE, receipt=news.receipt),
            )


async def _reader(account_id: uuid.UUID, receipt: str) -> tuple[AccountView, TravelFacts] | None:
    """The account that a letter goes to, and what the letter says in its language.

    None: the account was closed meanwhile.
    """
    try:
        account = await accounts.get_account(account_id)
        with i18n.speaking(account.language):
            return account, await letters.travel_facts(account_id, receipt)
    except NotFoundError:
        return None


async def _send(
    template: str, account: AccountView, about: tuple[str, str], calendar: str, **values: Any
) -> None:
    """Send a mail with a calendar file (empty for none), once for `about`: kind and subject."""
    letter = mail.render(template, account.language, **values)
    await mail.send(
        mail.Mail(
            kind=about[0],
            subject_key=about[1],
            to=account.address,
            language=account.language,
            subject=letter.subject,
            text=letter.text,
            calendar=calendar,
        )
    )


@handles(TellOfFreePlaces)
async def tell_of_free_places(job: TellOfFreePlaces) -> None:
    """Mail a batch of the parties that wait; the next batch is a job of its own."""
    async with db.unit_of_work():
        parties = await allocation_queries.list_waiting(job.session_id, job.after_ticket, _BATCH)
        for party in parties:
            await _tell_of_free_places(party, job.occasion)
        if len(parties) == _BATCH:
            await enqueue(job.model_copy(update={"after_ticket": parties[-1].ticket}))


async def _tell_of_free_places(party: WaitingParty, occasion: uuid.UUID) -> None:
    try:
        account = await accounts.get_account(party.account_id)
    except NotFoundError:  # the account was closed meanwhile
        return
    with i18n.speaking(account.language):
        await mail.compose_and_send(
            "programmes/mail/free_places.txt",
            account.language,
            kind="programmes.free_places",
            subject_key=f"{occasion}:{party.application_id}",
            to=account.address,
            programme=mail.one_line(party.programme.text()),
            starts_at=formatting.format_datetime(party.starts_at),
            free=seats_left(party.free),
            address=links.absolute(_APPLICATION_PAGE, receipt=party.receipt),
        )


@handles(TellParties)
async def tell_parties(job: TellParties) -> None:
    """Mail a message of the office to a batch of its recipients; the next batch is another job."""
    async with db.unit_of_work():
        mails = await message_queries.list_mails(job.message_id, job.after, _BATCH)
        for each in mails:
            await _tell_of_message(each, job.message_id)
        if len(mails) == _BATCH:
            await enqueue(job.model_copy(update={"after": mails[-1].application_id}))


async def _tell_of_message(each: MessageMail, message_id: uuid.UUID) -> None:
    try:
        account = await accounts.get_account(each.account_id)
    except NotFoundError:  # the account was closed meanwhile
        return
    with i18n.speaking(account.language):
        await mail.compose_and_send(
            "programmes/mail/message.txt",
            account.language,
            kind="programmes.message",
            subject_key=f"{message_id}:{each.application_id}",
            to=account.address,
            programme=mail.one_line(each.programme.text()),
            body=each.body.text(),
            starts_at=formatting.format_datetime(each.starts_at),
            receipt=each.receipt,
            address=links.absolute(_APPLICATION_PAGE, receipt=each.receipt),
        )


async def remind() -> None:
    """Begin the reminders that are due."""
    await reminders.remind()


@handles(RemindParties)
async def remind_parties(job: RemindParties) -> None:
    """Mail a reminder to a batch of the parties; the next batch is a job of its own."""
    parties = await letters.list_reminded(job.reminder_id, job.after, _BATCH)
    async with db.unit_of_work():
        for party in parties:
            await _remind(party, job.reminder_id)
        if len(parties) == _BATCH:
            await enqueue(job.model_copy(update={"after": parties[-1].application_id}))


async def _remind(party: ReminderMail, reminder_id: uuid.UUID) -> None:
    reader = await _reader(party.account_id, party.receipt)
    if reader is None:
        return
    account, facts = reader
    with i18n.speaking(account.language):
        await _send(
            "programmes/mail/reminder.txt",
            account,
            ("programmes.reminder", f"{reminder_id}:{party.application_id}"),
            facts.calendar,
            programme=mail.one_line(party.programme.text()),
            day=formatting.format_date(party.starts_at),
            facts=facts,
            receipt=party.receipt,
            address=links.absolute(_APPLICATION_PAGE, receipt=party.receipt),
        )


async def open_last_hours() -> None:
    """Tell those who wait where the last hours before a session have begun with free places."""
    for session_id in await allocation_queries.list_last_hours_begun(_BATCH):
        await applications.open_last_hours(session_id)


@handles(ExpireOffers)
async def expire_offers(job: ExpireOffers) -> None:
    await applications.expire_offers(job.session_id)


@handles(AttendanceConfirmed)
async def keep_activity(job: AttendanceConfirmed) -> None:
    await _follow(job.application_id)


@handles(AttendanceTakenBack)
async def take_activity_back(job: AttendanceTakenBack) -> None:
    await _follow(job.application_id)


async def _follow(application_id: uuid.UUID) -> None:
    """Make the activity record equal to the current mark, whatever the order of the jobs."""
    async with db.unit_of_work():
        attended = await application_queries.find_attendance(application_id)
        if attended is None:
            await relations.take_activity_back(application_id)
            return
        await relations.record_activity(
            Attendance(
                application_id=attended.application_id,
                account_id=attended.account_id,
                municipality_code=attended.municipality_code,
                programme_kind=attended.programme_kind.value,
                day=clock.in_tokyo(attended.starts_at).date(),
                home_municipality=attended.home_municipality,
                age_band=attended.age_band,
                identity_level=attended.identity_level,
            )
        )


async def hold_draws() -> None:
    """Fix the lists of draws at their deadline, and hold those that can be held."""
    for session_id in await draw_queries.list_sessions_to_close(clock.now(), _BATCH):
        await holding.close_entries(session_id)
    for session_id in await draw_queries.list_sessions_to_draw(clock.now(), _BATCH):
        await holding.hold(session_id)


async def prune() -> None:
    """Erase care needs and contacts whose retention period is over, and old reminders."""
    await retention.erase_care_needs()
    await retention.erase_contacts()
    await reminders.forget()
