"""Handlers: mail to applicants, offers, draws, attendance for `relations`, pruning."""

import uuid

from enishi.accounts import queries as accounts
from enishi.kit import clock, db, formatting, i18n, links, mail
from enishi.kit.errors import NotFoundError
from enishi.kit.jobs import enqueue
from enishi.programmes.allocation import queries as allocation_queries
from enishi.programmes.allocation.draws import queries as draw_queries
from enishi.programmes.allocation.draws.service import holding
from enishi.programmes.allocation.service import applications
from enishi.programmes.applications.labels import EVENTS, EVENTS_BY
from enishi.programmes.applications.queries import own as application_queries
from enishi.programmes.applications.schemas import WaitingParty
from enishi.programmes.applications.service import retention
from enishi.programmes.jobs import (
    AttendanceConfirmed,
    AttendanceTakenBack,
    ExpireOffers,
    TellApplicant,
    TellOfFreePlaces,
)
from enishi.programmes.sessions.availability import seats_left
from enishi.relations import service as relations
from enishi.relations.schemas import Attendance
from enishi_jobs.registry import handles

_BATCH = 200
_APPLICATION_PAGE = links.declare("applications:show", "/{language}/me/applications/{receipt}")


@handles(TellApplicant)
async def tell_applicant(job: TellApplicant) -> None:
    news = await application_queries.find_news(job.event_id)
    if news is None:
        return
    try:
        account = await accounts.get_account(news.account_id)
    except NotFoundError:  # the account was closed meanwhile
        return
    with i18n.speaking(account.language):
        async with db.unit_of_work():
            await mail.compose_and_send(
                "programmes/mail/news.txt",
                account.language,
                kind="programmes.news",
                subject_key=news.event_id,
                to=account.address,
                news=str(EVENTS_BY.get((news.state, news.actor_kind), EVENTS[news.state])),
                programme=mail.one_line(news.programme.text()),
                starts_at=formatting.format_datetime(news.starts_at),
                receipt=news.receipt,
                offer_until=formatting.format_datetime(news.offer_until)
                if news.offer_until
                else "",
                reason=news.reason,
                address=links.absolute(_APPLICATION_PAGE, receipt=news.receipt),
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
    """Erase care needs whose retention period is over."""
    await retention.erase_care_needs()
