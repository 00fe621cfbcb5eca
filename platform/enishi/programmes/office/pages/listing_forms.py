"""The forms of a programme, one page for each part."""

import uuid
from collections.abc import Mapping
from functools import partial
from typing import Any

from litestar import get, post
from litestar.params import FromPath
from litestar.response import Redirect, Template

from enishi.accounts.access import CurrentActor
from enishi.accounts.schemas import Actor
from enishi.kit import seen
from enishi.kit.errors import NotFoundError
from enishi.kit.forms import Form, longest
from enishi.kit.http.submissions import read_form
from enishi.kit.http.submitted import submitted
from enishi.kit.i18n import LazyText
from enishi.organisations.access import CurrentOrganisation
from enishi.organisations.schemas import OrganisationRef
from enishi.places.picker import while_choosing
from enishi.programmes.listings import labels, service
from enishi.programmes.listings.listing_forms import FORMS, Part, PartForm
from enishi.programmes.listings.queries import office as programme_queries
from enishi.programmes.listings.schemas import ProgrammeView
from enishi.programmes.listings.story_form import MOST_ROWS
from enishi.programmes.office.context import (
    EDITOR,
    ONE,
    AnyRequest,
    office_actor,
    shared_context,
)
from enishi.themes.queries import list_national_themes

_EMPTY_ROWS = 6


@get(ONE + "/edit/{part:str}", name="office:edit-programme", access=EDITOR)
async def edit(
    request: AnyRequest,
    actor: CurrentActor,
    organisation: CurrentOrganisation,
    programme_id: FromPath[uuid.UUID],
    part: FromPath[str],
) -> Template:
    shape = _shape(part)
    programme = await programme_queries.get_own_programme(organisation.id, programme_id)
    context = await _context(request, actor, organisation, shape, programme)
    return Template(_TEMPLATES[shape.part], context=context | {"form": Form()})


@post(ONE + "/edit/{part:str}", name="office:save-programme", access=EDITOR, status_code=200)
async def save(
    request: AnyRequest,
    actor: CurrentActor,
    organisation: CurrentOrganisation,
    programme_id: FromPath[uuid.UUID],
    part: FromPath[str],
) -> Template | Redirect:
    shape = _shape(part)
    programme = await programme_queries.get_own_programme(organisation.id, programme_id)
    form: Form[PartForm] = while_choosing(await read_form(request, shape), "municipality")
    acting = office_actor(actor, organisation)
    fields = await request.form()
    async with submitted(request, actor.id, form) as sent:
        if sent.is_new:
            opened_with = form.text(seen.FIELD)
            await service.edit(acting, programme_id, sent.value, opened_with)
            route_name, params = _page_after(shape.part, str(fields.get("then", "")))
            sent.go_to(
                route_name,
                organisation_slug=organisation.slug,
                programme_id=programme_id,
                query={"done": "saved"},
                **params,
            )
    return await sent.answer(
        _TEMPLATES[shape.part],
        lambda: _context(request, actor, organisation, shape, programme),
    )


def _shape(part: str) -> type[PartForm]:
    if part not in tuple(Part):
        raise NotFoundError
    return FORMS[Part(part)]


_TEMPLATES = {
    Part.BASIC: "programmes/office/part_basic.html",
    Part.STORY: "programmes/office/part_story.html",
    Part.CONDITIONS: "programmes/office/part_conditions.html",
    Part.MONEY: "programmes/office/part_money.html",
    Part.ACCESS: "programmes/office/part_access.html",
    Part.CONTACT: "programmes/office/part_contact.html",
}


def _page_after(part: Part, then: str) -> tuple[str, dict[str, str]]:
    """The route of the page after a saved part, with its parameter.

    `then` is the pressed button: "next" leads to the next part, and after the last part to a new
    session; any other leads back to the programme.
    """
    if then != "next":
        return "office:programme", {}
    parts = list(Part)
    number = parts.index(part) + 1
    if number == len(parts):
        return "office:new-session", {}
    return "office:edit-programme", {"part": parts[number].value}


async def _context(
    request: AnyRequest,
    actor: Actor,
    organisation: OrganisationRef,
    shape: type[PartForm],
    programme: ProgrammeView,
) -> dict[str, Any]:
    titles = list(labels.PART_TITLES)
    return {
        **shared_context(request, actor, organisation),
        "programme": programme,
        "saved": shape.saved_in(programme),
        "longest": partial(longest, shape),
        "seen": shape.fingerprint(programme),
        "part_title": labels.PART_TITLES[shape.part],
        "part_number": titles.index(shape.part) + 1,
        "part_count": len(titles),
        "is_draft": programme.published_at is None,
        "themes": await _themes() if shape.part is Part.BASIC else [],
        "labels": labels,
        "options": _options,
        "timetable": range(timetable_rows(programme)) if shape.part is Part.STORY else [],
    }


def timetable_rows(programme: ProgrammeView) -> int:
    """The saved rows of the timetable, and some empty ones below."""
    return min(len(programme.story.timetable) + _EMPTY_ROWS, MOST_ROWS)


def _options(labels: Mapping[str, LazyText]) -> list[tuple[str, LazyText]]:
    return [(str(value), text) for value, text in labels.items()]


async def _themes() -> list[tuple[str, str]]:
    """National themes only: the public list cannot be filtered by an office's own themes."""
    return [(theme.slug, str(theme.title)) for theme in await list_national_themes()]


HANDLERS = [edit, save]
