"""Participants of the dialogues and their votes, by the current of opinion of each person.

Each current has a stance of -2 to 2 on each statement, written with the statement. The landscape
should find the four currents again.
"""

import uuid
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from enishi.consultations import bulk as tables
from enishi.consultations.core.kinds import ActKind, Channel
from enishi.demo import people as persons
from enishi.demo.dialogues import Dialogue
from enishi.demo.people import Accounts, People
from enishi.demo.randomness import DAY, HOUR, SECOND, Floats, Places, Times, generator, random_ids
from enishi.kit import bulk
from enishi.kit.bulk import Bytes

CURRENTS = 4
GUEST = -1
_GUESTS = 0.1  # guests for each participant with an account
_FEWEST = 8  # participants of a dialogue, also of a small sample
_EARLY = 0.35  # the share of participants who join soon after the opening
_RETURN = 0.3  # the share who return, for the rest or for statements written later
_FIRST_VISIT = 0.6  # the share of their votes that these cast on the first visit
_MANY = 20  # from so many statements on, a smaller share is voted on
_CHANGE = 0.02  # the share of votes that are changed once
# Stance -2 to 2 -> probability of agreeing and of disagreeing; the rest passes.
_PROBABILITIES = np.array([[0.07, 0.84], [0.2, 0.6], [0.38, 0.34], [0.62, 0.2], [0.86, 0.06]])
_CHANNELS = (Channel.ACCOUNT.encode(), Channel.GUEST.encode())


@dataclass(frozen=True)
class Participants:
    """Participants, sorted by `ids`. people: rows of the chunk; GUEST for those without account."""

    ids: Bytes
    people: Places
    current: Places
    joined: Times

    @property
    def members(self) -> Places:
        return np.flatnonzero(self.people != GUEST)


@dataclass(frozen=True)
class Votes:
    """Votes, ordered by participant and statement (rows of each).

    `before` and `first_at`: the first choice and its instant, where `changed`.
    """

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
    person = np.concatenate([members, np.full(guests, GUEST)])
    current = np.concatenate([people.current[members], rng.integers(0, CURRENTS, guests)])
    share = np.where(
        rng.random(len(person)) < _EARLY, rng.beta(1, 6, len(person)), rng.random(len(person))
    )
    joined = dialogue.opens + (share * (dialogue.until - dialogue.opens)).astype(np.int64)
    ids = random_ids(rng, len(person))
    order = np.lexsort(ids.T[::-1])
    return Participants(ids=ids[order], people=person, current=current, joined=joined)


def vote(dialogue: Dialogue, participants: Participants, seed: int, chunk: int) -> Votes:
    """Each participant votes on a part of the statements, in a random order."""
    rng = generator(seed, "vote", dialogue.content.slug, chunk)
    shape = (len(participants.joined), len(dialogue.written))
    at, can = _times(rng, dialogue, participants)
    order = np.where(can, rng.random(shape), 2.0)
    rank = order.argsort(axis=1).argsort(axis=1)
    # Of many statements a smaller share is voted on.
    share = rng.beta(1.1, 1.1 if shape[1] < _MANY else 1.6, shape[0])
    wanted = 3 + np.floor((shape[1] - 2) * share).astype(np.int64)
    at = at + _visits(rng, at, rank > wanted[:, None] * _FIRST_VISIT, dialogue)
    at = np.where(
        dialogue.written <= participants.joined[:, None], at + (rank + 1) * 20 * SECOND, at
    )
    participant, statement = np.nonzero(can & (rank < wanted[:, None]))
    probabilities = _PROBABILITIES[
        dialogue.stances.T[participants.current[participant], statement] + 2
    ]
    value = _draw(rng, probabilities)
    first_at = at[participant, statement]
    last_at = first_at + DAY
    before = _draw(rng, probabilities)
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
    """The delay of votes on a second visit (participants, statements), in microseconds."""
    count = (len(at), 1)
    pause = (rng.random(count) ** 2 * 25 * DAY).astype(np.int64) + 6 * HOUR
    returns = is_late & (rng.random(count) < _RETURN) & (at + pause + DAY < dialogue.until)
    return np.where(returns, pause, 0)


def _times(
    rng: np.random.Generator, dialogue: Dialogue, participants: Participants
) -> tuple[Times, npt.NDArray[np.bool_]]:
    """(participants, statements): the instant of a vote, and whether it is possible."""
    count = len(participants.joined)
    was_there = dialogue.written <= participants.joined[:, None]
    later = dialogue.written + (rng.random((count, 1)) * 20 * DAY).astype(np.int64) + HOUR
    returns = rng.random((count, 1)) < _RETURN
    can = was_there | (returns & (later < dialogue.until))
    return np.where(was_there, participants.joined[:, None], later), can


def _draw(rng: np.random.Generator, probabilities: Floats) -> npt.NDArray[np.int8]:
    drawn = rng.random(len(probabilities))
    agrees, disagrees = drawn < probabilities[:, 0], drawn >= 1 - probabilities[:, 1]
    return agrees.astype(np.int8) - disagrees.astype(np.int8)


async def write_participants(
    dialogue: Dialogue, participants: Participants, accounts: Accounts, seed: int, year: int
) -> None:
    count, members = len(participants.ids), participants.members
    dimensions = _Dimensions(dialogue, participants, accounts, year)
    await bulk.copy(
        tables.PARTICIPANTS,
        {
            "id": bulk.uuids(participants.ids),
            "consultation_id": _same(dialogue.id, count),
            "channel": dimensions.channels(),
            "prefecture_code": dimensions.prefectures(),
            "municipality_code": dimensions.homes(None),
            "age_band": dimensions.bands(None),
            "identity_level": dimensions.levels(),
            "theme_code": bulk.same(dialogue.content.theme_view.slug, count),
            "joined_at": bulk.instants(participants.joined),
        },
    )
    rng = generator(seed, "acts", dialogue.content.slug, accounts.people.first)
    await _write_acts(dimensions, np.arange(count), (ActKind.STARTED, participants.joined), rng)
    await bulk.copy(
        tables.LINKS,
        {
            "participant_id": bulk.uuids(participants.ids[members]),
            "consultation_id": _same(dialogue.id, len(members)),
            "account_id": bulk.uuids(accounts.ids[participants.people[members]]),
            "linked_at": bulk.instants(participants.joined[members]),
        },
    )


async def write_written(
    dialogue: Dialogue, participants: Participants, accounts: Accounts, seed: int, year: int
) -> None:
    """The acts of writing statements and opinions."""
    rng = generator(seed, "written", dialogue.content.slug)
    dimensions = _Dimensions(dialogue, participants, accounts, year)
    citizens = np.flatnonzero(dialogue.authors >= 0)
    stated = (ActKind.STATED, dialogue.written[citizens])
    await _write_acts(dimensions, dialogue.authors[citizens], stated, rng)
    await _write_acts(dimensions, dialogue.speakers, (ActKind.OPINED, dialogue.sent), rng)


async def _write_acts(
    dimensions: "_Dimensions", rows: Places, act: tuple[ActKind, Times], rng: np.random.Generator
) -> None:
    """One act of each of these participants, with its dimensions at that time."""
    kind, at = act
    dialogue = dimensions.dialogue
    await bulk.copy(
        tables.ACTS,
        {
            "id": bulk.uuids(random_ids(rng, len(rows))),
            "kind": bulk.same(kind, len(rows)),
            "consultation_id": _same(dialogue.id, len(rows)),
            "participant_id": bulk.uuids(dimensions.participants.ids[rows]),
            "channel": _rows(dimensions.channels(), rows),
            "home_municipality": _rows(dimensions.homes(b""), rows),
            "age_band": _rows(dimensions.bands(b""), rows),
            "identity_level": _rows(dimensions.levels(), rows),
            "organisation_id": _same(dialogue.organisation_id, len(rows)),
            "theme_code": bulk.same(dialogue.content.theme_view.slug, len(rows)),
            "happened_at": bulk.instants(at),
        },
    )


@dataclass(frozen=True)
class _Dimensions:
    """The stored dimensions of each participant; a guest has none."""

    dialogue: Dialogue
    participants: Participants
    accounts: Accounts
    year: int

    @property
    def _is_guest(self) -> npt.NDArray[np.bool_]:
        return np.equal(self.participants.people, GUEST)

    def _own(self, values: Places, of_guests: int) -> Places:
        return np.where(self._is_guest, of_guests, values[self.participants.people])

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


async def write_votes(dialogue: Dialogue, participants: Participants, votes: Votes) -> int:
    participant = participants.ids[votes.participant]
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
    # Ordered by time, as a log is: its BRIN index depends on that.
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
