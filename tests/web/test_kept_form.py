"""A form that is sent without a valid session: 401 with what was typed, and a sign-in beside it."""

import re
import uuid
from datetime import timedelta
from typing import Any

import httpx
import pytest
from litestar import Litestar
from litestar.routes import HTTPRoute
from tests.consultations.build import invalidate, make_dialogue
from tests.fixtures.accounts import Browser
from tests.web.kept import kept

from enishi.kit import clock
from enishi.kit.http import request_log
from enishi.paths import FRONTEND_TEMPLATES
from enishi.web.app import LARGEST_BODY

Typed = dict[str, Any]


async def test_the_form_is_kept_in_the_reader_s_language(visitor: httpx.AsyncClient) -> None:
    answer = await visitor.post("/en/me", data={"display_name": "A name of some length"})
    form = kept(answer)
    assert form.action == "/en/me"
    assert form.shown == ["A name of some length"]
    for words in ("Nothing has been sent yet.", "Send again", "Sign in (opens a new tab)"):
        assert words in answer.text
    assert 'href="/en/sign-in/done"' in answer.text


@pytest.mark.parametrize(
    ("path", "action"),
    [
        ("/ja/me?a=1&b=%22%3E%3Cscript%3E", "/ja/me?a=1&b=%22%3E%3Cscript%3E"),
        ("/ja/me/consents/%22%3E%3Cscript%3E/give", "/ja/me/consents/%22%3E%3Cscript%3E/give"),
        ("/ja/me/consents/%5C%5Cevil.test/give", "/ja/me/consents/%5C%5Cevil.test/give"),
    ],
)
async def test_the_form_leads_to_the_address_of_its_own_request(
    visitor: httpx.AsyncClient, path: str, action: str
) -> None:
    answer = await visitor.post(f"http://enishi.test{path}", data={"a": "b"})
    assert kept(answer).action == action
    assert "<script>" not in answer.text


async def test_no_form_leads_to_an_address_that_browsers_read_as_another_host(
    visitor: httpx.AsyncClient,
) -> None:
    answer = await visitor.post("http://enishi.test//ja/me", data={"a": "b"})
    assert answer.status_code == 404
    assert 'action="//' not in answer.text


async def test_what_was_typed_is_read_as_handlers_read_it(visitor: httpx.AsyncClient) -> None:
    typed: Typed = {
        "text": "一行め\r\n二行め\0",
        "empty": "",
        "twice": ["1", "2"],
        "": "a field without a name",
        "x\ny": "a name with a line break",
        '"><script>': "'\"><script>",
    }
    form = kept(await visitor.post("/ja/me", data=typed))
    assert list(form.values()) == ["text", "empty", "twice", '"><script>']
    assert form.values() == {
        "text": ["一行め\r\n二行め"],
        "empty": [""],
        "twice": ["1", "2"],
        '"><script>': ["'\"><script>"],
    }
    assert form.shown == ["一行め\n二行め"]


@pytest.mark.parametrize(
    ("content", "kind", "status"),
    [
        (b"&".join(b"a=1" for _ in range(2001)), "application/x-www-form-urlencoded", 413),
        (b"a=" + b"x" * LARGEST_BODY, "application/x-www-form-urlencoded", 413),
        (b"x", "multipart/form-data", 400),
    ],
)
async def test_a_body_that_no_handler_would_read_is_refused_as_there(
    visitor: httpx.AsyncClient, content: bytes, kind: str, status: int
) -> None:
    answer = await visitor.post("/ja/me", content=content, headers={"content-type": kind})
    assert answer.status_code == status


async def test_files_are_not_kept_and_the_page_says_so(visitor: httpx.AsyncClient) -> None:
    answer = await visitor.post(
        "/ja/me",
        data={"note": "写真を一枚添えます。よろしくお願いします。"},
        files={"photo": b"secret"},
    )
    assert kept(answer).values() == {"note": ["写真を一枚添えます。よろしくお願いします。"]}
    assert "選んだファイルは残っていません" in answer.text
    assert "secret" not in answer.text


async def test_codes_are_not_repeated(signed_in: Browser) -> None:
    codes = {"old_code": "1234 5678", "new_code": "8765 4321", "submission": str(uuid.uuid4())}
    with clock.frozen_at(clock.now() + timedelta(minutes=16)):
        answer = await signed_in.post("/ja/me/address/codes", data=codes)
    assert kept(answer).values() == {"submission": [codes["submission"]]}
    assert "コードは残していません" in answer.text
    assert "1234 5678" not in answer.text


async def test_a_button_that_needs_a_fresh_sign_in_is_kept(signed_in: Browser) -> None:
    with clock.frozen_at(clock.now() + timedelta(minutes=16)):
        answer = await signed_in.post("/ja/me/data")
        form = kept(answer)
        assert form.fields == []
        assert "大切な操作のため" in answer.text
        asked = await signed_in.get("/ja/sign-in/done")
        assert asked.headers["location"] == "/ja/sign-in?next=/ja/sign-in/done"
        assert (await signed_in.get(asked.headers["location"])).status_code == 200
    assert (await signed_in.post(form.action)).status_code == 200


async def test_a_consultation_without_guests_keeps_what_a_guest_wrote(
    visitor: httpx.AsyncClient,
) -> None:
    """Here the handler refuses, not the guard: it has read the body already."""
    invalidate()
    dialogue = await make_dialogue(guests_allowed=False)
    sent = {
        "submission": str(uuid.uuid4()),
        "text": "橋は歩行者のものにしてほしい。",
        "anyway": "yes",
    }
    answer = await visitor.post(f"/ja/dialogues/{dialogue.slug}/statements/new", data=sent)
    assert kept(answer).shown == [sent["text"]]


async def test_htmx_keeps_the_page_and_gets_a_notice_with_the_sign_in(
    visitor: httpx.AsyncClient,
) -> None:
    answer = await visitor.post("/ja/me", data={"a": "b"}, headers={"hx-request": "true"})
    assert answer.status_code == 401
    assert answer.headers["hx-retarget"] == "#notices"
    assert "<form" not in answer.text
    assert 'href="/ja/sign-in/done" target="_blank"' in answer.text
    boosted = {"hx-request": "true", "hx-boosted": "true"}
    assert kept(await visitor.post("/ja/me", data={"a": "b"}, headers=boosted)).fields


async def test_a_page_that_is_read_still_leads_to_the_sign_in_and_back(
    visitor: httpx.AsyncClient,
) -> None:
    answer = await visitor.get("/ja/me?a=1")
    assert (answer.status_code, answer.headers["location"]) == (
        303,
        "/ja/sign-in?next=/ja/me%3Fa%3D1",
    )


async def test_nothing_that_was_typed_is_logged(
    visitor: httpx.AsyncClient, capfd: pytest.CaptureFixture[str]
) -> None:
    await visitor.post("/ja/me?q=unsayable", data={"display_name": "unsayable " * 3})
    request_log.flush()
    said = "".join(capfd.readouterr())
    assert "web.request.answered" in said
    assert "unsayable" not in said


def test_forms_with_codes_declare_them(troubled: Litestar) -> None:
    declared = {
        name
        for route in troubled.routes
        if isinstance(route, HTTPRoute)
        for handler in route.route_handlers
        for name in handler.opt.get("secret_fields", ())
    }
    assert declared == {"code", "old_code", "new_code", "token"}
    templates = "\n".join(path.read_text() for path in FRONTEND_TEMPLATES.rglob("*.html"))
    one_time = re.findall(r'field\("(\w*code)".*"autocomplete": "(?:off|one-time-code)"', templates)
    hidden = re.findall(r'type="hidden" name="(\w*token)"', templates)
    assert {*one_time, *hidden} == declared
