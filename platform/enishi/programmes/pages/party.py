"""The page on which an applicant changes who comes: names, one taken off, one added, contact."""

from functools import partial
from typing import Any

from litestar import Request, get, post
from litestar.params import FromPath
from litestar.response import Redirect, Template

from enishi.accounts.access import MAY_ACT, CurrentActor
from enishi.kit import clock, seen
from enishi.kit.forms import Form, longest
from enishi.kit.http.answers import go_to
from enishi.kit.http.submissions import read_form
from enishi.kit.http.submitted import submitted
from enishi.programmes.allocation.service import parties as service
from enishi.programmes.applications import policies
from enishi.programmes.applications.labels import MEMBER_KINDS
from enishi.programmes.applications.queries import own as application_queries
from enishi.programmes.applications.queries import parties
from enishi.programmes.applications.schemas import (
    LARGEST_PARTY,
    ApplicationState,
    OwnApplication,
    PartyForm,
    PartyRow,
)
from enishi.programmes.pages import party_rows
from enishi.programmes.sessions import when_where
from enishi.programmes.sessions.tables import SessionState

AnyRequest = Request[Any, Any, Any]
FORM = "programmes/party.html"


def may_change(own: OwnApplication) -> bool:
    """Whether the party can be changed: before the session, and not while a draw has it."""
    return (
        own.application.state in service.CHANGEABLE
        and own.session.state is SessionState.PLANNED
        and clock.now() < own.session.starts_at
    )


@get("/me/applications/{receipt:str}/party", name="applications:party", access=MAY_ACT)
async def form_page(receipt: FromPath[str], actor: CurrentActor) -> Template | Redirect:
    own = await application_queries.get_own_application(actor.id, receipt)
    members = await parties.list_members(own.application.id)
    if not may_change(own) or not members:
        return go_to("applications:show", receipt=own.application.receipt)
    contact = await application_queries.find_contact(own.application.id)
    typed = _typed(members) | {"telephone": [contact.telephone]}
    typed |= {"shows_mail": ["yes"]} if contact.shows_mail else {}
    typed |= {"guardian_consent": ["yes"]} if own.application.guardian_consent_at else {}
    form: Form[PartyForm] = Form(typed=typed)
    return Template(FORM, context=_context(own, members, form) | {"form": form})


@post(
    "/me/applications/{receipt:str}/party",
    name="applications:change-party",
    access=MAY_ACT,
    status_code=200,
    private_form=True,
)
async def change(
    request: AnyRequest, receipt: FromPath[str], actor: CurrentActor
) -> Template | Redirect:
    """Change the party, or add or remove a row: the button that was pressed is the field `step`."""
    own = await application_queries.get_own_application(actor.id, receipt)
    form = await read_form(request, PartyForm)
    sent_form = await request.form()
    shown = str(sent_form.get(seen.FIELD) or "")
    if step := str(sent_form.get("step") or ""):
        typed = party_rows.changed(form.typed, step, own.programme)
        form = Form(typed=typed, is_sent=True)
        members = await parties.list_members(own.application.id)
        new_row = party_rows.count(typed) - 1 if step == "add" else -1
        context = _context(own, members, form, new_row) | {"form": form, "seen": shown}
        return Template(FORM, context=context)
    async with submitted(request, actor.id, form) as sent:
        if sent.is_new:
            await service.change(actor.id, own, sent.value, shown)
            receipt = own.application.receipt
            sent.go_to("applications:show", receipt=receipt, query={"changed": "1"})
    members = await parties.list_members(own.application.id)
    return await sent.answer(FORM, lambda: _ready(_context(own, members, form)))


async def _ready(context: dict[str, Any]) -> dict[str, Any]:
    return context


def _typed(members: list[PartyRow]) -> party_rows.Typed:
    """The rows of the form as they would be sent."""
    typed: party_rows.Typed = {}
    for place, each in enumerate(members):
        at = f"party.{place}"
        typed |= {
            f"{at}.no": [str(each.no)],
            f"{at}.kind": [each.kind.value],
            f"{at}.name": [each.name],
            f"{at}.reading": [each.reading],
            f"{at}.age": ["" if each.age is None else str(each.age)],
            f"{at}.needs": [each.needs],
        }
    return typed


def _context(
    own: OwnApplication, members: list[PartyRow], form: Form[PartyForm], new_row: int = -1
) -> dict[str, Any]:
    """`new_row` is the number of the row that gets the focus; -1 for none."""
    programme = own.programme
    return {
        "application": own.application,
        "programme": programme,
        "when": when_where.times(own.session.starts_at, own.session.ends_at),
        "seen": parties.seen_of(members),
        "rows": range(party_rows.count(form.typed)),
        "new_row": new_row,
        "own_numbers": [str(each.no) for each in members if each.is_applicant],
        "member_kinds": {kind.value: str(text) for kind, text in MEMBER_KINDS.items()},
        "kinds": [(kind.value, str(MEMBER_KINDS[kind])) for kind in policies.kinds(programme)],
        "asks_age": policies.asks_everybody_for_age(programme),
        "asks_consent": programme.minors == "with_consent",
        "waits": own.application.state is ApplicationState.WAITING,
        "largest": min(LARGEST_PARTY, own.session.capacity),
        "longest": partial(longest, PartyForm),
    }


HANDLERS = [form_page, change]
