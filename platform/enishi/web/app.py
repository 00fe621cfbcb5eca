"""Assembles the web application. Every route of the site is listed here."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from litestar import Litestar, Request, Router, get
from litestar.connection import ASGIConnection
from litestar.handlers import BaseRouteHandler
from litestar.plugins.htmx import HTMXPlugin
from litestar.response import Redirect
from litestar.types import ControllerRouterHandler

from enishi import wiring
from enishi.accounts import sessions
from enishi.accounts.access import PUBLIC
from enishi.accounts.pages import HANDLERS as ACCOUNT_PAGES
from enishi.consultations.office.pages import HANDLERS as CONSULTATION_OFFICE
from enishi.consultations.pages import HANDLERS as CONSULTATION_PAGES
from enishi.consultations.participation import page_views
from enishi.consultations.voting import writer
from enishi.kit import db, i18n, jobs, keyring, links
from enishi.kit.connections import WEB
from enishi.kit.errors import NotFoundError
from enishi.kit.http import request_log
from enishi.kit.i18n import DEFAULT_LANGUAGE, Language
from enishi.kit.logs import configure_logs
from enishi.operations.pages import HANDLERS as OPERATOR_PAGES
from enishi.organisations import access
from enishi.organisations.pages import HANDLERS as ORGANISATION_PAGES
from enishi.places import queries as places
from enishi.programmes.office.pages import HANDLERS as PROGRAMME_OFFICE
from enishi.programmes.pages import HANDLERS as PROGRAMME_PAGES
from enishi.relations.pages.certificate import HANDLERS as CERTIFICATE_PAGES
from enishi.relations.pages.chosen_certificate import HANDLERS as CHOSEN_CERTIFICATE
from enishi.relations.pages.printed_certificate import HANDLERS as PRINTED_CERTIFICATE
from enishi.relations.pages.registration import HANDLERS as RELATION_PAGES
from enishi.relations.pages.verification import HANDLERS as VERIFICATION_PAGES
from enishi.relations.pages.verification import WELL_KNOWN
from enishi.settings import get_settings
from enishi.statistics.pages.banded import HANDLERS as STATISTICS_BANDED
from enishi.statistics.pages.cubes import HANDLERS as STATISTICS_CUBES
from enishi.statistics.pages.dictionary import HANDLERS as STATISTICS_DICTIONARY
from enishi.statistics.pages.method import HANDLERS as STATISTICS_METHOD
from enishi.statistics.pages.office import HANDLERS as STATISTICS_OFFICE
from enishi.statistics.pages.public import HANDLERS as STATISTICS_PAGES
from enishi.web import api, error_pages, health, static, templates
from enishi.web.edge import Edge
from enishi.web.fast_path import FastPath
from enishi.web.files import read_file
from enishi.web.requests import SiteRequest
from enishi.web.site import crawlers, mailbox
from enishi.web.site.help import HANDLERS as HELP_PAGES
from enishi.web.site.home import HANDLERS as HOME_PAGES
from enishi.web.site.legal import HANDLERS as SITE_PAGES
from enishi.web.site.my_registrations import HANDLERS as MY_PLACES
from enishi.web.site.places import HANDLERS as PLACE_PAGES
from enishi.web.site.related import HANDLERS as RELATED_PAGES
from enishi.web.site.styleguide import HANDLERS as STYLEGUIDE
from enishi.web.site.themes import HANDLERS as THEME_PAGES

LARGEST_BODY = 1_000_000  # bytes; handlers that take files say more
_LANGUAGES = frozenset(Language)


@get("/", name="home:redirect", access=PUBLIC, include_in_schema=False)
async def choose_language(request: Request[Any, Any, Any]) -> Redirect:
    """Redirect to the language the browser prefers; from then on it is part of the path."""
    language = i18n.preferred_language(request.headers.get("accept-language", ""))
    return Redirect(f"/{language}/", status_code=302, headers={"vary": "Accept-Language"})


async def admit(connection: ASGIConnection[Any, Any, Any, Any], handler: BaseRouteHandler) -> None:
    """The guard of every route. One only, because Litestar copies the handler for each guard."""
    # async, because Litestar runs a plain function in a thread at each request
    if connection.path_params.get("language", DEFAULT_LANGUAGE) not in _LANGUAGES:
        raise NotFoundError
    await access.enforce(connection, handler)


def pages() -> Router:
    """All pages, under /ja and /en."""
    handlers: list[ControllerRouterHandler] = [
        *HOME_PAGES,
        *SITE_PAGES,
        *HELP_PAGES,
        *PLACE_PAGES,
        *RELATION_PAGES,
        *CERTIFICATE_PAGES,
        *CHOSEN_CERTIFICATE,
        *PRINTED_CERTIFICATE,
        *VERIFICATION_PAGES,
        *MY_PLACES,
        *THEME_PAGES,
        *RELATED_PAGES,
        *STYLEGUIDE,
        *ACCOUNT_PAGES,
        *ORGANISATION_PAGES,
        *OPERATOR_PAGES,
        *mailbox.handlers(get_settings()),
        *CONSULTATION_PAGES,
        *CONSULTATION_OFFICE,
        *STATISTICS_DICTIONARY,
        *STATISTICS_METHOD,
        *STATISTICS_PAGES,
        *STATISTICS_CUBES,
        *STATISTICS_BANDED,
        *STATISTICS_OFFICE,
        *PROGRAMME_OFFICE,
        *PROGRAMME_PAGES,
    ]
    return Router(
        "/{language:str}",
        route_handlers=handlers,
        include_in_schema=False,
    )


@asynccontextmanager
async def connections(_: Litestar) -> AsyncIterator[None]:
    places.load()
    await db.open_pool(WEB)
    try:
        async with writer.writing(), sessions.watching():  # the writer takes its connection first
            yield
    finally:
        await page_views.stop()
        await jobs.close()
        await db.close_pool()
        request_log.flush()


def create_litestar() -> Litestar:
    wiring.register_all()
    app = Litestar(
        route_handlers=[
            choose_language,
            pages(),
            api.router(),
            read_file,
            static.read,
            *crawlers.HANDLERS,
            *WELL_KNOWN,
            *health.HANDLERS,
        ],
        guards=[admit],
        dependencies=access.DEPENDENCIES,
        exception_handlers=error_pages.HANDLERS,
        lifespan=[connections],
        plugins=[HTMXPlugin()],
        request_class=SiteRequest,
        template_config=templates.template_config(),
        request_max_body_size=LARGEST_BODY,
        logging_config=None,
        openapi_config=None,
    )
    links.set_resolver(app.route_reverse)
    return app


def create_app() -> Edge:
    """The ASGI application that a server runs: `granian --factory enishi.web.app:create_app`."""
    configure_logs(json=not get_settings().is_development)
    keyring.ring()  # fail fast: without usable keys the site does not start
    return Edge(FastPath(create_litestar()))
