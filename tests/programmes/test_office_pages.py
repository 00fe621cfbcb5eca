"""A clerk's way: from nothing to a published programme with sessions."""

import uuid

import pytest
from tests.fixtures.accounts import Browser, SignIn, make_member
from tests.programmes.build import AT, PARTS, draft, form, session_form, write


@pytest.fixture
async def editor(organisation: uuid.UUID, browser_of: SignIn) -> Browser:
    return await browser_of(await make_member(organisation, "editor"))


def plain(text: str) -> str:
    return text.replace("<wbr>", "")


async def test_a_draft_says_what_it_lacks_and_where_until_it_is_published(editor: Browser) -> None:
    assert "まだ体験・お手伝いはありません" in plain((await editor.get(AT)).text)
    address = await draft(editor)

    refused = await editor.post(f"{address}/publish", data=form())
    assert refused.status_code == 409
    for field in ("basic#f-summary.ja", "conditions#f-minors", "money#f-fee_adult"):
        assert f'href="{address}/edit/{field}"' in refused.text
    assert f'href="{address}/sessions/new"' in refused.text

    for part in PARTS:
        answer = await write(editor, address, part, then="next")
        assert answer.status_code == 303, answer.text
    assert "/sessions/new" in answer.headers["location"]
    await editor.post(f"{address}/sessions/new", data=session_form())
    assert "必要な項目がそろいました" in plain((await editor.get(address)).text)
    assert "0577-00-0000" in (await editor.get(f"{address}/preview")).text

    assert (await editor.post(f"{address}/publish", data=form())).status_code == 303
    overview = plain((await editor.get(AT)).text)
    assert "公開中" in overview
    assert "0 / 10 人" in overview
    assert (await editor.post(f"{address}/close", data=form())).status_code == 303
    assert (await editor.post(f"{address}/close", data=form())).status_code == 409
