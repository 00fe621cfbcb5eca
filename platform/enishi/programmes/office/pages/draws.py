"""The draw of a session, for its two officials: they commit to a number, and reveal it later."""

import uuid
from functools import partial
from typing import Any

from litestar import get, post
from litestar.params import FromPath
from litestar.response import Redirect, Template

from enishi.accounts.access import CurrentActor
from enishi.accounts.schemas import Actor
from enishi.kit import clock
from enishi.kit.forms import Form, longest
from enishi.kit.http.submissions import read_form
from enishi.kit.http.submitted import submitted
from enishi.organisations.access import CurrentOrganisation
from enishi.organisations.schemas import OrganisationRef
from enishi.programmes.allocation.draws import labels, queries, seed
from enishi.programmes.allocation.draws.schemas import CommitForm, DrawView, RevealForm
from enishi.programmes.allocation.draws.service import numbers
from enishi.programmes.allocation.draws.tables import DrawState
from enishi.programmes.listings.queries import office as programme_queries
from enishi.programmes.office.context import (
    EDITOR,
    SESSION,
    AnyRequest,
    office_actor,
    shared_context,
)
from enishi.programmes.sessions import queries as session_queries

PAGE = "programmes/office/draw.html"


@get(SESSION + "/draw", name="office:draw", access=EDITOR)
async def show(
    request: AnyRequest,
    actor: CurrentActor,
    organisation: CurrentOrganisation,
    session_id: FromPath[uuid.UUID],
) -> Template:
    context = await _context(request, actor, organisation, session_id)
    return Template(PAGE, context=context | {"form": Form()})


@post(
    SESSION + "/draw/commit",
    name="office:commit-to-draw",
    access=EDITOR,
    status_code=200,
    private_form=True,
)
async def commit(
    request: AnyRequest,
    actor: CurrentActor,
    organisation: CurrentOrganisation,
    session_id: FromPath[uuid.UUID],
) -> Template | Redirect:
    form = await read_form(request, CommitForm)
    async with submitted(request, actor.id, form) as sent:
        if sent.is_new:
            await numbers.commit(office_actor(actor, organisation), session_id, sent.value)
            sent.go_to(
                "office:draw",
                organisation_slug=organisation.slug,
                session_id=session_id,
                query={"done": "committed"},
            )
    return await sent.answer(PAGE, lambda: _context(request, actor, organisation, session_id))


@post(
    SESSION + "/draw/reveal",
    name="office:reveal-to-draw",
    access=EDITOR,
    status_code=200,
    private_form=True,
)
async def reveal(
    request: AnyRequest,
    actor: CurrentActor,
    organisation: CurrentOrganisation,
    session_id: FromPath[uuid.UUID],
) -> Template | Redirect:
    form = await read_form(request, RevealForm)
    async with submitted(request, actor.id, form) as sent:
        if sent.is_new:
            acting = office_actor(actor, organisation)
            await numbers.reveal(acting, session_id, sent.value.number)
            sent.go_to(
                "office:draw",
                organisation_slug=organisation.slug,
                session_id=session_id,
                query={"done": "revealed"},
            )
    return await sent.answer(PAGE, lambda: _context(request, actor, organisation, session_id))


async def _context(
    request: AnyRequest, actor: Actor, organisation: OrganisationRef, session_id: uuid.UUID
) -> dict[str, Any]:
    session = await session_queries.get_own_session(organisation.id, session_id)
    programme = await programme_queries.get_own_programme(organisation.id, session.programme_id)
    draw = await queries.get_draw(session_id)
    own_place = await queries.find_own_place(draw.id, actor.id)
    return {
        **shared_context(request, actor, organisation),
        "programme": programme,
        "session": session,
        "draw": draw,
        "state": labels.STATES[draw.state],
        "officials": [labels.official(draw, place) for place in (1, 2)],
        "own_place": own_place,
        "can_commit": _takes_commitments(draw) and own_place is None,
        "can_reveal": _takes_numbers(draw, own_place),
        "proposed": seed.new_number(),
        "longest": partial(longest, CommitForm),
    }


def _takes_commitments(draw: DrawView) -> bool:
    is_open = draw.state is DrawState.OPEN and clock.now() < draw.closes_at
    return is_open and draw.next_place is not None


def _takes_numbers(draw: DrawView, place: int | None) -> bool:
    """Whether the official of this place can still reveal a number."""
    if draw.state is not DrawState.CLOSED or clock.now() >= draw.reveal_until:
        return False
    return any(each.place == place and each.number is None for each in draw.officials)


HANDLERS = [show, commit, reveal]
