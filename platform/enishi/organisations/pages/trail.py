"""The audit trail of an organisation: filtered, with names and pages, and as a file."""

import uuid
from collections.abc import AsyncIterator
from datetime import timedelta
from functools import partial
from typing import Any

from litestar import get
from litestar.response import Stream, Template

from enishi.accounts import queries as accounts
from enishi.accounts.access import CurrentActor
from enishi.accounts.pages.cookies import AnyRequest
from enishi.accounts.schemas import Role
from enishi.audit import labels, queries, subjects
from enishi.audit import service as audit
from enishi.audit.kinds import ActorKind
from enishi.audit.schemas import AuditFilter, AuditRow
from enishi.kit import clock, db
from enishi.kit.errors import InvalidError
from enishi.kit.forms import Form, check
from enishi.kit.http.answers import attached
from enishi.kit.i18n import gettext
from enishi.kit.links import link
from enishi.kit.pagination import each_page
from enishi.kit.spreadsheets import MEDIA_TYPE
from enishi.organisations import queries as organisations
from enishi.organisations.access import CurrentOrganisation, member
from enishi.organisations.exports import TRAIL
from enishi.organisations.office_context import office_context
from enishi.organisations.schemas import OrganisationRef, TrailFilterForm

AT = "/office/{organisation_slug:str}/audit"
OWNER = member(Role.OWNER)


def _read(request: AnyRequest) -> Form[TrailFilterForm]:
    names = TrailFilterForm.model_fields
    given = {name: [value] for name, value in request.query_params.items() if name in names}
    return check(given, TrailFilterForm)


def _filter(form: TrailFilterForm) -> AuditFilter:
    """Raises InvalidError for a person or an act that the form does not offer."""
    actions = [form.what] if form.what else None
    if form.what and form.what not in labels.all_labels():
        raise InvalidError
    actor_id, kind = None, None
    if form.who in tuple(ActorKind):
        kind = ActorKind(form.who)
        of_kind = labels.actions_of(kind)
        actions = of_kind if actions is None else [each for each in actions if each in of_kind]
    elif form.who:
        try:
            actor_id = uuid.UUID(form.who)
        except ValueError:
            raise InvalidError from None
    return AuditFilter(
        actor_id=actor_id,
        without_account=kind is not None,
        actions=actions,
        since=clock.start_of_day(form.since) if form.since else None,
        before=clock.start_of_day(form.until + timedelta(days=1)) if form.until else None,
    )


async def _named(
    organisation: OrganisationRef, rows: list[AuditRow]
) -> list[tuple[AuditRow, str, subjects.Subject]]:
    """Each entry with who acted, and with what it is about."""
    people = {row.actor_id for row in rows if row.actor_id is not None}
    names = await accounts.list_names(list(people))
    about = await subjects.resolve(organisation.id, organisation.slug, rows)
    closed = gettext("退会したアカウント")
    return [
        (
            row,
            names.get(row.actor_id, closed) if row.actor_id else row.actor_without_account,
            about.get((row.subject_kind, row.subject_id), subjects.Subject("")),
        )
        for row in rows
    ]


@get(AT, name="office:audit", access=OWNER)
async def show(
    request: AnyRequest, actor: CurrentActor, organisation: CurrentOrganisation
) -> Template:
    form = _read(request)
    after = request.query_params.get("after", "")
    chosen = {name: texts[0] for name, texts in form.typed.items() if texts[0]}
    entries: list[tuple[AuditRow, str, subjects.Subject]] = []
    next_cursor = None
    if form.value is not None:
        page = await queries.list_for_organisation(organisation.id, after, only=_filter(form.value))
        entries, next_cursor = await _named(organisation, list(page.rows)), page.next_cursor
    at: dict[str, Any] = {"organisation_slug": organisation.slug}
    members = await organisations.list_members(organisation.id)
    context = {
        "form": form,
        "entries": entries,
        "is_filtered": bool(chosen),
        "people": [(str(each.account_id), each.display_name) for each in members]
        + [(kind.value, str(text)) for kind, text in labels.ACTORS.items()],
        "acts": sorted(
            ((action, str(text)) for action, text in labels.all_labels().items()),
            key=lambda each: each[0],
        ),
        "first": link("office:audit", query=chosen, **at) if after else "",
        "next": link("office:audit", query=chosen | {"after": next_cursor}, **at)
        if next_cursor
        else "",
        "file": link("office:audit-file", query=chosen, **at),
    }
    return Template(
        "organisations/audit.html",
        context=office_context(actor, organisation) | context,
        status_code=200 if form.value is not None else 422,
    )


@get(AT + ".csv", name="office:audit-file", access=OWNER)
async def file(
    request: AnyRequest, actor: CurrentActor, organisation: CurrentOrganisation
) -> Stream:
    form = _read(request)
    if form.value is None:
        raise InvalidError
    only = _filter(form.value)
    async with db.unit_of_work():
        await audit.record(
            "accounts.trail.exported",
            actor_id=actor.id,
            subject=("organisation", organisation.id),
            organisation_id=organisation.id,
        )
    headers = attached(f"{organisation.slug}-audit.csv")
    return Stream(_lines(organisation, only), media_type=MEDIA_TYPE, headers=headers)


async def _lines(organisation: OrganisationRef, only: AuditFilter) -> AsyncIterator[bytes]:
    """The header, then all entries, a page at a time."""
    yield TRAIL.head()
    read = partial(queries.list_for_organisation, organisation.id, only=only)
    async for rows in each_page(read):
        named = await _named(organisation, list(rows))
        yield "".join(
            TRAIL.line(
                (
                    row.recorded_at,
                    who,
                    row.label,
                    about.text,
                    row.subject_kind,
                    row.subject_id,
                )
            )
            for row, who, about in named
        ).encode()


HANDLERS = [show, file]
