"""received = published + waiting + hidden + taken back, through SQL, of any voices in any states."""

import uuid

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.consultations.build import make_dialogue, make_opinion, make_participant, make_statement

from enishi.consultations.voting import results
from enishi.kit import clock, db

_STATES = ("accepted", "pending", "hidden", "withdrawn")
_voices = st.lists(
    st.tuples(st.integers(0, 2), st.booleans(), st.sampled_from(_STATES)), max_size=12
)
_REASON = '{"ja": "やり直します", "en": "", "easy_ja": ""}'


async def _withdraw(dialogue_id: uuid.UUID) -> None:
    await db.fetch(
        "UPDATE consultations_consultation SET withdrawn_at = $2, withdrawn_reason = $3"
        " WHERE id = $1",
        dialogue_id,
        clock.now(),
        _REASON,
    )


@settings(
    max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(voices=_voices)
async def test_the_four_numbers_add_up_for_each_dialogue_and_for_all(
    voices: list[tuple[int, bool, str]],
) -> None:
    """An open dialogue, a withdrawn one, and one of which nobody has read yet; a seed in each."""
    dialogues = [await make_dialogue(), await make_dialogue(), await make_dialogue()]
    for dialogue in dialogues:
        await make_statement(dialogue, "主催者のカード")
    for at, is_statement, state in voices:
        dialogue = dialogues[at]
        if is_statement:
            author_id = await make_participant(dialogue)
            await make_statement(dialogue, "カード", state=state, author_id=author_id)
        else:
            await make_opinion(dialogue, "ご意見", state=state)
    await _withdraw(dialogues[1].id)
    counted = [await results.count_voices([each.id]) for each in dialogues]
    for at, counts in enumerate(counted):
        mine = [state for where, _, state in voices if where == at]
        assert [getattr(counts, state) for state in _STATES] == list(map(mine.count, _STATES))
        parts = counts.accepted + counts.pending + counts.hidden + counts.withdrawn
        assert counts.received == parts == len(mine)
        totals = await results.get_totals(dialogues[at].id)
        assert totals.statements.received + totals.opinions.received == counts.received + 1
    both = await results.count_voices([each.id for each in dialogues])
    assert both.received == sum(each.received for each in counted) == len(voices)
