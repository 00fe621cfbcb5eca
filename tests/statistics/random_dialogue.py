"""A dialogue whose log is written act by act, on any day, and the same as plain facts."""

import uuid
from dataclasses import dataclass, field
from datetime import date, datetime, time

from tests.consultations.build import Dialogue, make_dialogue, make_participant
from tests.statistics.meaning import WROTE, Fact, counted, merged
from tests.statistics.settled import collect

from enishi.consultations.core.kinds import ActKind
from enishi.consultations.participation import activity_log
from enishi.kit import db
from enishi.kit.clock import TOKYO

_VOTES = {"vote.cast": (None, 1), "vote.changed": (1, -1), "vote.withdrawn": (1, None)}
_VOTE = """
INSERT INTO consultations_vote_event (participant_id, statement_id, previous, value, cast_at)
VALUES ($1, gen_random_uuid(), $2, $3, $4)
"""
MERGE = """
UPDATE consultations_participant SET merged_into = $2, moved_tx = pg_current_xact_id()
WHERE id = $1
"""


@dataclass
class RandomDialogue:
    """Persons are named by their number: even ones are accounts, odd ones guests."""

    made: Dialogue
    people: list[uuid.UUID]
    log: list[Fact] = field(default_factory=list)
    moves: dict[str, str] = field(default_factory=dict)
    aside: set[str] = field(default_factory=set)
    gone: set[str] = field(default_factory=set)

    @classmethod
    async def of(cls, people: int) -> "RandomDialogue":
        made = await make_dialogue()
        channels = ("account", "guest")
        return cls(made, [await make_participant(made, channels[n % 2]) for n in range(people)])

    @property
    def facts(self) -> list[Fact]:
        return counted(merged(self.log, self.moves))

    async def act(self, person: int, kind: str, day: date) -> None:
        name = str(person)
        if name in self.moves or name in self.gone:
            return
        await self._write(name, kind, day)

    async def _write(self, name: str, kind: str, day: date) -> None:
        at = datetime.combine(day, time(9), TOKYO)
        participant = self.people[int(name)]
        if kind in _VOTES:
            await db.execute(_VOTE, participant, *_VOTES[kind], at)
        else:
            await activity_log.append(ActKind(kind), participant, at)
        self.log.append(Fact(name, day, kind))

    async def merge(self, guest: int, account: int, day: date) -> None:
        name, other = str(guest), str(account)
        if guest % 2 == 0 or account % 2 or name in self.moves or other in self.gone:
            return
        async with db.unit_of_work():
            await db.execute(MERGE, self.people[guest], self.people[account])
            await self._write(name, ActKind.MERGED, day)
            if name in self.aside:
                await self._write(name, ActKind.TAKEN_BACK, day)
        self.moves[name] = other
        self.aside.discard(name)

    async def leave(self, account: int) -> None:
        name = str(account)
        if account % 2 or name in self.gone:
            return
        await activity_log.unlink([self.people[account]])
        self.gone.add(name)
        self.log = [
            Fact(None, fact.day, fact.kind)
            if fact.kind in WROTE and self.moves.get(fact.person or "", fact.person) == name
            else fact
            for fact in self.log
        ]

    async def set_aside_or_take_back(self, guest: int, day: date) -> None:
        name = str(guest)
        if guest % 2 == 0 or name in self.moves:
            return
        kind = ActKind.TAKEN_BACK if name in self.aside else ActKind.SET_ASIDE
        await self._write(name, kind, day)
        self.aside ^= {name}

    async def read(self) -> None:
        await collect()

    async def read_from_the_start(self) -> None:
        await db.execute("UPDATE statistics_watermark SET tx = '0'")
        await collect()
