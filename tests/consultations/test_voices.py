"""received = published + waiting + hidden + taken back: the same wherever it is told."""

import csv
import io
import uuid

from tests.consultations.build import make_dialogue, make_opinion, make_participant, make_statement
from tests.fixtures.accounts import Browser

from enishi.consultations.voting import results
from enishi.kit import clock, db


async def _voices(organisation: uuid.UUID) -> uuid.UUID:
    """Seven voices: four opinions and three statements, and a card of the organiser."""
    dialogue = await make_dialogue(organisation_id=organisation)
    for state in ("accepted", "accepted", "pending", "withdrawn"):
        await make_opinion(dialogue, "ご意見", state=state)
    for state in ("accepted", "hidden", "pending"):
        author_id = await make_participant(dialogue)
        await make_statement(dialogue, f"カード {state}", state=state, author_id=author_id)
    await make_statement(dialogue, "主催者のカード")
    return dialogue.id


async def test_every_state_of_a_voice_is_counted_once(organisation: uuid.UUID) -> None:
    dialogue_id = await _voices(organisation)
    counted = await results.count_voices([dialogue_id])
    assert (counted.accepted, counted.pending, counted.hidden, counted.withdrawn) == (3, 2, 1, 1)
    assert counted.received == 7
    totals = await results.get_totals(dialogue_id)
    assert totals.opinions.received + totals.statements.received == counted.received + 1  # a seed


async def test_the_office_reads_the_same_of_an_open_and_of_a_withdrawn_dialogue(
    office: Browser, organisation: uuid.UUID
) -> None:
    dialogue_id = await _voices(organisation)
    said = "これまでに寄せられた声は7件：公開3・確認待ち2・非表示1・取下げ1。"
    at = "/ja/office/hida/statistics"
    assert said in (await office.get(at)).text
    await db.fetch(
        "UPDATE consultations_consultation SET withdrawn_at = $2, withdrawn_reason = $3"
        " WHERE id = $1",
        dialogue_id,
        clock.now(),
        '{"ja": "やり直します", "en": "", "easy_ja": ""}',
    )
    assert said in (await office.get(at)).text
    slug = await db.fetch_value("SELECT slug FROM consultations_consultation")
    file = await office.get(f"/ja/office/hida/dialogues/{slug}/opinions.csv")
    states = [row["状態"] for row in csv.DictReader(io.StringIO(file.content.decode("utf-8-sig")))]
    assert sorted(states) == sorted(["公開中", "公開中", "確認待ち", "取下げ済み"])
