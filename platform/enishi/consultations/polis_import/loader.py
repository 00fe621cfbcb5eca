"""Inserting a Polis conversation into a consultation, in one transaction."""

import uuid
from collections.abc import Callable, Iterable, Iterator
from itertools import islice
from typing import Any

import asyncpg

from enishi.audit import service as audit
from enishi.consultations.core.kinds import Channel, HiddenReason, Origin, State
from enishi.consultations.participation import activity_log
from enishi.consultations.polis_import.errors import AlreadyImportedError
from enishi.consultations.polis_import.schemas import Conversation, ImportCounts, PolisStatement
from enishi.consultations.voting.similarity import bigrams
from enishi.kit import clock, db
from enishi.kit.ids import new_id

_CHUNK = 5000
_IMPORT_SLOT = 0
# The constraints that a second import of the same conversation violates.
_ONE_PER_SOURCE = (
    "consultations_participant_source_once",
    "consultations_statement_source_once",
)
_STATES = {1: State.ACCEPTED, 0: State.PENDING, -1: State.HIDDEN}

Progress = Callable[[int], None]
"""Called with the number of votes that were inserted since the last call."""


async def load(
    consultation_id: uuid.UUID,
    conversation: Conversation,
    *,
    progress: Progress = lambda _: None,
) -> ImportCounts:
    """Insert the people, statements and votes of a conversation. Raises AlreadyImportedError."""
    people = {person: uuid.uuid4() for person in conversation.people}
    statements = {statement.comment_id: new_id() for statement in conversation.statements}
    async with db.unit_of_work():
        # The row lock reserves the numbers of the statements.
        [locked] = await db.fetch(
            "SELECT statement_count, organisation_id, theme_code, place_code"
            " FROM consultations_consultation WHERE id = $1 FOR UPDATE",
            consultation_id,
        )
        try:
            await _insert_participants(locked, consultation_id, conversation, people)
            await _insert_statements(
                consultation_id, conversation, (people, statements), locked["statement_count"]
            )
        except asyncpg.UniqueViolationError as error:
            if db.violated_constraint(error) not in _ONE_PER_SOURCE:
                raise
            raise AlreadyImportedError from None
        await activity_log.append_imported(consultation_id)
        await _insert_vote_log(conversation, people, statements, progress)
        counts = await _insert_votes(conversation, people, statements)
        await audit.record(
            "consultations.conversation.imported",
            actor_id=None,
            subject=("consultation", consultation_id),
            organisation_id=locked["organisation_id"],
            statements=counts.statements,
            votes=counts.votes,
        )
    return counts


Ids = dict[str, uuid.UUID]
"""Id in the files -> our id."""


async def _insert_participants(
    locked: dict[str, Any], consultation_id: uuid.UUID, conversation: Conversation, ids: Ids
) -> None:
    joined = {vote.voter_id: vote.cast_at for vote in reversed(conversation.votes)}
    for statement in conversation.statements:
        earliest = joined.get(statement.author_id, statement.created_at)
        joined[statement.author_id] = min(earliest, statement.created_at)
    now = clock.now()
    await _copy(
        "consultations_participant",
        [
            "id",
            "consultation_id",
            "channel",
            "source_ref",
            "identity_level",
            "joined_at",
            "theme_code",
            "place_code",
        ],
        (
            (
                ids[person],
                consultation_id,
                Channel.IMPORT,
                person,
                0,
                joined.get(person, now),
                locked["theme_code"],
                locked["place_code"],
            )
            for person in conversation.people
        ),
    )


async def _insert_statements(
    consultation_id: uuid.UUID, conversation: Conversation, ids: tuple[Ids, Ids], taken: int
) -> None:
    people, statements = ids
    now = clock.now()

    def row(number: int, statement: PolisStatement) -> tuple[Any, ...]:
        state = _STATES[statement.moderated]
        return (
            statements[statement.comment_id],
            consultation_id,
            number,
            statement.text,
            "",
            bigrams(statement.text),
            people[statement.author_id],
            Origin.IMPORT,
            statement.comment_id,
            state,
            HiddenReason.AT_SOURCE if state is State.HIDDEN else None,
            None if state is State.PENDING else now,
            statement.created_at,
        )

    await _copy(
        "consultations_statement",
        [
            "id",
            "consultation_id",
            "number",
            "text",
            "language",
            "grams",
            "author_id",
            "origin",
            "source_ref",
            "state",
            "hidden_reason",
            "moderated_at",
            "created_at",
        ],
        (row(taken + i, each) for i, each in enumerate(conversation.statements, start=1)),
    )
    await db.fetch(
        "UPDATE consultations_consultation SET statement_count = statement_count + $2"
        " WHERE id = $1",
        consultation_id,
        len(conversation.statements),
    )


async def _insert_vote_log(
    conversation: Conversation, people: Ids, statements: Ids, progress: Progress
) -> None:
    """All votes in order of time, also those that repeat the previous one."""
    previous: dict[tuple[str, str], int] = {}

    def rows() -> Iterator[tuple[Any, ...]]:
        for vote in conversation.votes:
            key = (vote.voter_id, vote.comment_id)
            person, statement = people[vote.voter_id], statements[vote.comment_id]
            yield person, statement, previous.get(key), vote.value, vote.cast_at
            previous[key] = vote.value

    columns = ["participant_id", "statement_id", "previous", "value", "cast_at"]
    unread = rows()
    while chunk := list(islice(unread, _CHUNK)):
        await _copy("consultations_vote_event", columns, chunk)
        progress(len(chunk))


async def _insert_votes(conversation: Conversation, people: Ids, statements: Ids) -> ImportCounts:
    last = conversation.last_votes()
    await _copy(
        "consultations_vote",
        ["participant_id", "statement_id", "value", "cast_at"],
        (
            (people[voter], statements[comment], vote.value, vote.cast_at)
            for (voter, comment), vote in last.items()
        ),
    )
    await db.fetch(
        """
        INSERT INTO consultations_tally (statement_id, slot, agrees, disagrees, passes)
        SELECT statement_id, $2::smallint, count(*) FILTER (WHERE value = 1),
            count(*) FILTER (WHERE value = -1), count(*) FILTER (WHERE value = 0)
        FROM consultations_vote WHERE statement_id = ANY ($1) GROUP BY statement_id
        """,
        list(statements.values()),
        _IMPORT_SLOT,
    )
    values = [vote.value for vote in last.values()]
    return ImportCounts(
        participants=len({voter for voter, _ in last}),
        statements=len(conversation.statements),
        votes=len(values),
        agrees=values.count(1),
        disagrees=values.count(-1),
    )


async def _copy(table: str, columns: list[str], rows: Iterable[tuple[Any, ...]]) -> None:
    transaction = db.DB.current_transaction.get()
    if transaction is None:
        raise RuntimeError(f"{table} was copied outside a unit of work")
    await transaction.connection.copy_records_to_table(table, columns=columns, records=rows)
