"""The forms of a programme, one page for each part."""

import uuid
from collections.abc import Mapping
from typing import Any

from litestar import get, post
from litestar.params import FromPath
from litestar.response import Redirect, Template

from enishi.accounts.access import CurrentActor
from enishi.kit.errors import EnishiError, NotFoundError
from enishi.kit.forms import WHOLE_FORM, Form
from enishi.kit.http.answers import done_or_again, refused
from enishi.kit.http.submissions import read_form
from enishi.kit.i18n import LazyText
from enishi.organisations.access import CurrentOrganisation
from enishi.places.picker import while_choosing
from enishi.programmes.listings import labels, service
from enishi.programmes.listings.errors import ChangedMeanwhileError, NotCompleteError
from enishi.programmes.listings.listing_forms import FORMS, Part, PartForm
from enishi.programmes.listings.queries import office as programme_queries
from enishi.programmes.listings.schemas import ProgrammeView
from enishi.programmes.office.checklist import TITLES, tasks
from enishi.programmes.office.context import (
    EDITOR,
    ONE,
    AnyRequest,
    office_actor,
    page,
    shared_context,
)
from enishi.programmes.sessions import queries as session_queries
from enishi.themes.queries import list_national_themes


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
    context = await _context(shape, programme)
    return Template(
        _template(shape),
        context=shared_context(request, actor, organisation) | context | {"form": Form()},
    )


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
    sent = await request.form()
    seen = str(sent.get("seen", ""))

    async def change(wanted: PartForm) -> str:
        await service.edit(office_actor(actor, organisation), programme_id, wanted, seen)
        if sent.get("then") == "next":
            return page(organisation, programme_id, *_after(shape.part), done="saved")
        return page(organisation, programme_id, done="saved")

    async def again(error: EnishiError | None) -> Template:
        # The next attempt carries the new fingerprint: after the message, saving overwrites.
        overtaken = isinstance(error, ChangedMeanwhileError)
        shown = shape.fingerprint(programme) if overtaken else seen
        if isinstance(error, NotCompleteError):
            for name, reason in error.missing.items():
                form.refuse(name, reason)
        field = error.field if error else WHOLE_FORM
        context = await _context(shape, programme)
        head = shared_context(request, actor, organisation)
        return refused(_template(shape), form, error, field, **head, **context | {"seen": shown})

    return await done_or_again(request, actor.id, form, change, again)


def _shape(part: str) -> type[PartForm]:
    if part not in tuple(Part):
        raise NotFoundError
    return FORMS[Part(part)]


_TEMPLATES = {
    Part.BASIC: "programmes/office/part_basic.html",
    Part.CONDITIONS: "programmes/office/part_conditions.html",
    Part.MONEY: "programmes/office/part_money.html",
    Part.ACCESS: "programmes/office/part_access.html",
    Part.CONTACT: "programmes/office/part_contact.html",
}


def _template(shape: type[PartForm]) -> str:
    return _TEMPLATES[shape.part]


def _after(part: Part) -> tuple[str, ...]:
    """The page after this part: the next part, and a new session after the last one."""
    parts = list(Part)
    number = parts.index(part) + 1
    return ("edit", parts[number].value) if number < len(parts) else ("sessions", "new")


async def _context(shape: type[PartForm], programme: ProgrammeView) -> dict[str, Any]:
    sessions = await session_queries.list_sessions(programme.id)
    titles = list(TITLES)
    return {
        "programme": programme,
        "saved": shape.saved_in(programme),
        "seen": shape.fingerprint(programme),
        "part": shape.part.value,
        "part_title": TITLES[shape.part],
        "part_number": titles.index(shape.part) + 1,
        "part_count": len(titles),
        "missing": {
            name: why
            for task in tasks(programme, has_session=bool(sessions))
            for name, why in task.missing
        },
        "is_draft": programme.published_at is None,
        "themes": await _themes() if shape.part is Part.BASIC else [],
        "labels": labels,
        "options": _options,
    }


def _options(labels: Mapping[str, LazyText]) -> list[tuple[str, LazyText]]:
    return [(str(value), text) for value, text in labels.items()]


async def _themes() -> list[tuple[str, str]]:
    """National themes only: the public list cannot be filtered by an office's own themes."""
    return [(theme.slug, str(theme.title)) for theme in await list_national_themes()]


HANDLERS = [edit, save]
