"""The opinion map for its office: the groups, how stable they are, and files to work with.

An office sees no more of the groups than the public does; `landscape_runs.policies` decides both.
"""

import asyncio
from typing import Any

from litestar import Response, get
from litestar.params import FromPath
from litestar.response import Stream, Template

from enishi.accounts.access import CurrentActor
from enishi.consultations.core import queries as consultations
from enishi.consultations.core.schemas import ConsultationView
from enishi.consultations.landscape_runs import exports, polis_set
from enishi.consultations.landscape_runs import queries as runs
from enishi.consultations.landscape_runs.kinds import Disclosure, Showing
from enishi.consultations.landscape_runs.schemas import LandscapeView
from enishi.consultations.office import queries
from enishi.consultations.office.guests_apart import list_apart
from enishi.consultations.office.hours_file import HOURS, hour_rows
from enishi.consultations.office.pages.dialogue import ONE, AnyRequest, shared_context
from enishi.consultations.pages import result_contents
from enishi.kit import clock, links, workbooks
from enishi.kit.errors import NotFoundError
from enishi.kit.http.answers import attached
from enishi.organisations.access import CurrentOrganisation, member

RUNS_SHOWN = 20
PAGE, REPORT = "consultations/office_landscape.html", "consultations/office_landscape_report.html"


def _source(slug: str) -> str:
    return links.absolute("dialogues:results", slug=slug)


async def _context(consultation: ConsultationView) -> dict[str, Any]:
    view = await runs.find_view(consultation)
    return {
        "consultation": consultation,
        "view": view,
        "is_open": view is not None and view.disclosure is Disclosure.OPEN,
        "no_groups": view is not None and view.showing is Showing.NO_GROUPS,
        "result": result_contents.contents(view) if view else None,
        "takes_votes": consultation.is_open_at(clock.now()),
        "runs": await runs.list_runs(consultation.id, RUNS_SHOWN),
    }


async def _guests_context(consultation: ConsultationView, view: LandscapeView) -> dict[str, Any]:
    """Whether guests change what was found; there is nothing before the final run."""
    comparison = await runs.find_guest_comparison(consultation)
    return {
        "is_final": view.disclosure is not Disclosure.OPEN,
        "comparison": comparison,
        "apart": await list_apart(consultation) if comparison else [],
    }


@get(ONE + "/landscape", name="office:landscape", access=member())
async def show(
    request: AnyRequest,
    actor: CurrentActor,
    organisation: CurrentOrganisation,
    slug: FromPath[str],
) -> Template:
    consultation = await consultations.get_for_office(organisation.id, slug)
    shared = shared_context(request, actor, organisation)
    context = await _context(consultation)
    if view := context["view"]:
        context |= await _guests_context(consultation, view)
    return Template(PAGE, context=shared | context)


@get(ONE + "/landscape/tables.xlsx", name="office:landscape-workbook", access=member())
async def workbook(organisation: CurrentOrganisation, slug: FromPath[str]) -> Response[bytes]:
    """All tables of the newest run in one file; 404 before the first run."""
    consultation = await consultations.get_for_office(organisation.id, slug)
    view = await runs.find_view(consultation)
    if view is None:
        raise NotFoundError
    panel = await runs.list_runs(consultation.id)
    apart = (await _guests_context(consultation, view))["apart"]
    hours = hour_rows(await queries.list_every_hour(consultation.id))
    tables = [(exports.APART, exports.apart_rows(apart)), (HOURS, hours)]
    sheets = exports.sheets(view, panel, tables, _source(slug), is_sample=consultation.is_sample)
    content = await asyncio.to_thread(workbooks.workbook, sheets, clock.now())
    headers = attached(f"{slug}-landscape.xlsx")
    return Response(content, media_type=workbooks.MEDIA_TYPE, headers=headers)


@get(ONE + "/landscape/report.html", name="office:landscape-report", access=member())
async def report(organisation: CurrentOrganisation, slug: FromPath[str]) -> Template:
    """The newest run as one file that needs no network; 404 while no groups can be shown."""
    consultation = await consultations.get_for_office(organisation.id, slug)
    context = await _context(consultation)
    if context["result"] is None:
        raise NotFoundError
    given = {"organisation": organisation, "source": _source(slug), "made_at": clock.now()}
    return Template(REPORT, context=context | given, headers=attached(f"{slug}-report.html"))


@get(ONE + "/landscape/polis.zip", name="office:export-set", access=member())
async def export_set(organisation: CurrentOrganisation, slug: FromPath[str]) -> Stream:
    """The Polis export set; 404 before the final run. Ballots are in it where they are public."""
    consultation = await consultations.get_for_office(organisation.id, slug)
    final = await runs.find_final(consultation, links.absolute("dialogues:show", slug=slug))
    if final is None:
        raise NotFoundError
    headers = attached(f"{slug}-polis.zip")
    return Stream(polis_set.archive_of(final), media_type="application/zip", headers=headers)


HANDLERS = [show, workbook, report, export_set]
