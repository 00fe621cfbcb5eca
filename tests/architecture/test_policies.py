"""Every route × every role × two organisations, by real requests to the real application."""

import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from urllib.parse import urlsplit

import pytest
from tests.architecture.policy_rows import ROWS
from tests.fixtures.accounts import (
    Browser,
    SignIn,
    make_account,
    make_member,
    make_organisation,
)

from enishi.accounts import access
from enishi.kit import clock
from enishi.web.app import create_litestar

OPEN, SIGN_IN, FORBIDDEN, NOT_FOUND = "open", "sign in", "forbidden", "not found"

ROLES = ("visitor", "citizen", "minor", "owner", "editor", "moderator", "analyst", "foreign owner")
MEMBERS = ("owner", "editor", "moderator", "analyst")

# Values for the parameters of paths. Identifiers name nothing, so whoever gets in meets a 404.
PARAMETERS = {"language": "ja", "organisation_slug": "hida"}


@dataclass(frozen=True)
class Route:
    name: str
    method: str
    path: str
    parameters: tuple[str, ...]

    @property
    def names_a_thing(self) -> bool:
        return bool(set(self.parameters) - set(PARAMETERS))

    def address(self) -> str:
        address = self.path
        for parameter in self.parameters:
            name, _, kind = parameter.partition(":")
            value = PARAMETERS.get(name) or (str(uuid.uuid4()) if kind == "uuid" else "1")
            address = address.replace("{" + parameter + "}", value)
        return address


def all_routes() -> Iterator[Route]:
    """Every route of the application, once for each method."""
    for route in create_litestar().routes:
        handlers = getattr(route, "route_handler_map", {})
        for method, handler in handlers.items():
            if method == "OPTIONS":
                continue
            parameters = tuple(
                part.strip("{}") for part in route.path.split("/") if part.startswith("{")
            )
            own = handler[0] if isinstance(handler, tuple) else handler
            yield Route(str(own.name), str(method), route.path, parameters)


def expected(row: str, role: str) -> str:
    """What the row promises to somebody of the role. Written apart from access.py on purpose."""
    level, _, needed = row.partition(":")
    same_for_all = {"public": OPEN, "anyone": OPEN, "operator": FORBIDDEN}
    if level in same_for_all:
        return same_for_all[level]
    if role == "visitor":
        return SIGN_IN
    if level == "may_act":
        return FORBIDDEN if role == "minor" else OPEN
    if level == "member":
        if role not in MEMBERS:
            return NOT_FOUND
        return OPEN if not needed or role in ("owner", *needed.split(",")) else FORBIDDEN
    return OPEN


def met(answer: Any) -> str:
    if answer.status_code == 401:
        return SIGN_IN
    if answer.status_code == 303 and urlsplit(answer.headers["location"]).path.endswith("/sign-in"):
        return SIGN_IN if "next=" in answer.headers["location"] else OPEN
    return {403: FORBIDDEN, 404: NOT_FOUND}.get(answer.status_code, OPEN)


@pytest.fixture
async def browsers(browser_of: SignIn) -> dict[str, Browser]:

    organisation_id = await make_organisation("hida")
    foreign_id = await make_organisation("kaga", lg_code="172065")
    grown_up_on = clock.today() + timedelta(days=400)
    people = {
        "citizen": await make_account(),
        "minor": await make_account(minor_until=grown_up_on),
        "foreign owner": await make_member(foreign_id, "owner"),
        **{role: await make_member(organisation_id, role) for role in MEMBERS},
    }
    return {role: await browser_of(people.get(role)) for role in ROLES}


def test_every_route_has_a_row_and_every_row_a_route() -> None:
    names = {route.name for route in all_routes()}
    assert names == set(ROWS)


def test_every_handler_declares_its_access() -> None:

    for route in create_litestar().routes:
        for method, handler in getattr(route, "route_handler_map", {}).items():
            own = handler[0] if isinstance(handler, tuple) else handler
            if method != "OPTIONS":
                assert access.declared(own) is not None, f"{route.path} declares no access"


async def test_each_role_meets_what_the_row_promises(browsers: dict[str, Browser]) -> None:
    wrong = []
    for route in all_routes():
        # Of public routes nobody's session is looked at: two kinds of browsers show that.
        for role in ROLES[:2] if ROWS[route.name] == "public" else ROLES:
            answer = await browsers[role].request(route.method, route.address())
            wanted, found = expected(ROWS[route.name], role), met(answer)
            is_missing_thing = wanted == OPEN and found == NOT_FOUND and route.names_a_thing
            if found != wanted and not is_missing_thing:
                wrong.append(
                    f"{route.method} {route.path} as {role}: {found} ({answer.status_code}),"
                    f" not {wanted}"
                )
            assert answer.status_code < 500, f"{route.method} {route.path} as {role}"
    assert wrong == []
