"""Publishing, closing and deleting a programme: each after a page that says what follows."""

import asyncio
import uuid

import pytest
from tests.accounts.walks import forms_of
from tests.fixtures.accounts import Browser, SignIn, make_member
from tests.programmes.build import (
    AT,
    PARTS,
    draft,
    family,
    form,
    move,
    published,
    session_form,
    write,
)
from tests.programmes.conftest import somebody

from enishi.kit import db
from enishi.programmes.allocation.service import applications


@pytest.fixture
async def editor(organisation: uuid.UUID, browser_of: SignIn) -> Browser:
    return await browser_of(await make_member(organisation, "editor"))


async def complete(editor: Browser) -> str:
    address = await draft(editor)
    for part in PARTS:
        assert (await write(editor, address, part)).status_code == 303
    assert (await editor.post(f"{address}/sessions/new", data=session_form())).status_code == 303
    return address


async def asked(editor: Browser, address: str, verb: str) -> dict[str, str]:
    """The fields of the form on the page that asks."""
    page = await editor.get(f"{address}/move/{verb}")
    assert page.status_code == 200, page.text
    return forms_of(page)[f"{address}/move/{verb}"]


async def state() -> str:
    found: str = await db.fetch_value("SELECT state FROM programmes_programme")
    return found


async def test_a_programme_is_published_after_its_page_was_shown(editor: Browser) -> None:
    address = await complete(editor)
    shown = (await editor.get(address)).text
    assert f'href="{address}/move/publish"' in shown
    assert f'action="{address}/move/publish"' not in shown
    page = (await editor.get(f"{address}/move/publish")).text
    assert "0577-00-0000" in page
    assert "公開する前の確認" in page
    assert (await editor.post(f"{address}/move/publish", data=form())).status_code == 422
    assert await state() == "draft"
    answer = await move(editor, address, "publish")
    assert answer.headers["location"] == f"{address}?done=published"
    assert await state() == "published"
    assert f'action="{address}/move/publish"' not in (await editor.get(f"{address}/preview")).text


@pytest.mark.parametrize("changed", ["money", "session"])
async def test_only_what_was_shown_is_published(editor: Browser, changed: str) -> None:
    address = await complete(editor)
    fields = await asked(editor, address, "publish")
    if changed == "money":
        await write(editor, address, "money", fee_adult="9000")
    else:
        await editor.post(f"{address}/sessions/new", data=session_form(days=40))
    refused = await editor.post(f"{address}/move/publish", data=fields)
    assert refused.status_code == 409
    named = {"money": "お金・宿泊・交通", "session": "日時と定員"}
    assert f"変わったところ：{named[changed]}" in refused.text
    assert await state() == "draft"
    # The refused page shows the new state, and publishes that.
    fresh = forms_of(refused)[f"{address}/move/publish"]
    assert (await editor.post(f"{address}/move/publish", data=fresh)).status_code == 303


async def test_a_change_is_named_also_while_something_is_missing(editor: Browser) -> None:
    address = await draft(editor)
    fields = await asked(editor, address, "publish")
    await write(editor, address, "money", fee_adult="9000")
    refused = await editor.post(f"{address}/move/publish", data=fields)
    assert refused.status_code == 409
    assert "変わったところ：お金・宿泊・交通" in refused.text
    lacking = await move(editor, address, "publish")
    assert lacking.status_code == 409
    assert "公開に必要な項目が、まだそろっていません" in lacking.text
    assert "変わったところ" not in lacking.text
    assert "#f-fee_adult" not in lacking.text
    assert f'href="{address}/edit/basic#f-summary.ja"' in lacking.text


async def test_closing_is_asked_about_and_opens_again_through_the_preview(editor: Browser) -> None:
    address, _ = await published(editor)
    shown = (await editor.get(address)).text
    assert f'href="{address}/move/close"' in shown
    assert f'action="{address}/move/close"' not in shown
    fields = await asked(editor, address, "close")
    assert (await editor.post(f"{address}/move/close", data=fields)).status_code == 303
    again = await editor.post(f"{address}/move/close", data=fields | form())
    assert again.status_code == 409
    assert await state() == "closed"
    assert "もう一度受け付ける" in (await editor.get(f"{address}/move/publish")).text
    assert (await move(editor, address, "publish")).status_code == 303
    assert (await editor.get(f"{address}/move/abolish")).status_code == 404


async def test_a_draft_is_deleted_until_it_was_public(editor: Browser) -> None:
    address = await complete(editor)
    assert f'href="{address}/move/delete"' in (await editor.get(address)).text
    stale = await asked(editor, address, "delete")
    await write(editor, address, "money", fee_adult="9000")
    assert (await editor.post(f"{address}/move/delete", data=stale)).status_code == 409
    fields = await asked(editor, address, "delete")
    answer = await editor.post(f"{address}/move/delete", data=fields)
    assert answer.headers["location"] == f"{AT}?done=removed"
    assert "削除しました" in (await editor.get(f"{AT}?done=removed")).text
    assert await db.fetch("SELECT FROM programmes_programme") == []
    assert await db.fetch("SELECT FROM programmes_session") == []
    [entry] = await db.fetch("SELECT * FROM audit_entry WHERE action LIKE '%programme.deleted'")
    assert str(entry["subject_id"]) == address.rpartition("/")[2]
    assert (await editor.get(address)).status_code == 404


@pytest.mark.parametrize("end", ["published", "closed"])
async def test_what_was_public_is_not_deleted(editor: Browser, end: str) -> None:
    address = await complete(editor)
    await move(editor, address, "publish")
    if end == "closed":
        await move(editor, address, "close")
    assert f'href="{address}/move/delete"' not in (await editor.get(address)).text
    seen = (await asked(editor, address, "publish" if end == "closed" else "close"))["seen"]
    page = await editor.get(f"{address}/move/delete")
    assert f"{address}/move/delete" not in forms_of(page)
    refused = await editor.post(f"{address}/move/delete", data=form(seen=seen))
    assert refused.status_code == 409
    assert "一度公開した体験・活動は、削除できません" in refused.text
    assert len(await db.fetch("SELECT FROM programmes_session")) == 1


async def test_a_draft_with_applications_is_not_deleted(editor: Browser) -> None:
    address, session_id = await published(editor)
    await applications.apply(somebody(), session_id, family())
    await db.fetch("UPDATE programmes_programme SET state = 'draft', published_at = NULL")
    refused = await move(editor, address, "delete")
    assert refused.status_code == 409
    assert "申込があるため、削除できません" in refused.text
    assert len(await db.fetch("SELECT FROM programmes_application")) == 1
    assert len(await db.fetch("SELECT FROM programmes_session")) == 1


async def test_publishing_and_deleting_at_once_leave_one_of_both(
    own_database: None, editor: Browser
) -> None:
    address = await complete(editor)
    sent = {verb: await asked(editor, address, verb) for verb in ("publish", "delete")}
    answers = await asyncio.gather(
        *(editor.post(f"{address}/move/{verb}", data=fields) for verb, fields in sent.items())
    )
    assert sorted(each.status_code for each in answers) in ([303, 404], [303, 409])
    left = await db.fetch("SELECT state FROM programmes_programme")
    assert [row["state"] for row in left] in ([], ["published"])
    assert len(await db.fetch("SELECT FROM programmes_session")) == len(left)
