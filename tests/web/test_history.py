"""Answers to sent forms that the browser keeps for its Back button, and those that it must not."""

import ast
import re
import uuid
from pathlib import Path

import httpx
import pytest
from litestar import Litestar
from litestar.routes import HTTPRoute
from tests.accounts.walks import ask_for_code, follow, send
from tests.consultations.build import invalidate, make_dialogue
from tests.fixtures.accounts import Browser
from tests.programmes.listed import make_date, make_programme

from enishi.paths import FRONTEND_TEMPLATES

_PLATFORM = Path(__file__).parents[2] / "platform" / "enishi"
KEPT, NOT_KEPT = "private, no-cache", "no-store"
PRIVATE = {
    "accounts:prove-code",
    "accounts:change-address",
    "operator:enter",
    "certificates:check",
    "dialogues:look-up-receipt",
    "programmes:submit-application",
    "applications:accept",
    "applications:call-off",
    "office:commit-to-draw",
    "office:reveal-to-draw",
    "applications:stay",
    "office:mark-attendance",
    "office:mark-rest",
}


async def test_refused_forms_previews_and_receipts_are_kept(visitor: httpx.AsyncClient) -> None:
    invalidate()
    at = f"/ja/dialogues/{(await make_dialogue()).slug}/opinions/new"
    key = {"submission": str(uuid.uuid4())}
    for typed, status in (
        ({"text": ""}, 422),
        ({"text": "夜の便を", "step": "preview"}, 200),
        ({"text": "夜の便を", "step": "send"}, 200),
    ):
        answer = await visitor.post(at, data=key | typed)
        assert (answer.status_code, answer.headers["cache-control"]) == (status, KEPT)
    assert (await visitor.get(at)).headers["cache-control"] == NOT_KEPT
    part = await visitor.post(at, data={"text": ""}, headers={"hx-request": "true"})
    assert part.headers["cache-control"] == NOT_KEPT


async def test_codes_receipt_numbers_and_health_are_not_kept(
    visitor: httpx.AsyncClient, signed_in: Browser
) -> None:
    invalidate()
    code = await follow(visitor, await ask_for_code(visitor, "hanako@example.jp"))
    refused = [await send(visitor, code, "/sign-in/code", code="0000 0000")]
    receipt = f"/ja/dialogues/{(await make_dialogue()).slug}/receipt"
    refused.append(await visitor.post(receipt, data={"receipt": "2345-6789-ABCD-EFGH"}))
    apply = f"/ja/programmes/sessions/{await make_date(await make_programme())}/apply"
    refused.append(await signed_in.post(apply, data={"party.0.needs": "そば"}))
    for answer in refused:
        assert (answer.status_code, answer.headers["cache-control"]) == (422, NOT_KEPT)
        assert "data-private" in answer.text  # so that Back opens the form anew


async def test_a_form_that_waits_for_a_sign_in_is_not_kept(visitor: httpx.AsyncClient) -> None:
    answer = await visitor.post("/ja/me", data={"display_name": "花子"})
    assert (answer.status_code, answer.headers["cache-control"]) == (401, NOT_KEPT)


def test_private_forms_are_marked_in_their_handlers_and_templates(troubled: Litestar) -> None:
    handlers = {
        handler.name
        for route in troubled.routes
        if isinstance(route, HTTPRoute)
        for handler in route.route_handlers
        if handler.opt.get("private_form") or handler.opt.get("secret_fields")
    }
    assert handlers >= PRIVATE
    marked = re.compile(r'<form[^>]*?(?:link\("([\w:-]+)"[^>]*)?data-private')
    templates = [path.read_text() for path in FRONTEND_TEMPLATES.rglob("*.html")]
    named = {name for each in templates for name in marked.findall(each) if name}
    # The form of a receipt has no address of its own; an office's marks are buttons without a form.
    without = {"dialogues:look-up-receipt", "office:mark-attendance", "office:mark-rest"}
    assert PRIVATE - without <= named <= handlers


def test_each_end_of_a_session_empties_the_browser() -> None:
    ends = [
        node
        for path in _PLATFORM.glob("**/pages/*.py")
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.AsyncFunctionDef) and "session_cookie_gone()" in ast.unparse(node)
    ]
    assert len(ends) == 6
    assert [each.name for each in ends if "emptying_browser(" not in ast.unparse(each)] == []


@pytest.mark.parametrize("act", ["/sign-in/out"])
async def test_signing_out_empties_the_browser(signed_in: Browser, act: str) -> None:
    answer = await send(signed_in, await signed_in.get("/ja/me"), act)
    assert answer.headers["clear-site-data"] == '"cache", "storage"'
