"""Extremes in every query parameter of pages and of the API: refused or ignored, never 500."""

import inspect
import re
from pathlib import Path
from typing import Any

import httpx
import pytest
from litestar import Litestar
from litestar.routes import HTTPRoute
from tests.consultations.build import invalidate, make_dialogue
from tests.fixtures.accounts import SignIn, make_member, make_organisation
from tests.programmes.listed import make_date, make_programme

_PLATFORM = Path(__file__).parents[2] / "platform" / "enishi"
# Read from the request by name, not declared by a handler.
_READ = re.compile(
    r"""query_params(?:\.get\(|\[|\.getall\()["'](\w+)["']|["'](\w+)["'] in request\.query"""
)
EXTREMES = (
    "0001-01-01",
    "9999-12-31",
    "9" * 400,
    "-1",
    "no-such-choice",
    "字" * 150,  # nine bytes each in an address, for all parameters at once
    "\0",
)
# Of filters, whose names stand in tables of the domains.
FILTERS = {
    *("q", "after", "state", "page", "prefecture", "municipality", "month", "kind", "cost"),
    *("theme", "children", "wheelchair", "places", "since", "until", "subject", "by", "cards"),
    *("season", "weekend", "length", "adults", "child_count", "child_age", "sort"),
}


def _names_in_code() -> set[str]:
    code = "\n".join(path.read_text() for path in _PLATFORM.rglob("*.py"))
    return {name for found in _READ.findall(code) for name in found if name}


def _declared(handler: Any) -> set[str]:
    signature = inspect.signature(handler.fn)
    hints = {name: str(each.annotation) for name, each in signature.parameters.items()}
    return {name for name, hint in hints.items() if "Query" in hint or "After" in hint}


def _routes(app: Litestar) -> dict[str, tuple[str, set[str]]]:
    """Name of each GET route -> its path and its own parameters."""
    found: dict[str, tuple[str, set[str]]] = {}
    for route in app.routes:
        if isinstance(route, HTTPRoute) and "/trouble/" not in route.path:
            for handler in route.route_handlers:
                if "GET" in handler.http_methods and handler.name:
                    found[str(handler.name)] = (route.path, _declared(handler))
    return found


@pytest.fixture
async def things(browser_of: SignIn) -> tuple[httpx.AsyncClient, dict[str, str]]:
    """An owner's browser, and values for the parameters of paths."""
    invalidate()
    office = await make_organisation("hida")
    dialogue = await make_dialogue(organisation_id=office)
    programme = await make_programme(organisation_id=office, slug=dialogue.slug)
    session = await make_date(programme)
    values = {
        "language": "ja",
        "organisation_slug": "hida",
        "slug": dialogue.slug,
        "code": "212172",
        "programme_id": str(programme.id),
        "session_id": str(session),
        "part": "basic",
        "kind": "places",
        "number": "0",
    }
    return await browser_of(await make_member(office, "owner")), values


async def test_no_query_meets_a_fault(
    things: tuple[httpx.AsyncClient, dict[str, str]], troubled: Litestar
) -> None:
    browser, values = things
    names = FILTERS | _names_in_code()
    tried, faults = 0, []
    for name, (path, declared) in _routes(troubled).items():
        address = re.sub(r"\{(\w+)(?::\w+)?\}", lambda each: values.get(each[1], "x"), path)
        for extreme in EXTREMES:
            # All at once: a page reads those that it knows.
            answer = await browser.get(address, params=dict.fromkeys(names | declared, extreme))
            tried += 1
            if answer.status_code >= 500:
                faults.append(f"{name}: {extreme[:12]!r}: {answer.status_code}")
            if answer.status_code == 404 and "{" in path:
                break  # nothing of this name to ask about
    assert faults == []
    assert tried > 200


@pytest.mark.parametrize("name", ["q", "since"])
async def test_one_extreme_alone_is_no_fault(
    things: tuple[httpx.AsyncClient, dict[str, str]], troubled: Litestar, name: str
) -> None:
    """A first refused parameter must not hide what another one does."""
    browser, values = things
    faults = []
    for route, (path, _) in _routes(troubled).items():
        address = re.sub(r"\{(\w+)(?::\w+)?\}", lambda each: values.get(each[1], "x"), path)
        for extreme in EXTREMES[:2]:
            answer = await browser.get(address, params={name: extreme})
            if answer.status_code >= 500:
                faults.append(f"{route}: {name}={extreme[:12]!r}: {answer.status_code}")
            if answer.status_code == 404:
                break
    assert faults == []
