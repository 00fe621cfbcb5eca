"""The page of an office's own figures, and the same figures as files.

The figures are for members of the organisation only, and exact, but for people of dialogues by an
attribute (`policies`). A download is recorded in the
organisation's audit trail.
"""

from typing import Any

import structlog
from litestar import Request, get
from litestar.params import FromPath
from litestar.response import Stream, Template
from litestar.types import ControllerRouterHandler

from enishi.accounts.access import CurrentActor
from enishi.kit import forms, spreadsheets
from enishi.kit.connections import long_statements
from enishi.kit.errors import InvalidError, NotFoundError
from enishi.kit.forms import Form
from enishi.kit.http.answers import attached
from enishi.organisations.access import CurrentOrganisation, member
from enishi.organisations.office_context import office_context
from enishi.organisations.schemas import OrganisationRef
from enishi.statistics import office_report
from enishi.statistics.office_report import PeriodForm
from enishi.statistics.queries import figures
from enishi.statistics.service import downloads

AnyRequest = Request[Any, Any, Any]
AT = "/office/{organisation_slug:str}/statistics"
_PAGE = "statistics/office.html"
_CHARTS = ("course", "prefectures", "ages", "channels")

_log = structlog.get_logger(__name__)


@get(AT, name="statistics:office", access=member())
async def show(
    request: AnyRequest, actor: CurrentActor, organisation: CurrentOrganisation
) -> Template:
    form = _read(request)
    subjects = await office_report.list_subjects(organisation.id)
    context = office_context(actor, organisation) | {
        "form": form,
        "subjects": subjects,
        "read_at": await figures.find_reading_time(),
        "shown": None,
    }
    if form.value is None:
        return Template(_PAGE, context=context, status_code=InvalidError.status_code)
    period = _checked(form.value, subjects)
    _log.info("statistics.office.read", organisation=str(organisation.id), actor=str(actor.id))
    with long_statements():  # sums over years
        return Template(_PAGE, context=context | {"shown": await _shown(period, organisation)})


async def _shown(period: PeriodForm, organisation: OrganisationRef) -> dict[str, Any]:
    headline, funnel = await office_report.count_totals(period, organisation.id)
    by_subject = await office_report.break_down("subjects", period, organisation.id)
    charts, withheld = [], []
    for name in _CHARTS:
        breakdown = await office_report.break_down(name, period, organisation.id)
        if breakdown.is_withheld:
            withheld.append((name, breakdown))
        else:
            charts.append((name, await office_report.draw(breakdown, period)))
    return {
        "period": period,
        "headline": headline,
        "funnel": funnel,
        "subjects": by_subject,
        "charts": charts,
        "withheld": withheld,
        "last_month": office_report.last_month(),
    }


@get(AT + "/{file:str}", name="statistics:office-file", access=member())
async def download(
    request: AnyRequest, actor: CurrentActor, organisation: CurrentOrganisation, file: FromPath[str]
) -> Stream:
    """A breakdown as `<name>.csv`, for the period and subject of the query."""
    name, _, kind = file.partition(".")
    form = _read(request)
    if kind != "csv":
        raise NotFoundError
    if form.value is None:
        raise InvalidError
    period = _checked(form.value, await office_report.list_subjects(organisation.id))
    with long_statements():
        breakdown = await office_report.break_down(name, period, organisation.id)
    await downloads.record(actor.id, organisation.id, name, period.scope(organisation.id))
    filename = f"enishi-{organisation.slug}-{name}-{period.first}-{period.last}.csv"
    return Stream(
        breakdown.layout().streamed(breakdown.file_rows()),
        media_type=spreadsheets.MEDIA_TYPE,
        headers=attached(filename),
    )


def _read(request: AnyRequest) -> Form[PeriodForm]:
    typed: dict[str, list[str]] = {}
    for name, value in request.query_params.multi_items():
        typed.setdefault(name, []).append(value)
    return forms.check(typed, PeriodForm)


def _checked(period: PeriodForm, subjects: list[tuple[str, str]]) -> PeriodForm:
    """Raises NotFoundError for a subject of another organisation."""
    if period.subject and period.subject not in dict(subjects):
        raise NotFoundError
    return period


HANDLERS: list[ControllerRouterHandler] = [show, download]
