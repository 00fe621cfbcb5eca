"""The form to apply to a session, for the applicant and their party."""

import uuid
from typing import Any

from litestar import Request, get, post
from litestar.params import FromPath
from litestar.response import Redirect, Template

from enishi.accounts.access import MAY_ACT, CurrentActor
from enishi.accounts.schemas import Actor
from enishi.kit import clock
from enishi.kit.errors import EnishiError
from enishi.kit.forms import Form
from enishi.kit.http import submissions
from enishi.kit.http.answers import tried
from enishi.kit.http.submissions import read_form
from enishi.programmes.allocation.service import applications as service
from enishi.programmes.applications import policies
from enishi.programmes.applications.labels import MEMBER_KINDS
from enishi.programmes.applications.queries import own as application_queries
from enishi.programmes.applications.schemas import LARGEST_PARTY, Applicant, ApplicationForm
from enishi.programmes.applications.tables import MemberKind
from enishi.programmes.listings import money
from enishi.programmes.listings.labels import MINORS
from enishi.programmes.listings.public_details import ages
from enishi.programmes.listings.schemas import ProgrammeView
from enishi.programmes.pages import party_rows
from enishi.programmes.sessions import availability, when_where
from enishi.programmes.sessions import queries as session_queries
from enishi.programmes.sessions.schemas import SessionView

AnyRequest = Request[Any, Any, Any]
Offered = tuple[ProgrammeView, SessionView]


async def _page(
    offered: Offered, actor: Actor, form: Form[ApplicationForm], *, status: int = 200, new: int = -1
) -> Template:
    """`new` is the number of the party row that was just added and gets the focus; -1 for none."""
    programme, session = offered
    return Template(
        "programmes/apply.html",
        context={
            "programme": programme,
            "session": session,
            "availability": availability.of_session(programme, session, clock.now()),
            "when": when_where.times(session.starts_at, session.ends_at),
            "place": when_where.place_name(programme),
            "fee": money.cost(programme),
            "ages": ages(programme),
            "minors": MINORS.get(programme.minors, ""),
            "asks_consent": programme.minors == "with_consent",
            "asks_age": policies.asks_everybody_for_age(programme),
            "kinds": [(kind.value, str(MEMBER_KINDS[kind])) for kind in _kinds(programme)],
            "form": form,
            "rows": range(party_rows.count(form.typed)),
            "new_row": new,
            "largest": min(LARGEST_PARTY, session.capacity),
            "applied": await application_queries.find_live_receipt(actor.id, session.id),
            "waiting_list": availability.waiting_list(session),
        },
        status_code=status,
    )


def _kinds(programme: ProgrammeView) -> list[MemberKind]:
    """The kinds of party members to choose from: adults only where children are not admitted."""
    return [MemberKind.ADULT] if programme.minors == "not_admitted" else list(MemberKind)


@get(
    "/programmes/sessions/{session_id:uuid}/apply",
    name="programmes:apply",
    access=MAY_ACT,
)
async def form_page(session_id: FromPath[uuid.UUID], actor: CurrentActor) -> Template:
    offered = await session_queries.get_public_session(session_id)
    return await _page(offered, actor, Form(typed=dict(party_rows.FIRST)))


@post(
    "/programmes/sessions/{session_id:uuid}/apply",
    name="programmes:submit-application",
    access=MAY_ACT,
    status_code=200,
)
async def submit(
    request: AnyRequest, session_id: FromPath[uuid.UUID], actor: CurrentActor
) -> Template | Redirect:
    form = await read_form(request, ApplicationForm)
    step = str((await request.form()).get("step") or "")
    if step:
        # A row was added or removed: the form is not validated yet.
        typed = party_rows.changed(form.typed, step)
        new = party_rows.count(typed) - 1 if step == "add" else -1
        offered = await session_queries.get_public_session(session_id)
        return await _page(offered, actor, Form(typed=typed, is_sent=True), new=new)

    async def apply(wanted: ApplicationForm) -> str:
        sent = await submissions.read(request, actor.id)
        made = await service.apply(Applicant.of(actor), session_id, wanted, sent)
        return f"/me/applications/{made.receipt}?made=1"

    async def again(error: EnishiError | None) -> Template:
        for field, message in error.by_field().items() if error else ():
            form.refuse(field, message)
        # Read after the refusal: the session may have changed.
        offered = await session_queries.get_public_session(session_id)
        return await _page(offered, actor, form, status=error.status_code if error else 422)

    return await tried(form, apply, again)


HANDLERS = [form_page, submit]
