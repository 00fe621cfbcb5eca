"""Inserting a Polis conversation into a consultation, in one transaction."""

import uuid
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from datetime import datetime
from itertools import islice
from typing import Any

import asyncpg

from enishi.audit import service as audit
from enishi.consultations.core.kinds import Channel, HiddenReason, Origin, State
from enishi.consultations.participation import activity_log
from enishi.consultations.polis_import.errors import AlreadyImportedError
from enishi.consultations.polis_import.policies import Timeline
from enishi.consultations.polis_import.schemas import ImportCounts
from enishi.consultations.voting import similarity
from enishi.kit import clock, db
from enishi.kit.ids import new_id
from enishi.landscape.polis_conversation import PolisConversation, Statement

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
    conversation: PolisConversation,
    *,
    progress: Progress = lambda _: None,
) -> ImportCounts:
    """Insert the people, statements and votes of a conversation. Raises AlreadyImportedError."""
    people = {person: uuid.uuid4() for person in conversation.people}
    statements = {each: new_id() for each in sorted(conversation.statements)}
    timeline = Timeline.of(conversation, clock.now())
    async with db.unit_of_work():
        # The row lock reserves the numbers of the statements.
        [locked] = await db.fetch(
            "SELECT statement_count, organisation_id, theme_code, place_code"
            " FROM consultations_consultation WHERE id = $1 FOR UPDATE",
            consultation_id,
        )
        try:
            await _insert_participants(locked, consultation_id, timeline, people)
            await _insert_statements(
                consultation_id,
                (conversation, timeline),
                (people, statements),
                locked["statement_count"],
            )
        except asyncpg.UniqueViolationError as error:
            if db.violated_constraint(error) not in _ONE_PER_SOURCE:
                raise
            raise AlreadyImportedError from None
        await activity_log.append_imported(consultation_id)
        votes = _votes(conversation, timeline, people, statements)
        await _insert_vote_log(votes, progress)
        counts = await _insert_votes(conversation, votes, list(statements.values()))
        await audit.record(
            "consultations.conversation.imported",
            actor_id=None,
            subject=("consultation", consultation_id),
            organisation_id=locked["organisation_id"],
            statements=counts.statements,
            votes=counts.votes,
        )
    return replace(counts, votes_without_time=timeline.untimed)


Ids = dict[int, uuid.UUID]
"""Id in the files -> our id."""

Vote = tuple[uuid.UUID, uuid.UUID, int, datetime]
"""Participant, statement, value, instant."""


async def _insert_participants(
    locked: dict[str, Any], consultation_id: uuid.UUID, timeline: Timeline, ids: Ids
) -> None:
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
                str(person),
                0,
                joined_at,
                locked["theme_code"],
                locked["place_code"],
            )
            for person, joined_at in timeline.people.items()
        ),
    )


_STATEMENT_COLUMNS = [
    "id",
    "consultation_id",
    "number",
    "text",
    "language",
    "folded",
    "grams",
    "folding",
    "author_id",
    "origin",
    "source_ref",
    "is_meta",
    "state",
    "hidden_reason",
    "moderated_at",
    "created_at",
]


async def _insert_statements(
    consultation_id: uuid.UUID,
    source: tuple[PolisConversation, Timeline],
    ids: tuple[Ids, Ids],
    taken: int,
) -> None:
    conversation, timeline = source
    people, statements = ids
    now = clock.now()

    def row(number: int, statement: Statement) -> tuple[Any, ...]:
        state = _STATES[statement.moderated]
        return (
            statements[statement.id],
            consultation_id,
            number,
            statement.text,
            statement.language,
            *similarity.stored([statement.text]),
            None if statement.author is None else people[statement.author],
            Origin.IMPORT,
            str(statement.id),
            statement.meta,
            state,
            HiddenReason.AT_SOURCE if state is State.HIDDEN else None,
            None if state is State.PENDING else now,
            timeline.statements[statement.id],
        )

    await _copy(
        "consultations_statement",
        _STATEMENT_COLUMNS,
        (
            row(number, conversation.statements[each])
            for number, each in enumerate(statements, start=taken + 1)
        ),
    )
    await db.fetch(
        "UPDATE consultations_consultation SET statement_count = statement_count + $2"
        " WHERE id = $1",
        consultation_id,
        len(statements),
    )


def _votes(
    conversation: PolisConversation, timeline: Timeline, people: Ids, statements: Ids
) -> list[Vote]:
    cast = conversation.votes
    columns = (
        [people[each] for each in cast.participants.tolist()],
        [statements[each] for each in cast.statements.tolist()],
        cast.values.tolist(),
        timeline.votes,
    )
    return list(zip(*columns, strict=True))


async def _insert_vote_log(votes: list[Vote], progress: Progress) -> None:
    """All votes in order of time, also those that repeat the previous one."""
    previous: dict[tuple[uuid.UUID, uuid.UUID], int] = {}

    def rows() -> Iterator[tuple[Any, ...]]:
        for person, statement, value, cast_at in votes:
            key = person, statement
            yield person, statement, previous.get(key), value, cast_at
            previous[key] = value

    columns = ["participant_id", "statement_id", "previous", "value", "cast_at"]
    unread = rows()
    while chunk := list(islice(unread, _CHUNK)):
        await _copy("consultations_vote_event", columns, chunk)
        progress(len(chunk))


async def _insert_votes(
    conversation: PolisConversation, votes: list[Vote], statements: list[uuid.UUID]
) -> ImportCounts:
    last = [votes[index] for index in conversation.votes.last().tolist()]
    await _copy("consultations_vote", ["participant_id", "statement_id", "value", "cast_at"], last)
    await db.fetch(
        """
        INSERT INTO consultations_tally (statement_id, slot, agrees, disagrees, passes)
        SELECT statement_id, $2::smallint, count(*) FILTER (WHERE value = 1),
            count(*) FILTER (WHERE value = -1), count(*) FILTER (WHERE value = 0)
        FROM consultations_vote WHERE statement_id = ANY ($1) GROUP BY statement_id
        """,
        statements,
        _IMPORT_SLOT,
    )
    values = [value for _, _, value, _ in last]
    return ImportCounts(
        participants=len(conversation.people),
        voters=len({person for person, *_ in last}),
        statements=len(statements),
        votes=len(values),
        agrees=values.count(1),
        disagrees=values.count(-1),
    )


async def _copy(table: str, columns: list[str], rows: Iterable[tuple[Any, ...]]) -> None:
    transaction = db.DB.current_transaction.get()
    if transaction is None:
        raise RuntimeError(f"{table} was copied outside a unit of work")
    await transaction.connection.copy_records_to_table(table, columns=columns, records=rows)
