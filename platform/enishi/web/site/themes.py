"""Pages of the national themes, and of an office's own themes.

They are not in the domain `themes` for the reason that `web.site.places` gives.
"""

from collections.abc import Iterator, Mapping
from functools import partial
from typing import Any

from litestar import Controller, Request, Response, get, post
from litestar.response import Redirect, Template
from litestar.types import ControllerRouterHandler

from enishi.accounts.access import PUBLIC, CurrentActor
from enishi.accounts.schemas import Actor, Role
from enishi.kit.forms import Form, longest
from enishi.kit.http.public_pages import public_page
from enishi.kit.http.submissions import read_form
from enishi.kit.http.submitted import submitted
from enishi.organisations.access import CurrentOrganisation, member
from enishi.organisations.office_context import office_context
from enishi.organisations.schemas import OrganisationRef
from enishi.themes import queries as themes
from enishi.themes import service
from enishi.themes.schemas import ThemeBranch, ThemeForm, ThemeView

AnyRequest = Request[Any, Any, Any]
_OFFICE = "themes/office.html"


@get("/themes", name="themes:index", access=PUBLIC)
async def index(request: AnyRequest) -> Response[bytes]:
    async def load() -> Mapping[str, Any]:
        return {"themes": await themes.list_national_themes()}

    return await public_page(request, "themes/index.html", load)


class OfficeThemePages(Controller):
    """An organisation's own themes, each below a national theme or another of its own."""

    path = "/office/{organisation_slug:str}/themes"

    @get("/", name="office:themes", access=member())
    async def index(
        self, request: AnyRequest, actor: CurrentActor, organisation: CurrentOrganisation
    ) -> Template:
        context = await _office_context(actor, organisation)
        saved = "saved" in request.query_params
        return Template(_OFFICE, context={**context, "form": Form(), "saved": saved})

    @post("/", name="office:add-theme", access=member(Role.EDITOR), status_code=200)
    async def add(
        self, request: AnyRequest, actor: CurrentActor, organisation: CurrentOrganisation
    ) -> Template | Redirect:
        form = await read_form(request, ThemeForm)
        async with submitted(request, actor.id, form) as sent:
            if sent.is_new:
                await service.add_theme(actor.id, organisation.id, sent.value)
                sent.go_to(
                    "office:themes", organisation_slug=organisation.slug, query={"saved": ""}
                )
        return await sent.answer(_OFFICE, lambda: _office_context(actor, organisation))


async def _office_context(actor: Actor, organisation: OrganisationRef) -> dict[str, Any]:
    tree = await themes.list_tree(organisation.id)
    rows = [row for branch in tree for row in _rows(branch, 0)]
    return {
        **office_context(actor, organisation),
        "saved": False,
        "longest": partial(longest, ThemeForm),
        "rows": rows,
        "parents": [(str(theme.id), f"{'　' * depth}{theme.title}") for theme, depth in rows],
    }


def _rows(branch: ThemeBranch, depth: int) -> Iterator[tuple[ThemeView, int]]:
    """The themes of a tree in reading order, each with its depth."""
    yield branch.theme, depth
    for below in branch.below:
        yield from _rows(below, depth + 1)


HANDLERS: list[ControllerRouterHandler] = [index, OfficeThemePages]
