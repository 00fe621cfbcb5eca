"""How an office reaches the parties of a session: what they gave, and messages to them."""

import uuid
from datetime import timedelta
from typing import Any

import pytest
from tests.accounts.walks import forms_of
from tests.fixtures.accounts import Browser, SignIn, make_account, make_member
from tests.programmes.build import AT, family, form, published
from tests.programmes.conftest import somebody

from enishi.kit import clock, db
from enishi.programmes import privacy
from enishi.programmes.allocation.service import applications
from enishi.programmes.applications.queries import messages
from enishi.programmes.applications.schemas import Applicant, ApplicationOutcome
from enishi.programmes.jobs import TellParties
from enishi_jobs import programmes


@pytest.fixture
async def editor(organisation: uuid.UUID, browser_of: SignIn) -> Browser:
    return await browser_of(await make_member(organisation, "editor"))


async def apply(
    session_id: uuid.UUID, name: str, telephone: str = "", *, shows_mail: bool = False
) -> tuple[uuid.UUID, ApplicationOutcome]:
    """A party of somebody with an account, and what they gave to be reached by."""
    account_id = await make_account(address=f"{name}@people.example")
    wanted = family(name).model_copy(update={"telephone": telephone, "shows_mail": shows_mail})
    made = await applications.apply(Applicant(account_id=account_id), session_id, wanted)
    return account_id, made


async def looks() -> list[dict[str, Any]]:
    rows = await db.fetch(
        "SELECT data FROM audit_entry WHERE action = 'programmes.contacts.read' ORDER BY id"
    )
    return [db.document(row["data"]) for row in rows]


async def work_off() -> None:
    """Run the enqueued messages, as the worker does; twice, as after a crash."""
    for job in await db.fetch("SELECT payload FROM kit_job WHERE name = $1", TellParties.name):
        for _ in range(2):
            await programmes.tell_parties(TellParties.model_validate_json(job["payload"]))


async def sent() -> list[tuple[str, str]]:
    rows = await db.fetch(
        "SELECT recipient, body FROM kit_mail WHERE kind = 'programmes.message' ORDER BY recipient"
    )
    return [(row["recipient"], row["body"]) for row in rows]


async def test_staff_see_what_was_given_and_each_look_is_recorded(editor: Browser) -> None:
    _, session_id = await published(editor)
    _, both = await apply(session_id, "hanako", "090-1234-5678", shows_mail=True)
    _, call = await apply(session_id, "taro", "090-8765-4321")
    await apply(session_id, "jiro")
    address = f"{AT}/sessions/{session_id}/contacts"
    page = (await editor.get(address)).text
    assert 'href="tel:090-1234-5678"' in page
    assert 'href="mailto:hanako@people.example"' in page
    assert "090-8765-4321" in page
    assert "taro@people.example" not in page
    assert "jiro@people.example" not in page
    assert await looks() == [{"applications": [str(both.id), str(call.id)]}]
    await editor.get(address)
    assert len(await looks()) == 2
    # The list of applicants shows none of it.
    assert "090-1234-5678" not in (await editor.get(f"{AT}/sessions/{session_id}")).text


async def test_a_page_on_which_nobody_gave_anything_is_no_look(editor: Browser) -> None:
    _, session_id = await published(editor)
    await apply(session_id, "jiro")
    assert "電話番号は伝えられていません" in (
        await editor.get(f"{AT}/sessions/{session_id}/contacts")
    ).text.replace("<wbr>", "")
    assert await looks() == []


async def test_who_left_is_not_called_any_more(editor: Browser) -> None:
    _, session_id = await published(editor)
    account_id, made = await apply(session_id, "hanako", "090-1234-5678")
    await applications.cancel(account_id, made.id)
    assert "090-1234-5678" not in (await editor.get(f"{AT}/sessions/{session_id}/contacts")).text
    await programmes.prune()
    assert await db.fetch_value("SELECT count(*) FROM programmes_application_contact") == 0


async def test_contacts_are_erased_a_month_after_the_session(editor: Browser) -> None:
    _, session_id = await published(editor)
    await apply(session_id, "hanako", "090-1234-5678")
    for days, left in ((59, 1), (62, 0)):
        with clock.frozen_at(clock.now() + timedelta(days=days)):
            await programmes.prune()
        assert await db.fetch_value("SELECT count(*) FROM programmes_application_contact") == left


async def test_a_telephone_is_typed_in_the_form_and_read_on_the_receipt(
    editor: Browser, browser_of: SignIn
) -> None:
    _, session_id = await published(editor)
    citizen = await browser_of(await make_account())
    address = f"/ja/programmes/sessions/{session_id}/apply"
    fields = {"party.0.kind": "adult", "party.0.name": "花子", "telephone": "０９０－いいえ"}
    refused = await citizen.post(address, data=form() | fields)
    assert refused.status_code == 422
    assert 'aria-describedby="h-telephone e-telephone"' in refused.text
    made = await citizen.post(
        address, data=form() | fields | {"telephone": "０９０ー１２３４ー５６７８"}
    )
    page = (await citizen.get(made.headers["location"])).text
    assert "090-1234-5678" in page
    assert "主催者にメールアドレスを見せていません" in page.replace("<wbr>", "")


async def written(editor: Browser, session_id: uuid.UUID, **fields: str) -> dict[str, str]:
    """The fields of the page that shows a message before it is sent."""
    address = f"{AT}/sessions/{session_id}/message"
    fields = {"audience": "all", "body.ja": "集合を10時に変えます。", "step": "preview"} | fields
    shown = await editor.post(address, data=form() | fields)
    assert shown.status_code == 200, shown.text
    return forms_of(shown)[address] | {"step": "send"}


async def test_a_message_goes_to_all_after_it_was_shown_with_its_count(editor: Browser) -> None:
    _, session_id = await published(editor)
    _, made = await apply(session_id, "hanako")
    reads_english, _ = await apply(session_id, "taro")
    await db.fetch("UPDATE accounts_account SET language = 'en' WHERE id = $1", reads_english)
    address = f"{AT}/sessions/{session_id}/message"
    assert "すべての組（2組）" in (await editor.get(address)).text
    unseen = {"audience": "all", "body.ja": "雪です。", "step": "send"}
    assert (await editor.post(address, data=form() | unseen)).status_code == 200
    fields = await written(editor, session_id, **{"body.en": "We meet at ten."})
    assert await sent() == []
    for _ in range(2):  # the button is pressed twice
        answer = await editor.post(address, data=fields)
        assert answer.headers["location"].endswith("?done=told&n=2#messages")
    await work_off()
    assert [to for to, _ in await sent()] == ["hanako@people.example", "taro@people.example"]
    (_, japanese), (_, english) = await sent()
    assert "集合を10時に変えます。" in japanese
    assert "We meet at ten." in english
    log = (await editor.get(f"{AT}/sessions/{session_id}")).text
    assert "集合を10時に変えます。" in log
    assert [each.told for each in await messages.list_of_application(made.id)] == [2]
    told = await db.fetch_value(
        "SELECT data ->> 'told' FROM audit_entry WHERE action = 'programmes.message.sent'"
    )
    assert told == "2"


async def test_a_message_to_one_party_reaches_no_other(editor: Browser, browser_of: SignIn) -> None:
    _, session_id = await published(editor)
    account_id, made = await apply(session_id, "hanako")
    other_id, other = await apply(session_id, "taro")
    page = await editor.get(f"{AT}/sessions/{session_id}/message?to={made.id}")
    assert "hanako" in page.text
    fields = await written(editor, session_id, audience="one", application_id=str(made.id))
    assert (await editor.post(f"{AT}/sessions/{session_id}/message", data=fields)).is_redirect
    await work_off()
    assert [to for to, _ in await sent()] == ["hanako@people.example"]
    receipt = f"/ja/me/applications/{made.receipt}"
    assert "集合を10時に変えます。" in (await (await browser_of(account_id)).get(receipt)).text
    others = await (await browser_of(other_id)).get(f"/ja/me/applications/{other.receipt}")
    assert "集合を10時に変えます。" not in others.text
    await privacy.PERSONAL_DATA.erase(account_id)
    assert await db.fetch_value("SELECT count(*) FROM programmes_host_message") == 0


async def test_a_party_that_came_meanwhile_is_counted_again(editor: Browser) -> None:
    _, session_id = await published(editor)
    await apply(session_id, "hanako")
    fields = await written(editor, session_id)
    await apply(session_id, "taro")
    address = f"{AT}/sessions/{session_id}/message"
    refused = await editor.post(address, data=fields)
    assert refused.status_code == 409
    assert "2組に送る" in refused.text.replace("<wbr>", "")
    again = forms_of(refused)[address] | {"step": "send"}
    assert (await editor.post(address, data=again)).is_redirect


async def test_only_those_with_a_place_or_only_those_who_wait(editor: Browser) -> None:
    _, session_id = await published(editor, capacity="2")
    await apply(session_id, "hanako")
    await apply(session_id, "taro")  # waits
    for audience, to in (("seated", "hanako"), ("waiting", "taro")):
        fields = await written(editor, session_id, audience=audience)
        await editor.post(f"{AT}/sessions/{session_id}/message", data=fields)
        await work_off()
        assert to in (await sent())[-1 if to == "taro" else 0][0]
    assert len(await sent()) == 2


async def test_nobody_is_written_to_where_nobody_is(editor: Browser) -> None:
    _, session_id = await published(editor)
    await applications.apply(somebody(), session_id, family())
    fields = await written(editor, session_id, audience="waiting")
    refused = await editor.post(f"{AT}/sessions/{session_id}/message", data=fields)
    assert refused.status_code == 409
    assert "連絡できる方がいません" in refused.text.replace("<wbr>", "")
