"""The page of an office's own figures, and the same figures as files.

They are for members of the organisation only. Which of them are exact depends on what a member may
read elsewhere (`office.report`). A download is recorded in the organisation's audit trail.
"""

from typing import Any

import structlog
from litestar import Request, get
from litestar.params import FromPath
from litestar.response import Stream, Template
from litestar.types import ControllerRouterHandler

from enishi.accounts.access import CurrentActor
from enishi.accounts.schemas import Actor, Role
from enishi.kit import forms, spreadsheets
from enishi.kit.connections import long_statements
from enishi.kit.errors import InvalidError, NotFoundError
from enishi.kit.forms import Form
from enishi.kit.http.answers import attached
from enishi.organisations import policies
from enishi.organisations.access import CurrentOrganisation, member
from enishi.organisations.office_context import office_context
from enishi.organisations.schemas import OrganisationRef
from enishi.statistics.office import protected, report, sessions
from enishi.statistics.office.breakdowns import BREAKDOWNS, Breakdown
from enishi.statistics.office.queries import Holdings, list_holdings
from enishi.statistics.office.schemas import Aspect, PeriodForm
from enishi.statistics.queries import figures
from enishi.statistics.service import downloads

AnyRequest = Request[Any, Any, Any]
AT = "/office/{organisation_slug:str}/statistics"
_PAGE = "statistics/office.html"

_log = structlog.get_logger(__name__)


@get(AT, name="statistics:office", access=member())
async def show(
    request: AnyRequest, actor: CurrentActor, organisation: CurrentOrganisation
) -> Template:
    form = _read(request)
    holdings = await list_holdings(organisation)
    context = office_context(actor, organisation) | {
        "form": form,
        "subjects": list(holdings.titles.items()),
        "read_at": await figures.find_reading_time(),
        "period": None,
    }
    if form.value is None:
        return Template(_PAGE, context=context, status_code=InvalidError.status_code)
    period = _checked(form.value, holdings)
    _log.info("statistics.office.read", organisation=str(organisation.id), actor=str(actor.id))
    with long_statements():  # sums over years
        sections = await report.make_sections(
            period, holdings, lists_people=_lists_people(actor, organisation)
        )
    return Template(_PAGE, context=context | {"period": period, "sections": sections})


@get(AT + "/{file:str}", name="statistics:office-file", access=member())
async def download(
    request: AnyRequest, actor: CurrentActor, organisation: CurrentOrganisation, file: FromPath[str]
) -> Stream:
    """A breakdown as `<name>.csv`, for the period and subject of the query."""
    name, _, kind = file.partition(".")
    form = _read(request)
    if kind != "csv" or name not in (*BREAKDOWNS, sessions.NAME):
        raise NotFoundError
    if form.value is None:
        raise InvalidError
    holdings = await list_holdings(organisation)
    period = _checked(form.value, holdings)
    found: Breakdown | sessions.Sessions
    with long_statements():
        if name == sessions.NAME:
            found, aspect = await sessions.find(period, holdings), Aspect.PROGRAMMES
        else:
            found, aspect = (
                await report.find(
                    name, period, holdings, lists_people=_lists_people(actor, organisation)
                ),
                BREAKDOWNS[name].aspect,
            )
    scope = period.scope(aspect, organisation.id, holdings.place)
    await downloads.record(actor.id, organisation.id, name, scope)
    filename = f"enishi-{organisation.slug}-{name}-{period.first}-{period.last}.csv"
    return Stream(
        found.layout().streamed(found.file_rows()),
        media_type=spreadsheets.MEDIA_TYPE,
        headers=attached(filename),
    )


def _lists_people(actor: Actor, organisation: OrganisationRef) -> bool:
    """Whether the member may open the lists of applicants: then their sums are no secret."""
    return policies.has_role(actor, organisation.id, Role.EDITOR)


def _read(request: AnyRequest) -> Form[PeriodForm]:
    """Raises WithheldError for a filter by an attribute: ignored, it would seem to be applied."""
    typed: dict[str, list[str]] = {}
    for name, value in request.query_params.multi_items():
        protected.refuse_filter(name)
        typed.setdefault(name, []).append(value)
    return forms.check(typed, PeriodForm)


def _checked(period: PeriodForm, holdings: Holdings) -> PeriodForm:
    """Raises NotFoundError for a subject of another organisation."""
    if period.subject and period.subject not in holdings.titles:
        raise NotFoundError
    return period


HANDLERS: list[ControllerRouterHandler] = [show, download]
