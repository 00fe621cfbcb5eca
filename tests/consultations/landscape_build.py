"""A published run of planted groups for tests of pages, in the transaction of the test.

The run is computed as the job does it, but from arrays: nobody's votes are in the database but
those that a test asks for with `vote_as`.
"""

import uuid
from dataclasses import dataclass
from datetime import timedelta

import numpy as np
from tests.consultations.build import Dialogue, make_participant, make_statement, put_vote
from tests.landscape.planted import Planted, plant
from tests.landscape.recount import Ballots

from enishi.consultations.landscape_runs import computation, queries
from enishi.consultations.landscape_runs.kinds import RunKind
from enishi.consultations.landscape_runs.run_values import AllVotes, RunInput, RunOutput
from enishi.consultations.landscape_runs.service import runs
from enishi.consultations.landscape_runs.stored_parts import unpack_parts
from enishi.consultations.landscape_runs.stored_result import RunResult, decode
from enishi.kit import clock, db


@dataclass(frozen=True)
class Published:
    """statements: their ids, by index of `planted`; numbers: what people see of them."""

    planted: Planted
    statements: list[uuid.UUID]
    numbers: list[int]
    output: RunOutput

    @property
    def result(self) -> RunResult:
        return decode(self.output.result_version, self.output.result)

    @property
    def ballots(self) -> Ballots:
        """The raw votes with the groups of the run, for recounting sentences."""
        _packed, places = unpack_parts(self.output.parts)
        letters = ["ABCDEF"[letter] for letter in self.result.letters.tolist()]
        final = {
            (p, j): v
            for p, j, v in zip(
                self.planted.participants.tolist(),
                self.planted.statements.tolist(),
                self.planted.votes.tolist(),
                strict=True,
            )
        }
        return Ballots(
            [(p, self.numbers[j], v) for (p, j), v in final.items()],
            {p: letters[g] for p, g in enumerate(places.labels.tolist()) if g >= 0},
            frozenset(self.numbers),
            dict(zip(letters, self.result.firm.tolist(), strict=True)),
        )


async def publish(
    dialogue: Dialogue, people: int = 400, statements: int = 40, kind: RunKind = RunKind.LIVE
) -> Published:
    """Statements, and a run of planted groups that voted on them."""
    ids = [await make_statement(dialogue, f"見本の意見その{n}。") for n in range(statements)]
    rows = await db.fetch(
        "SELECT number FROM consultations_statement WHERE consultation_id = $1 ORDER BY number",
        dialogue.id,
    )
    numbers = [row["number"] for row in rows]
    planted = plant(people, statements, votes_each=25)
    given = RunInput(kind, (), everything=_all_votes(planted, numbers), seed=bytes(32))
    output = computation.compute(given)
    assert isinstance(output, RunOutput)
    now = clock.now()
    row = runs._row(dialogue.id, (1, kind), now + timedelta(seconds=1), (0, ""), output)
    async with db.unit_of_work():
        await runs._publish(row, output, dialogue.organisation_id)
    queries.invalidate()
    return Published(planted, ids, numbers, output)


def _all_votes(planted: Planted, numbers: list[int]) -> AllVotes:
    """The last vote of each pair, of participants whose ids ascend with their index."""
    people, statements = planted.shape
    pair = planted.participants.astype(np.int64) * statements + planted.statements
    _, first = np.unique(pair[::-1], return_index=True)
    last = len(pair) - 1 - first
    ids = np.array([_id(index).bytes for index in range(people)], "S16")
    return AllVotes(
        ids,
        planted.participants[last],
        np.array(numbers, np.int32)[planted.statements[last]],
        planted.votes[last],
        np.zeros(len(last), np.int32),
    )


def _id(index: int) -> uuid.UUID:
    return uuid.UUID(int=(index + 1) << 64 | 1)


async def vote_as(
    dialogue: Dialogue, published: Published, index: int, votes: int
) -> tuple[uuid.UUID, dict[int, int]]:
    """A guest with the first votes of a planted participant; their votes by number."""
    person = await make_participant(dialogue)
    planted = published.planted
    mine = np.flatnonzero(planted.participants == index)
    cast = dict(zip(planted.statements[mine].tolist(), planted.votes[mine].tolist(), strict=True))
    chosen = dict(list(cast.items())[:votes])
    for statement, value in chosen.items():
        await put_vote(person, published.statements[statement], value)
    return person, {published.numbers[j]: value for j, value in chosen.items()}
