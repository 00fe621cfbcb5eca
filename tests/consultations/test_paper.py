"""Opinions on paper and by telephone: entered once, in time, with a channel of their own."""

import re
import uuid
from datetime import timedelta

import httpx
import pytest
from tests.consultations.build import Dialogue, make_dialogue, publish_result, shift
from tests.fixtures.accounts import Browser, SignIn, make_member, make_organisation

from enishi.kit import clock, db


@pytest.fixture
async def dialogue() -> Dialogue:
    return await make_dialogue(organisation_id=await make_organisation("hida"))


@pytest.fixture
async def office(browser_of: SignIn, dialogue: Dialogue) -> Browser:
    return await browser_of(await make_member(dialogue.organisation_id, "moderator"))


def at(dialogue: Dialogue) -> str:
    return f"/ja/office/hida/dialogues/{dialogue.slug}/paper"


def typed(**more: str) -> dict[str, str]:
    fields = {
        "submission": str(uuid.uuid4()),
        "channel": "paper",
        "received_on": str(clock.today()),
        "text": "手紙に書かれた<b>ご意見</b>です",
        "informed": "yes",
    }
    return fields | more


async def test_a_paper_becomes_an_opinion_with_a_participant_and_a_receipt(
    office: Browser, dialogue: Dialogue, visitor: httpx.AsyncClient
) -> None:
    fields = typed(**{"home.code": "212172", "age_band": "75-84", "reference": "封筒 12"})
    handed_out = await office.post(at(dialogue), data=fields)
    assert handed_out.status_code == 200
    [receipt] = re.findall(r"[0-9A-Z]{4}(?:-[0-9A-Z]{4}){3}", handed_out.text)
    assert "<b>ご意見</b>" not in handed_out.text
    again = await office.post(at(dialogue), data=fields)
    assert again.status_code == 200
    assert receipt in again.text
    await office.post(at(dialogue), data=typed(channel="phone", text="電話で話されたこと"))

    page = f"/ja/dialogues/{dialogue.slug}"
    assert "電話で話されたこと" in (await visitor.get(f"{page}/opinions")).text
    looked_up = await visitor.post(
        f"{page}/receipt", data={"submission": str(uuid.uuid4()), "receipt": receipt}
    )
    assert "手紙に書かれた" in looked_up.text
    shown = (await office.get(at(dialogue).removesuffix("/paper"))).text
    assert re.search(r"参加者</dt>\s*<dd[^>]*>\s*2\b", shown)
    people = await db.fetch(
        "SELECT channel, municipality_code, age_band, identity_level"
        " FROM consultations_participant ORDER BY channel"
    )
    assert [tuple(each.values()) for each in people] == [
        ("paper", "212172", "75-84", 0),
        ("phone", None, None, 0),
    ]
    acts = await db.fetch("SELECT kind, channel FROM consultations_act ORDER BY channel, kind")
    assert len(acts) == 4
    [entry, _] = await db.fetch(
        "SELECT data, actor_id FROM audit_entry WHERE action = 'consultations.opinion.entered'"
        " ORDER BY id"
    )
    assert entry["actor_id"] is not None
    assert receipt not in str(entry)


async def test_the_same_number_is_not_entered_twice(office: Browser, dialogue: Dialogue) -> None:
    await office.post(at(dialogue), data=typed(reference="12"))
    refused = await office.post(at(dialogue), data=typed(reference="12", text="別の文です"))
    assert refused.status_code == 409
    assert "すでに入力されています" in refused.text
    assert "別の文です" in refused.text
    assert await db.fetch_value("SELECT count(*) FROM consultations_participant") == 1
    other = await make_dialogue(organisation_id=dialogue.organisation_id)
    assert (await office.post(at(other), data=typed(reference="12"))).status_code == 200


@pytest.mark.parametrize(
    ("days", "now_in_days", "is_fine"),
    [
        (0, 0, True),
        (-1, 0, True),  # the day of the opening
        (-2, 0, False),
        (6, 20, True),  # came in time, typed in after the close
        (8, 20, False),
        (0, 60, True),  # the day of the result is over, and no result is out
    ],
)
async def test_what_came_in_time_counts_whenever_it_is_typed_in(
    office: Browser, dialogue: Dialogue, days: int, now_in_days: int, *, is_fine: bool
) -> None:
    received_on = clock.in_tokyo(clock.now()).date() + timedelta(days=days - now_in_days)
    await shift(now_in_days)
    answer = await office.post(at(dialogue), data=typed(received_on=str(received_on)))
    assert answer.status_code == (200 if is_fine else 409)
    assert is_fine or 'href="#f-received_on"' in answer.text


async def test_once_the_result_is_out_no_paper_is_entered(
    office: Browser, dialogue: Dialogue
) -> None:
    received_on = clock.today() - timedelta(days=20)
    await shift(20)
    await publish_result(dialogue.slug)
    answer = await office.post(at(dialogue), data=typed(received_on=str(received_on)))
    assert answer.status_code == 409


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"channel": "account"}, "channel"),
        ({"channel": ""}, "channel"),
        ({"informed": ""}, "informed"),
        ({"text": ""}, "text"),
        ({"age_band": "3-4"}, "age_band"),
        ({"received_on": "2999-01-01"}, "received_on"),
    ],
)
async def test_what_is_missing_stands_at_its_field(
    office: Browser, dialogue: Dialogue, wrong: dict[str, str], field: str
) -> None:
    refused = await office.post(at(dialogue), data=typed(reference="ばんごう") | wrong)
    assert refused.status_code == 422
    assert f'href="#f-{field}"' in refused.text
    assert "ばんごう" in refused.text
    assert await db.fetch_value("SELECT count(*) FROM consultations_opinion") == 0
