"""One table of mail addresses through every form and command that takes one; the API takes none."""

import asyncio
import uuid
from collections.abc import Awaitable, Callable, Iterator, Sequence
from typing import Any, get_args

import pytest
from click.testing import CliRunner
from pydantic import BaseModel
from tests.accounts.walks import follow, forms_of, send, sign_in
from tests.consultations.build import invalidate, make_dialogue
from tests.fixtures.accounts import SignIn, make_account, make_member, make_organisation
from tests.programmes.build import draft, write

from enishi.cli import main
from enishi.kit import clock, db
from enishi.kit.mail import Mail
from enishi.kit.mail_addresses import mail_address
from enishi.kit.mail_transport import check_address
from enishi.kit.schema import Schema
from enishi.web import app as _all_schemas  # noqa: F401 (loads every form)

# Typed -> stored.
TAKEN = {
    "Hanako@Example.JP": "hanako@example.jp",
    " yumi@example.jp\u3000": "yumi@example.jp",
    # An input method in full width.
    "ｔａｒｏ＿１＠ｅｘａｍｐｌｅ．ｊｐ": "taro_1@example.jp",
    "jiro@ｅｘａｍｐｌｅ。ｊｐ": "jiro@example.jp",
    # Given out by carriers until 2009, and in use.
    "taro.@docomo.ne.jp": "taro.@docomo.ne.jp",
    "ta..ro@ezweb.ne.jp": "ta..ro@ezweb.ne.jp",
    "saburo@日本語.jp": "saburo@日本語.jp",
}
REFUSED = [
    "ü@example.com",
    "花子@example.jp",
    "ﾊﾅｺ@example.jp",
    "taro@localhost",
    "a@b",
    "@example.jp",
    "taro@",
    "taro",
    "taro@@example.jp",
    '"a b"@example.jp',
    "taro@[127.0.0.1]",
    "taro@example.jp, jiro@example.jp",
    "taro@example.jp\r\nBcc: jiro@example.jp",
    "taro\u202e@example.jp",
    "x" * 65 + "@example.jp",
    "taro@" + "b." * 130 + "jp",
    "x" * 100_000,
]
_ADD_OWNER = ("organisation", "add-owner")
Act = Callable[[str], Awaitable[Any]]


@pytest.mark.parametrize(("typed", "stored"), TAKEN.items())
def test_what_is_taken_can_be_sent_to(typed: str, stored: str) -> None:
    assert mail_address(typed) == stored
    assert mail_address(stored) == stored  # what is stored is read again, by commands
    mail = Mail(
        kind="kit.test", subject_key="1", to=stored, language="ja", subject="件名", text="本文"
    )
    assert mail.to == check_address(stored)


@pytest.mark.parametrize("typed", REFUSED)
def test_what_is_refused_cannot_be_sent_to(typed: str) -> None:
    with pytest.raises(ValueError, match=r".") as refusal:
        mail_address(typed)
    assert "name@example.jp" in str(refusal.value)
    with pytest.raises(ValueError, match="not a mail address"):
        check_address(typed)


# Each gives the act that sends one address, and the name of its field.
async def _sign_in(browser_of: SignIn) -> tuple[Act, str]:
    async def act(address: str) -> Any:
        browser = await browser_of(None)
        return await send(browser, await browser.get("/ja/sign-in"), "/sign-in", address=address)

    return act, "address"


async def _change(browser_of: SignIn) -> tuple[Act, str]:
    async def act(address: str) -> Any:
        browser = await browser_of(await make_account())
        page = await browser.get("/ja/me/address")
        return await send(browser, page, "/me/address", address=address)

    return act, "address"


async def _guardian_of_a_new_account(browser_of: SignIn) -> tuple[Act, str]:
    child = await browser_of(None)
    page = await follow(child, await sign_in(child, "child@example.jp"))
    answers = {
        "display_name": "花子",
        "age": "under_16",
        "birth_year": str(clock.today().year - 13),
        "birth_month": "4",
        "terms": "yes",
    }

    async def act(address: str) -> Any:
        if address in TAKEN:  # signing up is done once
            other = await browser_of(None)
            name = f"child-{uuid.uuid4().hex[:8]}@example.jp"
            form = await follow(other, await sign_in(other, name))
            return await send(other, form, "/sign-up", **answers, guardian_address=address)
        return await send(child, page, "/sign-up", **answers, guardian_address=address)

    return act, "guardian_address"


async def _guardian(browser_of: SignIn) -> tuple[Act, str]:
    async def act(address: str) -> Any:
        minor_until = clock.today().replace(year=clock.today().year + 2, day=1)
        child = await browser_of(await make_account(minor_until=minor_until))
        page = await child.get("/ja/me")
        return await send(child, page, "/me/guardian", guardian_address=address)

    return act, "guardian_address"


async def _invitation(browser_of: SignIn) -> tuple[Act, str]:
    owner = await browser_of(await make_member(await make_organisation(), "owner"))
    page = await owner.get("/ja/office/hida/members")

    async def act(address: str) -> Any:
        [fields] = [f for a, f in forms_of(page).items() if a.endswith("/members/invite")]
        await db.fetch("DELETE FROM organisations_invitation")
        filled = {"address": address, "role": "editor", "submission": str(uuid.uuid4())}
        return await owner.post("/ja/office/hida/members/invite", data=fields | filled)

    return act, "address"


async def _receipt(browser_of: SignIn) -> tuple[Act, str]:
    dialogue = await make_dialogue()
    invalidate()

    async def act(address: str) -> Any:
        fields = {
            "submission": str(uuid.uuid4()),
            "text": "バスを増やしてほしい",
            "name_shown": "anonymous",
            "address": address,
        }
        guest = await browser_of(None)
        return await guest.post(f"/ja/dialogues/{dialogue.slug}/opinions/new", data=fields)

    return act, "address"


async def _contact_of_a_programme(browser_of: SignIn) -> tuple[Act, str]:
    editor = await browser_of(await make_member(await make_organisation(), "editor"))
    at = await draft(editor)

    async def act(address: str) -> Any:
        return await write(editor, at, "contact", **{"contact.mail": address})

    return act, "contact.mail"


ACTS = {
    ("AddressForm", "address"): [_sign_in, _change],
    ("SignUpForm", "guardian_address"): [_guardian_of_a_new_account],
    ("GuardianForm", "guardian_address"): [_guardian],
    ("InvitationForm", "address"): [_invitation],
    ("OpinionPageForm", "address"): [_receipt],
    ("ContactToWrite", "mail"): [_contact_of_a_programme],
}
EVERY_ACT = [act for acts in ACTS.values() for act in acts]
# Forms that the ones above extend, what is stored, a network, the sample's own people.
OTHERS = {
    ("OpinionForm", "address"),
    ("PaperForm", "address"),
    ("Contact", "mail"),
    ("NetworkForm", "address"),
}


@pytest.mark.parametrize("make", EVERY_ACT, ids=lambda make: make.__name__.strip("_"))
async def test_each_form_takes_and_refuses_the_same(browser_of: SignIn, make: Any) -> None:
    act, field = await make(browser_of)
    for typed in TAKEN:
        answer = await act(typed)
        assert answer.status_code in (200, 201, 303), (typed, answer.status_code)
    for typed in REFUSED:
        answer = await act(typed)
        assert answer.status_code == 422, (typed[:80], answer.status_code)
        assert f'id="e-{field}"' in answer.text, typed[:80]


async def test_the_command_finds_the_account_of_each_and_refuses_in_words(
    own_database: None,
) -> None:
    await make_organisation("inn", lg_code=None)
    for stored in TAKEN.values():
        await make_account(address=stored)
    await db.close_pool()

    async def add(typed: str) -> Any:
        return await asyncio.to_thread(CliRunner().invoke, main, [*_ADD_OWNER, "inn", typed])

    for typed in TAKEN:
        made = await add(typed)
        assert made.exit_code == 0, (typed, made.output)
    for typed in REFUSED:
        refused = await add(typed)
        assert (refused.exit_code, type(refused.exception)) == (1, SystemExit), typed[:80]
        assert len(refused.output.strip().splitlines()) == 1
    await db.open_pool()


def _all_shapes(shape: type[BaseModel] = Schema) -> Iterator[type[BaseModel]]:
    for each in shape.__subclasses__():
        yield each
        yield from _all_shapes(each)


def _holds_addresses(annotation: object, checks: Sequence[object] = ()) -> bool:
    checks = [*checks, *getattr(annotation, "__metadata__", ())]
    return any(getattr(each, "func", None) is mail_address for each in checks) or any(
        _holds_addresses(each) for each in get_args(annotation)
    )


def test_every_field_for_an_address_is_in_the_table() -> None:
    """A form that takes addresses another way is found by the name of its field."""
    found = {
        (shape.__name__, name)
        for shape in set(_all_shapes())
        if shape.__module__.startswith("enishi.") and not shape.__module__.startswith("enishi.demo")
        for name, field in shape.model_fields.items()
        if _holds_addresses(field.annotation, field.metadata)
        or (name in ("mail", "address", "guardian_address") and shape.__name__.endswith("Form"))
    }
    assert found - OTHERS == set(ACTS)
