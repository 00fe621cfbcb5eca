"""The form to apply to a session, for the applicant and their party."""

import uuid
from functools import partial
from typing import Any

from litestar import Request, get, post
from litestar.params import FromPath
from litestar.response import Redirect, Template

from enishi.accounts.access import MAY_ACT, CurrentActor
from enishi.accounts.schemas import Actor
from enishi.kit import clock
from enishi.kit.forms import Form, longest
from enishi.kit.http import submissions
from enishi.kit.http.submissions import read_form
from enishi.kit.http.submitted import attempted
from enishi.programmes.allocation.service import applications as service
from enishi.programmes.applications import policies
from enishi.programmes.applications.labels import MEMBER_KINDS
from enishi.programmes.applications.queries import own as application_queries
from enishi.programmes.applications.schemas import LARGEST_PARTY, Applicant, ApplicationForm
from enishi.programmes.listings import money
from enishi.programmes.listings.labels import MINORS
from enishi.programmes.listings.public_details import who_may_come
from enishi.programmes.pages import party_rows
from enishi.programmes.pages.party_total import Adults, ChildCount, Party
from enishi.programmes.sessions import availability, when_where
from enishi.programmes.sessions import queries as session_queries

AnyRequest = Request[Any, Any, Any]

FORM = "programmes/apply.html"


async def _context(
    session_id: uuid.UUID, actor: Actor, form: Form[ApplicationForm], new_row: int = -1
) -> dict[str, Any]:
    """`new_row` is the number of the party row that gets the focus; -1 for none."""
    programme, session = await session_queries.get_public_session(session_id)
    return {
        "programme": programme,
        "session": session,
        "availability": availability.of_session(programme, session, clock.now()),
        "most_seats_shown": availability.MOST_SEATS_SHOWN,
        "when": when_where.times(session.starts_at, session.ends_at),
        "place": when_where.place_name(programme),
        "fee": money.cost(programme),
        "ages": who_may_come(programme),
        "minors": MINORS.get(programme.minors, ""),
        "asks_consent": programme.minors == "with_consent",
        "asks_age": policies.asks_everybody_for_age(programme),
        "kinds": [(kind.value, str(MEMBER_KINDS[kind])) for kind in policies.kinds(programme)],
        "form": form,
        "longest": partial(longest, ApplicationForm),
        "rows": range(party_rows.count(form.typed)),
        "new_row": new_row,
        "largest": min(LARGEST_PARTY, session.capacity),
        "applied": await application_queries.find_live_receipt(actor.id, session.id),
        "waiting_list": availability.waiting_list(session),
    }


@get(
    "/programmes/sessions/{session_id:uuid}/apply",
    name="programmes:apply",
    access=MAY_ACT,
)
async def form_page(
    session_id: FromPath[uuid.UUID],
    actor: CurrentActor,
    adults: Adults = 1,
    child_count: ChildCount = "",
) -> Template:
    """The form, with a row for each of the party for which the total was asked before."""
    programme, _ = await session_queries.get_public_session(session_id)
    party = Party.of(adults, child_count)
    form: Form[ApplicationForm] = Form(typed=party_rows.first(programme, party))
    return Template(FORM, context=await _context(session_id, actor, form))


@post(
    "/programmes/sessions/{session_id:uuid}/apply",
    name="programmes:submit-application",
    access=MAY_ACT,
    status_code=200,
    private_form=True,
)
async def submit(
    request: AnyRequest, session_id: FromPath[uuid.UUID], actor: CurrentActor
) -> Template | Redirect:
    """Apply, or add or remove a party row: the button that was pressed is the field `step`."""
    form = await read_form(request, ApplicationForm)
    if step := str((await request.form()).get("step") or ""):
        return await _changed_rows(session_id, actor, form, step)
    async with attempted(form) as sent:
        if sent.is_new:
            submission = await submissions.read(request, actor.id)
            made = await service.apply(Applicant.of(actor), session_id, sent.value, submission)
            sent.go_to("applications:show", receipt=made.receipt, query={"made": "1"})
    # The context is read after a refusal: the session may have changed.
    return await sent.answer(FORM, lambda: _context(session_id, actor, form))


async def _changed_rows(
    session_id: uuid.UUID, actor: Actor, form: Form[ApplicationForm], step: str
) -> Template:
    """The form with one party row more or less. It is not validated yet."""
    programme, _ = await session_queries.get_public_session(session_id)
    typed = party_rows.changed(form.typed, step, programme)
    changed: Form[ApplicationForm] = Form(typed=typed, is_sent=True)
    new_row = party_rows.count(typed) - 1 if step == "add" else -1
    return Template(FORM, context=await _context(session_id, actor, changed, new_row))


HANDLERS = [form_page, submit]
