"""A form is sent as whom it was opened: after a change of identity it asks instead of writing."""

import ast
import uuid
from pathlib import Path

import httpx
import pytest
from tests.accounts.walks import forms_of
from tests.consultations.build import make_dialogue
from tests.fixtures.accounts import Browser, SignIn, make_account

from enishi.accounts import sessions
from enishi.kit import db
from enishi.kit.http import opened_as

_PLATFORM = Path(__file__).parents[2] / "platform" / "enishi"
_CHECKS = frozenset({"read_form", "read", "once", "do_once", "submitted", "require_identity"})
# POST handlers that read no form of ours -> why they need no identity.
_EXEMPT = {
    "cast": "a vote holds no text, and its card may come from the shared cache",
    "export": "writes nothing, and hands out the data of the session's own account",
}


async def count(table: str) -> int:
    [row] = await db.fetch(f"SELECT count(*) FROM {table}")  # noqa: S608 (made of constants)
    number: int = row["count"]
    return number


def end_session(browser: Browser) -> None:
    browser.cookies.delete(sessions.cookie_name())


def become(browser: Browser, other: Browser) -> None:
    browser.cookies.set(sessions.cookie_name(), other.cookies[sessions.cookie_name()])


def fields(page: httpx.Response, address: str) -> dict[str, str]:
    forms = forms_of(page)
    return forms.get(address) or forms[""]


WRITES = [
    ("statements", "consultations_statement", {"text": "橋に歩道がほしいです。"}),
    (
        "opinions",
        "consultations_opinion",
        {"text": "橋に歩道がほしいです。", "name_shown": "anonymous"},
    ),
]


@pytest.mark.parametrize(("kind", "table", "typed"), WRITES)
async def test_a_writer_whose_session_ended_is_asked_before_writing_as_a_guest(
    signed_in: Browser, kind: str, table: str, typed: dict[str, str]
) -> None:
    dialogue = await make_dialogue(guests_allowed=True)
    address = f"/ja/dialogues/{dialogue.slug}/{kind}/new"
    sent = fields(await signed_in.get(address), address) | typed
    assert sent["opened_as"]
    end_session(signed_in)

    asked = await signed_in.post(address, data=sent)
    assert asked.status_code == 409
    assert "ログインが切れています。" in asked.text
    assert typed["text"] in asked.text
    assert (await count(table), await count("consultations_participant")) == (0, 0)

    confirmed = fields(asked, address) | typed
    for _ in range(2):  # and a repeat does nothing
        assert (await signed_in.post(address, data=confirmed)).status_code in (200, 303)
    assert (await count(table), await count("consultations_participant")) == (1, 1)


@pytest.mark.parametrize(("kind", "table", "typed"), WRITES)
async def test_where_guests_are_refused_the_text_waits_for_a_sign_in(
    signed_in: Browser, kind: str, table: str, typed: dict[str, str]
) -> None:
    dialogue = await make_dialogue(guests_allowed=False)
    address = f"/ja/dialogues/{dialogue.slug}/{kind}/new"
    sent = fields(await signed_in.get(address), address) | typed
    end_session(signed_in)
    kept = await signed_in.post(address, data=sent)
    assert kept.status_code == 401
    assert typed["text"] in kept.text
    assert await count(table) == 0


@pytest.mark.parametrize(("kind", "table", "typed"), WRITES)
async def test_a_form_of_one_account_is_not_sent_as_another(
    signed_in: Browser, browser_of: SignIn, kind: str, table: str, typed: dict[str, str]
) -> None:
    dialogue = await make_dialogue()
    address = f"/ja/dialogues/{dialogue.slug}/{kind}/new"
    sent = fields(await signed_in.get(address), address) | typed
    become(signed_in, await browser_of(await make_account()))
    asked = await signed_in.post(address, data=sent)
    assert asked.status_code == 409
    assert "ログインの状態が変わりました" in asked.text
    assert await count(table) == 0


async def test_settings_of_one_account_are_not_saved_in_another(
    signed_in: Browser, browser_of: SignIn
) -> None:
    sent = fields(await signed_in.get("/ja/me"), "/ja/me") | {"display_name": "別の人"}
    other = await make_account()
    become(signed_in, await browser_of(other))
    assert (await signed_in.post("/ja/me", data=sent)).status_code == 409
    assert await count("accounts_account WHERE display_name = '別の人'") == 0


def test_pages_of_the_shared_cache_carry_no_identity() -> None:
    opened_as.identify(uuid.uuid4())
    assert opened_as.field_value()
    with opened_as.left_out():
        assert opened_as.field_value() == ""
    opened_as.forget()
    assert opened_as.field_value() == ""
    assert opened_as.find_change("0" * 64) is None


def _calls(function: ast.AST) -> set[str]:
    called = (node.func for node in ast.walk(function) if isinstance(node, ast.Call))
    return {getattr(each, "attr", getattr(each, "id", "")) for each in called}


def _post_handlers() -> dict[str, set[str]]:
    """Name of each POST handler of the pages -> the functions that it calls, one level deep."""
    found: dict[str, set[str]] = {}
    for path in _PLATFORM.glob("**/pages/*.py"):
        functions = [
            node
            for node in ast.walk(ast.parse(path.read_text()))
            if isinstance(node, ast.AsyncFunctionDef)
        ]
        helpers = {each.name: _calls(each) for each in functions}
        for each in functions:
            if any("post(" in ast.unparse(decorator) for decorator in each.decorator_list):
                called = _calls(each)
                found[each.name] = called.union(*(helpers.get(name, set()) for name in called))
    return found


def test_every_form_is_read_by_a_reader_that_compares_the_identity() -> None:
    handlers = _post_handlers()
    assert len(handlers) > 20
    unread = {name for name, called in handlers.items() if not called & _CHECKS}
    assert unread == set(_EXEMPT)
