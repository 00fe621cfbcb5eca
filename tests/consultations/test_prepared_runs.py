"""What is prepared of a run once for each process: it follows what it was made of."""

from dataclasses import replace

import pytest
from tests.consultations.build import Dialogue, close, invalidate, make_dialogue
from tests.consultations.landscape_build import publish

from enishi.consultations.core import queries as consultations
from enishi.consultations.landscape_runs import queries, stored_result
from enishi.consultations.landscape_runs.kinds import Disclosure, RunKind, Showing
from enishi.consultations.landscape_runs.schemas import LandscapeView
from enishi.consultations.landscape_runs.stored_result import RunResult, decode, encode
from enishi.kit import db


@pytest.fixture
async def dialogue() -> Dialogue:
    invalidate()
    return await make_dialogue()


async def test_a_run_is_read_and_prepared_once(
    dialogue: Dialogue, monkeypatch: pytest.MonkeyPatch, statements: list[str]
) -> None:
    decoded: list[int] = []

    def noting(version: int, stored: bytes) -> RunResult:
        decoded.append(len(stored))
        return decode(version, stored)

    await publish(dialogue)
    monkeypatch.setattr(stored_result, "decode", noting)
    consultation = await consultations.get_public(dialogue.slug)
    first = await queries.find_view(consultation)
    assert first is not None
    statements.clear()
    assert await queries.find_view(consultation) is first
    assert len(statements) == len(decoded) == 1


async def test_what_is_prepared_follows_the_texts_and_the_newest_run(
    dialogue: Dialogue,
) -> None:
    published = await publish(dialogue)
    hidden, changed = published.statements[:2]

    async def view() -> LandscapeView:
        found = await queries.find_view(await consultations.get_public(dialogue.slug))
        assert found is not None
        return found

    before = await view()
    assert len(before.statements) == len(published.statements)
    await db.execute(
        "UPDATE consultations_statement SET state = 'hidden', hidden_reason = 'spam' WHERE id = $1",
        hidden,
    )
    assert hidden not in {each.statement.id for each in (await view()).statements}
    await db.execute(
        "UPDATE consultations_statement SET translations = $2 WHERE id = $1",
        changed,
        '{"en": "A translation."}',
    )
    [told] = [each for each in (await view()).statements if each.statement.id == changed]
    assert told.statement.translations == {"en": "A translation."}
    members = published.result.members.copy()
    members[-1] = 9
    await _copy_run(dialogue, number=2, stored=encode(replace(published.result, members=members)))
    newest = await view()
    assert (newest.stamp.number, newest.showing) == (2, Showing.TOO_EARLY)
    consultation = await consultations.get_public(dialogue.slug)
    await db.execute(
        "UPDATE consultations_consultation SET withdrawn_at = now(), withdrawn_reason = '{}'"
    )
    assert await queries.find_view(consultation) is None


async def test_what_is_prepared_follows_the_promise_of_ballots() -> None:
    dialogue = await make_dialogue(ballots_promised=True)
    await publish(dialogue, kind=RunKind.FINAL)
    await close(dialogue)
    shown = []
    for promised in (True, False):
        await db.execute(
            "UPDATE consultations_consultation SET ballots_promised = $1, votes_published = true",
            promised,
        )
        invalidate()
        view = await queries.find_view(await consultations.get_public(dialogue.slug))
        assert view is not None
        shown.append(view.disclosure)
    assert shown == [Disclosure.BALLOTS, Disclosure.CLOSED]


async def _copy_run(dialogue: Dialogue, number: int, stored: bytes) -> None:
    """The next run, with another result."""
    await db.execute(
        """
        INSERT INTO consultations_landscape_run
        SELECT (r).* FROM (
            SELECT jsonb_populate_record(r, jsonb_build_object('id', gen_random_uuid(),
                'number', $2::int)) AS r
            FROM consultations_landscape_run r WHERE consultation_id = $1
        ) AS copied
        """,
        dialogue.id,
        number,
    )
    await db.execute(
        "UPDATE consultations_landscape_run SET result = $1 WHERE number = $2", stored, number
    )
