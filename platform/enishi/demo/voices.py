"""Who takes part in a dialogue, and how they vote: by the current of opinion they lean to.

The four currents were planted when the statements were written: each has a stance of -2 to 2 on
each of them. The landscape should find them again.
"""

import uuid
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from enishi.consultations import bulk as tables
from enishi.consultations.core.kinds import ActKind, Channel
from enishi.demo import people as persons
from enishi.demo.draws import DAY, HOUR, SECOND, Floats, Places, Times, generator, random_ids
from enishi.demo.people import Accounts, People
from enishi.demo.speech import Dialogue
from enishi.kit import bulk
from enishi.kit.bulk import Bytes

CURRENTS = 4
GUEST = -1
_GUESTS = 0.1  # for each one with an account
_FEWEST = 8  # participants of a dialogue, however few people there are
_EARLY = 0.35  # part of the people who come soon after the opening
_RETURN = 0.3  # part of the people who come back, for the rest or for cards written later
_FIRST_VISIT = 0.6  # part of their cards that these vote on before they stop
_MANY = 20
_CHANGE = 0.02  # part of the votes that are changed once
# Stance -2 … 2 -> chances of agreeing, of disagreeing; passing is the rest.
_CHANCES = np.array([[0.07, 0.84], [0.2, 0.6], [0.38, 0.34], [0.62, 0.2], [0.86, 0.06]])
_CHANNELS = (Channel.ACCOUNT.encode(), Channel.GUEST.encode())


@dataclass(frozen=True)
class Participants:
    """`people` are rows of the chunk, GUEST for those without an account; sorted by `ids`."""

    ids: Bytes
    people: Places
    current: Places
    joined: Times

    @property
    def members(self) -> Places:
        return np.flatnonzero(self.people != GUEST)


@dataclass(frozen=True)
class Votes:
    """Rows of participants and of statements, by both; `before` is a choice that was changed."""

    participant: Places
    statement: Places
    value: npt.NDArray[np.int8]
    at: Times
    before: npt.NDArray[np.int8]
    changed: npt.NDArray[np.bool_]
    first_at: Times


def join(dialogue: Dialogue, people: People, seed: int) -> Participants:
    rng = generator(seed, "join", dialogue.content.slug, people.first)
    count = min(max(_FEWEST, round(dialogue.content.share * len(people))), len(people))
    members = rng.permutation(len(people))[:count]
    guests = round(_GUESTS * count)
    who = np.concatenate([members, np.full(guests, GUEST)])
    current = np.concatenate([people.current[members], rng.integers(0, CURRENTS, guests)])
    part = np.where(rng.random(len(who)) < _EARLY, rng.beta(1, 6, len(who)), rng.random(len(who)))
    joined = dialogue.opens + (part * (dialogue.until - dialogue.opens)).astype(np.int64)
    ids = random_ids(rng, len(who))
    order = np.lexsort(ids.T[::-1])
    return Participants(ids=ids[order], people=who, current=current, joined=joined)


def vote(dialogue: Dialogue, there: Participants, seed: int, chunk: int) -> Votes:
    """Everybody votes on some of the cards that were there, in an order of their own."""
    rng = generator(seed, "vote", dialogue.content.slug, chunk)
    shape = (len(there.joined), len(dialogue.written))
    at, can = _times(rng, dialogue, there)
    order = np.where(can, rng.random(shape), 2.0)
    rank = order.argsort(axis=1).argsort(axis=1)
    # Of many cards people vote on a smaller part.
    part = rng.beta(1.1, 1.1 if shape[1] < _MANY else 1.6, shape[0])
    wanted = 3 + np.floor((shape[1] - 2) * part).astype(np.int64)
    at = at + _visits(rng, at, rank > wanted[:, None] * _FIRST_VISIT, dialogue)
    at = np.where(dialogue.written <= there.joined[:, None], at + (rank + 1) * 20 * SECOND, at)
    participant, statement = np.nonzero(can & (rank < wanted[:, None]))
    chances = _CHANCES[dialogue.stances.T[there.current[participant], statement] + 2]
    value = _draw(rng, chances)
    first_at = at[participant, statement]
    last_at = first_at + DAY
    before = _draw(rng, chances)
    changed = (rng.random(len(value)) < _CHANGE) & (before != value) & (last_at < dialogue.until)
    return Votes(
        participant=participant,
        statement=statement,
        value=value,
        at=np.where(changed, last_at, first_at),
        before=before,
        changed=changed,
        first_at=first_at,
    )


def _visits(
    rng: np.random.Generator, at: Times, is_late: npt.NDArray[np.bool_], dialogue: Dialogue
) -> Times:
    """How much later the last cards are voted on, by those who stop and come back for them."""
    count = (len(at), 1)
    pause = (rng.random(count) ** 2 * 25 * DAY).astype(np.int64) + 6 * HOUR
    comes_back = is_late & (rng.random(count) < _RETURN) & (at + pause + DAY < dialogue.until)
    return np.where(comes_back, pause, 0)


def _times(
    rng: np.random.Generator, dialogue: Dialogue, there: Participants
) -> tuple[Times, npt.NDArray[np.bool_]]:
    """(participants, statements): when a vote would be cast, and whether it can be."""
    count = len(there.joined)
    was_there = dialogue.written <= there.joined[:, None]
    later = dialogue.written + (rng.random((count, 1)) * 20 * DAY).astype(np.int64) + HOUR
    comes_back = rng.random((count, 1)) < _RETURN
    can = was_there | (comes_back & (later < dialogue.until))
    return np.where(was_there, there.joined[:, None], later), can


def _draw(rng: np.random.Generator, chances: Floats) -> npt.NDArray[np.int8]:
    drawn = rng.random(len(chances))
    agrees, disagrees = drawn < chances[:, 0], drawn >= 1 - chances[:, 1]
    return agrees.astype(np.int8) - disagrees.astype(np.int8)


async def write_participants(
    dialogue: Dialogue, there: Participants, accounts: Accounts, seed: int, year: int
) -> None:
    count, members = len(there.ids), there.members
    frozen = _Frozen(dialogue, there, accounts, year)
    await bulk.copy(
        tables.PARTICIPANTS,
        {
            "id": bulk.uuids(there.ids),
            "consultation_id": _same(dialogue.id, count),
            "channel": frozen.channels(),
            "prefecture_code": frozen.prefectures(),
            "municipality_code": frozen.homes(None),
            "age_band": frozen.bands(None),
            "identity_level": frozen.levels(),
            "theme_code": bulk.same(dialogue.content.theme_view.slug, count),
            "joined_at": bulk.instants(there.joined),
        },
    )
    rng = generator(seed, "acts", dialogue.content.slug, accounts.people.first)
    await _write_acts(frozen, np.arange(count), (ActKind.STARTED, there.joined), rng)
    await bulk.copy(
        tables.LINKS,
        {
            "participant_id": bulk.uuids(there.ids[members]),
            "consultation_id": _same(dialogue.id, len(members)),
            "account_id": bulk.uuids(accounts.ids[there.people[members]]),
            "linked_at": bulk.instants(there.joined[members]),
        },
    )


async def write_written(
    dialogue: Dialogue, there: Participants, accounts: Accounts, seed: int, year: int
) -> None:
    """The acts of those who wrote the cards and the opinions."""
    rng = generator(seed, "written", dialogue.content.slug)
    frozen = _Frozen(dialogue, there, accounts, year)
    citizens = np.flatnonzero(dialogue.authors >= 0)
    stated = (ActKind.STATED, dialogue.written[citizens])
    await _write_acts(frozen, dialogue.authors[citizens], stated, rng)
    await _write_acts(frozen, dialogue.speakers, (ActKind.OPINED, dialogue.sent), rng)


async def _write_acts(
    frozen: "_Frozen", rows: Places, act: tuple[ActKind, Times], rng: np.random.Generator
) -> None:
    """One act of each of these participants, with the dimensions as they were."""
    kind, at = act
    dialogue = frozen.dialogue
    await bulk.copy(
        tables.ACTS,
        {
            "id": bulk.uuids(random_ids(rng, len(rows))),
            "kind": bulk.same(kind, len(rows)),
            "consultation_id": _same(dialogue.id, len(rows)),
            "participant_id": bulk.uuids(frozen.there.ids[rows]),
            "channel": _rows(frozen.channels(), rows),
            "home_municipality": _rows(frozen.homes(b""), rows),
            "age_band": _rows(frozen.bands(b""), rows),
            "identity_level": _rows(frozen.levels(), rows),
            "organisation_id": _same(dialogue.organisation_id, len(rows)),
            "theme_code": bulk.same(dialogue.content.theme_view.slug, len(rows)),
            "happened_at": bulk.instants(at),
        },
    )


@dataclass(frozen=True)
class _Frozen:
    """What is kept of each participant as it was; a guest has told nothing."""

    dialogue: Dialogue
    there: Participants
    accounts: Accounts
    year: int

    @property
    def _is_guest(self) -> npt.NDArray[np.bool_]:
        return np.equal(self.there.people, GUEST)

    def _own(self, values: Places, of_guests: int) -> Places:
        return np.where(self._is_guest, of_guests, values[self.there.people])

    def channels(self) -> bulk.Column:
        return bulk.words(self._is_guest.astype(np.int64), _CHANNELS)

    def homes(self, unknown: bytes | None) -> bulk.Column:
        codes = [code.encode() for code in persons.census().codes]
        return bulk.words(self._own(self.accounts.people.home, len(codes)), [*codes, unknown])

    def prefectures(self) -> bulk.Column:
        codes = [code[:2].encode() for code in persons.census().codes]
        return bulk.words(self._own(self.accounts.people.home, len(codes)), [*codes, None])

    def bands(self, unknown: bytes | None) -> bulk.Column:
        bands = [each.encode() for each in persons.age_bands(self.year)]
        born = self._own(self.accounts.people.birth_year - persons.FIRST_YEAR, len(bands))
        return bulk.words(born, [*bands, unknown])

    def levels(self) -> bulk.Column:
        return bulk.integers(self._own(self.accounts.people.level, 0), 2)


def _rows(column: bulk.Column, rows: Places) -> bulk.Column:
    return bulk.Column(column.bytes[rows], column.lengths[rows])


async def write_votes(dialogue: Dialogue, there: Participants, votes: Votes) -> int:
    participant = there.ids[votes.participant]
    statement = dialogue.statement_ids[votes.statement]
    await bulk.copy(
        tables.VOTES,
        {
            "participant_id": bulk.uuids(participant),
            "statement_id": bulk.uuids(statement),
            "value": bulk.integers(votes.value, 2),
            "cast_at": bulk.instants(votes.at),
        },
    )
    changed = votes.changed
    value = np.concatenate([np.where(changed, votes.before, votes.value), votes.value[changed]])
    previous = np.concatenate([np.zeros(len(participant), np.int8), votes.before[changed]])
    at = np.concatenate([votes.first_at, votes.at[changed]])
    # In the order of time, as a log has it: its index by blocks counts on that.
    order = np.argsort(at, kind="stable")
    await bulk.copy(
        tables.VOTE_EVENTS,
        {
            "participant_id": bulk.uuids(
                np.concatenate([participant, participant[changed]])[order]
            ),
            "statement_id": bulk.uuids(np.concatenate([statement, statement[changed]])[order]),
            "previous": bulk.integers(previous[order], 2, order < len(participant)),
            "value": bulk.integers(value[order], 2),
            "cast_at": bulk.instants(at[order]),
        },
    )
    return len(participant)


def _same(identifier: uuid.UUID, rows: int) -> bulk.Column:
    return bulk.uuids(np.tile(np.frombuffer(identifier.bytes, np.uint8), (rows, 1)))
