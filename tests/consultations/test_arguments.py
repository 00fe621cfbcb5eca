"""Arguments: gathered, split and merged in the office: nothing is lost, counts are exact."""

import re
import uuid
from typing import Any

import httpx
import pytest
from tests.accounts.walks import forms_of
from tests.consultations.build import (
    Dialogue,
    invalidate,
    make_dialogue,
    make_opinion,
    make_statement,
)
from tests.consultations.gathering import make_argument
from tests.fixtures.accounts import Browser, SignIn, actor_of, make_member, make_organisation

from enishi.accounts.schemas import Actor
from enishi.consultations.arguments import queries, service
from enishi.consultations.arguments.schemas import (
    ArgumentTitle,
    NewArgumentForm,
)
from enishi.consultations.core import queries as consultations
from enishi.consultations.core.schemas import ConsultationRef
from enishi.kit import db
from enishi.kit.errors import EnishiError


@pytest.fixture
async def dialogue() -> Dialogue:
    invalidate()
    return await make_dialogue(organisation_id=await make_organisation("hida"))


@pytest.fixture
async def editor(dialogue: Dialogue) -> Actor:
    actor: Actor = await actor_of(await make_member(dialogue.organisation_id, "editor"))
    return actor


@pytest.fixture
async def office(browser_of: SignIn, dialogue: Dialogue) -> Browser:
    return await browser_of(await make_member(dialogue.organisation_id, "editor"))


def at(dialogue: Dialogue, part: str = "") -> str:
    return f"/ja/office/hida/dialogues/{dialogue.slug}/arguments{part}"


async def ref_of(dialogue: Dialogue) -> ConsultationRef:
    found = await consultations.find_by_slug(dialogue.slug)
    assert found is not None
    return found


async def send(browser: Browser, page: str, **typed: Any) -> httpx.Response:
    """Open the page, fill in its only form of the same address (without the query) and send it."""
    shown = await browser.get(page)
    assert shown.status_code == 200, shown.text
    [(action, hidden)] = [
        each for each in forms_of(shown).items() if each[0].startswith(page.partition("?")[0])
    ]
    return await browser.post(action, data=hidden | typed)


async def members(argument_id: uuid.UUID) -> set[uuid.UUID]:
    rows = await db.fetch(
        "SELECT text_id FROM consultations_argument_member WHERE argument_id = $1", argument_id
    )
    return {row["text_id"] for row in rows}


async def audited() -> list[str]:
    rows = await db.fetch(
        "SELECT action FROM audit_entry WHERE action LIKE 'consultations.argument.%' ORDER BY id"
    )
    return [row["action"].rpartition(".")[2] for row in rows]


async def test_an_office_makes_an_argument_and_puts_texts_under_it(
    office: Browser, dialogue: Dialogue
) -> None:
    late = await make_opinion(dialogue, "夜の便を<b>増やして</b>ください")
    await make_opinion(dialogue, "料金を下げてください")
    card = await make_statement(dialogue, "夜もバスがほしい")
    await make_statement(dialogue, "見えない文", state="hidden")
    assert "未整理 3 件" in (await office.get(at(dialogue))).text

    made = await send(office, at(dialogue, "/new"), **{"title.ja": "夜のバス"})
    assert made.status_code == 303
    choice = made.headers["location"].partition("?")[0]
    found = await office.get(choice, params={"q": "夜"})
    assert "増やして" in found.text
    assert "<b>増やして" not in found.text
    assert "料金" not in found.text
    assert "見えない文" not in found.text
    placed = await send(office, f"{choice}?q=夜", texts=[str(late), str(card)])
    assert placed.status_code == 303
    assert "q=" in placed.headers["location"]

    page = (await office.get(at(dialogue))).text
    assert "未整理 1 件" in page
    assert "2 件の異なる文" in page
    assert "ご意見 1 件、意見カード 1 枚" in page
    assert "投票ではありません" in page
    assert await audited() == ["created", "filled"]


async def test_a_text_may_be_under_several_arguments(office: Browser, dialogue: Dialogue) -> None:
    opinion = await make_opinion(dialogue, "夜の便を増やし、料金を下げてください")
    await make_argument(dialogue.id, "夜の便", opinion)
    fares = await make_argument(dialogue.id, "料金")
    choice = at(dialogue, f"/{fares}/choose")
    assert "料金を下げて" not in (await office.get(choice)).text
    everything = await office.get(f"{choice}?texts=all")
    assert "ほかの論点に入っています" in everything.text
    await send(office, f"{choice}?texts=all", texts=[str(opinion)])
    assert await members(fares) == {opinion}
    assert "未整理 0 件" in (await office.get(at(dialogue))).text


async def test_only_texts_that_differ_and_are_public_are_counted(dialogue: Dialogue) -> None:
    texts = [
        await make_opinion(dialogue, "夜の便を増やしてください"),
        await make_opinion(dialogue, "夜の便を\n 増やしてください　"),
        await make_opinion(dialogue, "料金の話", state="hidden"),
        await make_opinion(dialogue, "朝の便の話", state="withdrawn"),
        await make_opinion(dialogue, "昼の便の話", state="pending"),
        await make_statement(dialogue, "朝の便も"),
    ]
    argument = await make_argument(dialogue.id, "夜の便", *texts)
    [row] = await queries.list_arguments(dialogue.id)
    assert (row.counts.texts, row.counts.opinions, row.counts.statements) == (2, 2, 1)
    shown = await queries.list_texts(dialogue.id, argument)
    assert {each.id for each in shown.rows} == {texts[0], texts[1], texts[5]}
    await db.fetch(
        "UPDATE consultations_consultation SET withdrawn_at = now(), withdrawn_reason = '{}'"
    )
    assert (await queries.list_texts(dialogue.id, argument)).rows == []
    assert await queries.list_arguments(dialogue.id) == []


async def test_what_is_hidden_is_neither_offered_nor_put(
    editor: Actor, office: Browser, dialogue: Dialogue
) -> None:
    hidden = await make_opinion(dialogue, "隠された文", state="hidden")
    other = await make_opinion(await make_dialogue(), "ほかの対話の文")
    argument = await make_argument(dialogue.id, "夜の便")
    with pytest.raises(EnishiError):
        await service.place(editor, await ref_of(dialogue), argument, [hidden, other])
    assert await members(argument) == set()
    refused = await send_to_empty(office, at(dialogue, f"/{argument}/choose"), [hidden])
    assert refused.status_code == 409


async def send_to_empty(browser: Browser, address: str, texts: list[uuid.UUID]) -> httpx.Response:
    """As `send`, for a page that offers nothing."""
    data = {"submission": str(uuid.uuid4()), "texts": [str(each) for each in texts]}
    return await browser.post(address, data=data)


async def test_choosing_nothing_is_said_at_the_boxes(office: Browser, dialogue: Dialogue) -> None:
    await make_opinion(dialogue, "夜の便を")
    argument = await make_argument(dialogue.id, "夜の便")
    refused = await send(office, at(dialogue, f"/{argument}/choose"))
    assert refused.status_code == 422
    assert "一つ以上選んでください" in refused.text


async def test_chosen_texts_are_split_off(office: Browser, dialogue: Dialogue) -> None:
    texts = [await make_opinion(dialogue, f"意見{number}") for number in range(4)]
    argument = await make_argument(dialogue.id, "バス", *texts)
    page = at(dialogue, f"/{argument}/texts")
    untitled = await send(office, page, act="split", texts=[str(texts[0])])
    assert untitled.status_code == 422
    assert "新しい論点の題名を入力してください" in untitled.text
    assert f'value="{texts[0]}"' in untitled.text
    assert re.search(rf'value="{texts[0]}"[^>]* checked', untitled.text)
    chosen = {"texts": [str(texts[0]), str(texts[1])], "title.ja": "夜のバス"}
    done = await send(office, page, act="split", **chosen)
    assert done.status_code == 303
    [new] = await db.fetch("SELECT id FROM consultations_argument WHERE split_from = $1", argument)
    assert await members(argument) == set(texts[2:])
    assert await members(new["id"]) == set(texts[:2])
    assert "夜のバス" in (await office.get(done.headers["location"])).text


async def test_merging_unites_all_texts_hidden_ones_included(
    office: Browser, dialogue: Dialogue
) -> None:
    shared = await make_opinion(dialogue, "両方の意見")
    hidden = await make_opinion(dialogue, "隠された意見", state="hidden")
    card = await make_statement(dialogue, "カード")
    one = await make_argument(dialogue.id, "夜の便", shared, hidden, card, is_pinned=True)
    other = await make_argument(dialogue.id, "朝の便", shared)
    done = await send(office, at(dialogue, f"/{one}/merge"), into=str(other))
    assert done.status_code == 303
    assert await members(other) == {shared, hidden, card}
    assert await members(one) == set()
    [left] = await queries.list_arguments(dialogue.id)
    assert (left.id, left.is_pinned, left.counts.texts) == (other, True, 2)
    assert (await office.get(at(dialogue, f"/{one}"))).status_code == 404
    assert await audited() == ["merged"]


async def test_a_pinned_argument_stands_first_and_the_order_is_the_offices(
    office: Browser, dialogue: Dialogue
) -> None:
    one = await make_argument(dialogue.id, "一つ目")
    await make_argument(dialogue.id, "二つ目")
    await make_argument(dialogue.id, "少数の声", is_pinned=True)
    saved = await send(office, at(dialogue, f"/{one}"), position="9")
    assert saved.status_code == 303
    rows = await queries.list_arguments(dialogue.id)
    assert [row.title.ja for row in rows] == ["少数の声", "二つ目", "一つ目"]
    assert [row.text_number for row in rows] == [1, 1, 1]
    await send(office, at(dialogue, f"/{one}"), **{"title.ja": "別の題名"})
    assert await db.fetch_value("SELECT count(*) FROM consultations_argument_text") == 4


async def test_only_editors_of_a_public_dialogue_act(
    browser_of: SignIn, editor: Actor, dialogue: Dialogue
) -> None:
    analyst = await browser_of(await make_member(dialogue.organisation_id, "analyst"))
    assert (await analyst.get(at(dialogue))).status_code == 200
    assert (await analyst.get(at(dialogue, "/new"))).status_code == 403
    draft = await make_dialogue(organisation_id=dialogue.organisation_id, published_at=None)
    with pytest.raises(EnishiError):
        await service.create(
            editor, await ref_of(draft), NewArgumentForm(title=ArgumentTitle(ja="夜の便"))
        )
