"""Arguments split and merged: no sequence of acts and no race loses a text."""

import asyncio
import uuid

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.consultations.build import (
    Dialogue,
    invalidate,
    make_dialogue,
    make_opinion,
    make_statement,
)
from tests.consultations.gathering import make_argument
from tests.fixtures.accounts import actor_of, make_member, make_organisation

from enishi.accounts.schemas import Actor
from enishi.consultations.arguments import queries, service
from enishi.consultations.arguments.errors import (
    AnsweredArgumentError,
    MergedAwayError,
    TextsMovedError,
)
from enishi.consultations.arguments.schemas import (
    ArgumentTitle,
    MergingForm,
    MovingAct,
    MovingForm,
)
from enishi.consultations.core import queries as consultations
from enishi.consultations.core.schemas import ConsultationRef
from enishi.kit import clock, db


@pytest.fixture
async def dialogue() -> Dialogue:
    invalidate()
    return await make_dialogue(organisation_id=await make_organisation("hida"))


@pytest.fixture
async def editor(dialogue: Dialogue) -> Actor:
    actor: Actor = await actor_of(await make_member(dialogue.organisation_id, "editor"))
    return actor


async def ref_of(dialogue: Dialogue) -> ConsultationRef:
    found = await consultations.find_by_slug(dialogue.slug)
    assert found is not None
    return found


async def members(argument_id: uuid.UUID) -> set[uuid.UUID]:
    rows = await db.fetch(
        "SELECT text_id FROM consultations_argument_member WHERE argument_id = $1", argument_id
    )
    return {row["text_id"] for row in rows}


async def test_texts_that_a_colleague_moved_are_not_moved_twice(
    editor: Actor, dialogue: Dialogue
) -> None:
    texts = [await make_opinion(dialogue, f"意見{number}") for number in range(2)]
    argument, ref = await make_argument(dialogue.id, "バス", *texts), await ref_of(dialogue)
    await service.take_out(editor, ref, argument, texts[:1])
    with pytest.raises(TextsMovedError):
        await service.take_out(editor, ref, argument, texts)
    form = MovingForm(act=MovingAct.SPLIT, texts=texts, title=ArgumentTitle(ja="夜のバス"))
    with pytest.raises(TextsMovedError):
        await service.split(editor, ref, argument, form)
    assert await members(argument) == {texts[1]}
    assert len(await queries.list_arguments(dialogue.id)) == 1


async def test_an_answered_argument_is_not_merged_away(editor: Actor, dialogue: Dialogue) -> None:
    one, other = await make_argument(dialogue.id, "夜の便"), await make_argument(dialogue.id, "朝")
    await service.set_answered_from([one], clock.now())
    ref = await ref_of(dialogue)
    with pytest.raises(AnsweredArgumentError):
        await service.merge(editor, ref, one, MergingForm(into=other, version=1))
    await service.merge(editor, ref, other, MergingForm(into=one, version=1))
    with pytest.raises(MergedAwayError):
        await service.place(editor, ref, other, [])


async def test_a_text_put_during_a_merge_is_not_lost(own_database: None) -> None:
    """Whichever comes first: the text is under the argument that is left, or its act is refused."""
    invalidate()
    dialogue = await make_dialogue(organisation_id=await make_organisation("hida"))
    editor = await actor_of(await make_member(dialogue.organisation_id, "editor"))
    ref = await ref_of(dialogue)
    for turn in range(10):
        opinion = await make_opinion(dialogue, f"意見{turn}")
        one = await make_argument(dialogue.id, "夜の便")
        other = await make_argument(dialogue.id, "朝の便")
        put, merged = await asyncio.gather(
            service.place(editor, ref, one, [opinion]),
            service.merge(editor, ref, one, MergingForm(into=other, version=1)),
            return_exceptions=True,
        )
        assert merged is None
        assert await members(one) == set()
        assert await members(other) == ({opinion} if put == 1 else set())
        assert put == 1 or isinstance(put, MergedAwayError)


_ACTS = st.lists(
    st.tuples(st.sampled_from(("split", "merge")), st.integers(0, 9), st.integers(0, 9)),
    max_size=12,
)


@given(acts=_ACTS, under=st.lists(st.sets(st.integers(0, 7)), min_size=2, max_size=4))
@settings(
    max_examples=15,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
async def test_no_sequence_of_splits_and_merges_loses_a_text(
    editor: Actor, dialogue: Dialogue, acts: list[tuple[str, int, int]], under: list[set[int]]
) -> None:
    """The set of gathered texts stays, and counts are those of the texts that are under each."""
    dialogue = await make_dialogue(organisation_id=dialogue.organisation_id)
    texts = [
        await make_opinion(dialogue, f"意見{number}")
        if number % 2
        else await make_statement(dialogue, f"カード{number}")
        for number in range(8)
    ]
    made = [
        await make_argument(dialogue.id, "論点", *(texts[number] for number in numbers))
        for numbers in under
    ]
    gathered = {texts[number] for numbers in under for number in numbers}
    ref = await ref_of(dialogue)
    for act, one, other in acts:
        source, target = made[one % len(made)], made[other % len(made)]
        if act == "merge" and source != target:
            version = (await queries.get_argument(dialogue.id, source)).version
            form = MergingForm(into=target, version=version)
            await service.merge(editor, ref, source, form)
            made.remove(source)
        elif act == "split" and (there := sorted(await members(source))):
            chosen = there[: 1 + other % len(there)]
            moving = MovingForm(
                act=MovingAct.SPLIT, texts=chosen, title=ArgumentTitle(ja="分けた論点")
            )
            made.append(await service.split(editor, ref, source, moving))
    now = [await members(each) for each in made]
    assert set().union(*now) == gathered
    counts = await queries.count_texts(dialogue.id, made)
    assert sorted(counts[key].texts for key in counts) == sorted(len(each) for each in now if each)
    assert (await queries.count_unplaced(dialogue.id)).total >= len(texts) - len(gathered)
