"""The office's files of a consultation: all its opinions, and how stable its groups are."""

from litestar import get
from litestar.params import FromPath
from litestar.response import Stream

from enishi.accounts.access import CurrentActor
from enishi.accounts.schemas import Role
from enishi.consultations.core import queries as consultations
from enishi.consultations.landscape_runs import exports as run_exports
from enishi.consultations.landscape_runs import queries as runs
from enishi.consultations.office import queries
from enishi.consultations.office.guests_apart import list_apart
from enishi.consultations.office.hours_file import HOURS, hour_rows
from enishi.consultations.office.pages.dialogue import ONE
from enishi.consultations.opinions import exports
from enishi.consultations.opinions import service as opinions
from enishi.kit.errors import NotFoundError
from enishi.kit.http.answers import attached
from enishi.kit.spreadsheets import MEDIA_TYPE
from enishi.organisations.access import CurrentOrganisation, member
from enishi.organisations.policies import has_role


@get(
    ONE + "/opinions.csv",
    name="office:opinions-file",
    access=member(Role.EDITOR, Role.MODERATOR, Role.ANALYST),
)
async def opinions_file(
    actor: CurrentActor, organisation: CurrentOrganisation, slug: FromPath[str]
) -> Stream:
    """With the day for members who handle single opinions, and with the month for others."""
    consultation = await consultations.get_for_office(organisation.id, slug)
    await opinions.record_export(actor, consultation)
    is_exact = has_role(actor, organisation.id, Role.EDITOR, Role.MODERATOR)
    lines = exports.opinion_lines if is_exact else exports.opinion_lines_by_month
    headers = attached(f"{slug}-opinions.csv")
    return Stream(lines(consultation.id), media_type=MEDIA_TYPE, headers=headers)


@get(
    ONE + "/runs.csv",
    name="office:runs-file",
    access=member(Role.EDITOR, Role.MODERATOR, Role.ANALYST),
)
async def runs_file(organisation: CurrentOrganisation, slug: FromPath[str]) -> Stream:
    """The newest runs: sizes and firmness of the groups, as coarse as for the public."""
    consultation = await consultations.get_for_office(organisation.id, slug)
    headers = attached(f"{slug}-runs.csv")
    rows = run_exports.run_rows(await runs.list_runs(consultation.id))
    lines = run_exports.RUNS.lines(rows)
    return Stream(lines, media_type=MEDIA_TYPE, headers=headers)


@get(
    ONE + "/guests.csv",
    name="office:guests-file",
    access=member(Role.EDITOR, Role.MODERATOR, Role.ANALYST),
)
async def guests_file(organisation: CurrentOrganisation, slug: FromPath[str]) -> Stream:
    """The statements on which guests change the result; 404 where the page does not show them."""
    consultation = await consultations.get_for_office(organisation.id, slug)
    if await runs.find_guest_comparison(consultation) is None:
        raise NotFoundError
    rows = run_exports.apart_rows(await list_apart(consultation))
    headers = attached(f"{slug}-guests.csv")
    return Stream(run_exports.APART.lines(rows), media_type=MEDIA_TYPE, headers=headers)


@get(
    ONE + "/hours.csv",
    name="office:hours-file",
    access=member(Role.EDITOR, Role.MODERATOR, Role.ANALYST),
)
async def hours_file(organisation: CurrentOrganisation, slug: FromPath[str]) -> Stream:
    """Joins and votes by hour, of all days, in tens as on the page."""
    consultation = await consultations.get_for_office(organisation.id, slug)
    rows = hour_rows(await queries.list_every_hour(consultation.id))
    headers = attached(f"{slug}-hours.csv")
    return Stream(HOURS.lines(rows), media_type=MEDIA_TYPE, headers=headers)


HANDLERS = [opinions_file, runs_file, guests_file, hours_file]
