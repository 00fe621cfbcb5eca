"""The ten dialogues of the sample with their statements and opinions."""

import hashlib
import json
import uuid
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from enishi.consultations import bulk as tables
from enishi.consultations.core.kinds import (
    ComponentKind,
    Eligibility,
    Kind,
    Moderation,
    NameShown,
    Origin,
    PhaseKind,
    State,
)
from enishi.consultations.voting import similarity
from enishi.demo.calendar import Calendar
from enishi.demo.content import Bilingual, DialogueContent, dialogues, words
from enishi.demo.offices import CONTACT
from enishi.demo.randomness import (
    DAY,
    HOUR,
    MINUTE,
    Places,
    Times,
    as_bytes,
    generator,
    receipt,
    timed_id,
    timed_ids,
)
from enishi.kit import bulk
from enishi.kit.bulk import Bytes

# Participants write statements only in this first part, so that enough people vote on them.
_WRITTEN_UNTIL = 0.35


@dataclass(frozen=True)
class Dialogue:
    """Instants in microseconds since 1970; `until` is the last instant of participation.

    `authors` (of statements) and `speakers` (of opinions) are rows of the participants of the
    first chunk; -1 means the organiser.
    """

    content: DialogueContent
    id: uuid.UUID
    organisation_id: uuid.UUID
    opens: int
    closes: int
    result: int
    until: int
    written: Times
    sent: Times
    authors: Places
    speakers: Places
    statement_ids: Bytes

    @property
    def stances(self) -> npt.NDArray[np.int64]:
        """(statements, 4): the stance of each current."""
        return np.array([each.stance for each in self.content.statement])


def plan(seed: int, calendar: Calendar, organisation_id: uuid.UUID) -> list[Dialogue]:
    return [_plan(seed, calendar, organisation_id, content) for content in dialogues()]


def _plan(
    seed: int, calendar: Calendar, organisation_id: uuid.UUID, content: DialogueContent
) -> Dialogue:
    rng = generator(seed, "dialogue", content.slug)
    opens, closes = calendar.at(content.opened), calendar.at(content.closed)
    until = min(closes, calendar.now) - 2 * HOUR
    length = until - opens
    written = opens + np.sort(rng.random(len(content.statement)) * _WRITTEN_UNTIL * length)
    is_seed = np.array([not each.citizen for each in content.statement])
    written[is_seed] = opens - 12 * HOUR + np.arange(is_seed.sum()) * MINUTE
    sent = opens + np.sort(rng.random(len(content.opinion))) * 0.9 * length
    return Dialogue(
        content=content,
        id=timed_id(rng, opens - 20 * DAY),
        organisation_id=organisation_id,
        opens=opens,
        closes=closes,
        result=calendar.at(content.result),
        until=until,
        written=written.astype(np.int64),
        sent=sent.astype(np.int64),
        authors=np.full(len(written), -1),
        speakers=np.full(len(sent), -1),
        statement_ids=np.zeros((len(written), 16), np.uint8),
    )


def give_authors(dialogue: Dialogue, joined: Times, members: Places, seed: int) -> Dialogue:
    """Choose a participant as the author of each citizen's statement and of each opinion.

    `joined` (participants,); `members` are the rows of those with an account. Authors are
    different people as long as there are enough, and no text is older than its author's joining.
    """
    rng = generator(seed, "authors", dialogue.content.slug)
    first_come = members[np.argsort(joined[members], kind="stable")]
    is_seed = np.array([not each.citizen for each in dialogue.content.statement])
    authors, written = _writers(dialogue.written, first_come, joined, 0)
    speakers, sent = _writers(dialogue.sent, first_come, joined, len(authors))
    written = np.where(is_seed, dialogue.written, written)
    # Statements are numbered by time; the seed statements come first.
    written = np.maximum.accumulate(written)
    return replace(
        dialogue,
        authors=np.where(is_seed, -1, authors),
        speakers=speakers,
        written=written,
        sent=sent,
        statement_ids=timed_ids(rng, written),
    )


def _writers(wanted: Times, people: Places, joined: Times, skip: int) -> tuple[Places, Times]:
    """For each wanted instant a person who has joined by then; else the instant is moved later."""
    order = joined[people]
    chosen = np.zeros(len(wanted), np.int64)
    for row, at in enumerate(wanted):
        present = max(int(np.searchsorted(order, at)), 1)
        chosen[row] = people[(row * 7 + skip) % present]
    return chosen, np.maximum(wanted, joined[chosen] + 5 * MINUTE)


async def write_dialogues(made: Sequence[Dialogue], seed: int) -> None:
    count = len(made)
    texts = ("problem", "decision", "can_change", "cannot_change", "who_may_answer")
    controller = _document(words().secretariat)
    early = np.array([each.opens for each in made]) - 20 * DAY
    await bulk.copy(
        tables.CONSULTATIONS,
        {
            "id": bulk.uuids(as_bytes([each.id for each in made])),
            "organisation_id": bulk.uuids(as_bytes([each.organisation_id for each in made])),
            "slug": bulk.texts([each.content.slug for each in made]),
            "kind": bulk.same(Kind.DIALOGUE, count),
            "title": bulk.documents([_document(each.content.title) for each in made]),
            **{
                name: bulk.documents([_document(getattr(each.content, name)) for each in made])
                for name in texts
            },
            "data_controller": bulk.documents([controller] * count),
            "contact": bulk.same(CONTACT, count),
            "theme_code": bulk.texts([each.content.theme_view.slug for each in made]),
            "eligibility": bulk.same(Eligibility.ANYONE, count),
            "moderation": bulk.same(Moderation.AFTER, count),
            "votes_published": bulk.flags(np.ones(count)),
            "guests_allowed": bulk.flags(np.ones(count)),
            "is_sample": bulk.flags(np.ones(count)),
            "statement_count": bulk.integers(
                np.array([len(each.content.statement) for each in made]), 4
            ),
            "version": bulk.integers(np.ones(count), 4),
            "published_at": bulk.instants(early + 10 * DAY),
            "created_at": bulk.instants(early),
            "updated_at": bulk.instants(early),
        },
    )
    await _write_phases(made, seed)
    await _write_components(made, seed)


async def _write_phases(made: Sequence[Dialogue], seed: int) -> None:
    rng = generator(seed, "phases")
    rows = [
        (each.id, kind, starts, ends)
        for each in made
        for kind, starts, ends in (
            (PhaseKind.PREPARATION, each.opens - 10 * DAY, each.opens),
            (PhaseKind.OPEN, each.opens, each.closes),
            (PhaseKind.CLOSED, each.closes, each.result),
            (PhaseKind.RESULT, each.result, None),
        )
    ]
    starts = np.array([row[2] for row in rows])
    ends = np.array([row[3] or 0 for row in rows])
    await bulk.copy(
        tables.PHASES,
        {
            "id": bulk.uuids(timed_ids(rng, starts)),
            "consultation_id": bulk.uuids(as_bytes([row[0] for row in rows])),
            "kind": bulk.texts([row[1] for row in rows]),
            "starts_at": bulk.instants(starts),
            "ends_at": bulk.instants(ends, ends == 0),
        },
    )
    await bulk.copy(
        tables.THEMES,
        {
            "id": bulk.uuids(timed_ids(rng, np.array([each.opens for each in made]))),
            "consultation_id": bulk.uuids(as_bytes([each.id for each in made])),
            "theme_id": bulk.uuids(as_bytes([each.content.theme_view.id for each in made])),
        },
    )


async def _write_components(made: Sequence[Dialogue], seed: int) -> None:
    rng = generator(seed, "components")
    components = [
        (each, kind, settings)
        for each in made
        for kind, settings in (
            (ComponentKind.STATEMENTS, {"by_participants": True}),
            (ComponentKind.OPINIONS, {}),
        )
    ]
    opens = np.array([each.opens for each, _, _ in components])
    await bulk.copy(
        tables.COMPONENTS,
        {
            "id": bulk.uuids(timed_ids(rng, opens)),
            "consultation_id": bulk.uuids(as_bytes([each.id for each, _, _ in components])),
            "kind": bulk.texts([kind for _, kind, _ in components]),
            "opens_at": bulk.instants(opens),
            "closes_at": bulk.instants(np.array([each.closes for each, _, _ in components])),
            "settings": bulk.documents([json.dumps(each) for _, _, each in components]),
        },
    )


async def write_statements(dialogue: Dialogue, participants: Bytes) -> None:
    contents = dialogue.content.statement
    count = len(contents)
    stored = [similarity.stored([each.ja, each.en]) for each in contents]
    await bulk.copy(
        tables.STATEMENTS,
        {
            "id": bulk.uuids(dialogue.statement_ids),
            "consultation_id": bulk.uuids(as_bytes([dialogue.id] * count)),
            "number": bulk.integers(np.arange(1, count + 1), 4),
            "text": bulk.texts([each.ja for each in contents]),
            "language": bulk.same("ja", count),
            "translations": bulk.documents([json.dumps({"en": each.en}) for each in contents]),
            "folded": bulk.texts([plain for plain, _, _ in stored]),
            "grams": bulk.words(np.arange(count), [bulk.array_of(grams) for _, grams, _ in stored]),
            "folding": bulk.integers(np.full(count, similarity.FOLDING), 2),
            "author_id": bulk.uuids(participants[dialogue.authors], dialogue.authors < 0),
            "origin": bulk.texts(
                [Origin.CITIZEN if each.citizen else Origin.SEED for each in contents]
            ),
            "state": bulk.same(State.ACCEPTED, count),
            "created_at": bulk.instants(dialogue.written),
        },
    )


async def write_opinions(dialogue: Dialogue, participants: Bytes, seed: int) -> None:
    rng = generator(seed, "opinions", dialogue.content.slug)
    contents = dialogue.content.opinion
    count = len(contents)
    ids = timed_ids(rng, dialogue.sent)
    hashes = [hashlib.sha256(receipt(rng).encode()).digest() for _ in contents]
    await bulk.copy(
        tables.OPINIONS,
        {
            "id": bulk.uuids(ids),
            "consultation_id": bulk.uuids(as_bytes([dialogue.id] * count)),
            "participant_id": bulk.uuids(participants[dialogue.speakers]),
            "receipt_hash": bulk.words(np.arange(count), hashes),
            "state": bulk.same(State.ACCEPTED, count),
            "name_shown": bulk.texts(
                [NameShown.NICKNAME if each.nickname else NameShown.ANONYMOUS for each in contents]
            ),
            "nickname": bulk.texts([each.nickname for each in contents]),
            "language": bulk.same("ja", count),
            "version": bulk.integers(np.ones(count), 4),
            "created_at": bulk.instants(dialogue.sent),
            "updated_at": bulk.instants(dialogue.sent),
        },
    )
    await bulk.copy(
        tables.OPINION_VERSIONS,
        {
            "id": bulk.uuids(timed_ids(rng, dialogue.sent)),
            "opinion_id": bulk.uuids(ids),
            "number": bulk.integers(np.ones(count), 4),
            "text": bulk.texts([each.ja for each in contents]),
            "translations": bulk.documents([json.dumps({"en": each.en}) for each in contents]),
            "written_at": bulk.instants(dialogue.sent),
        },
    )


def _document(text: Bilingual) -> str:
    return text.draft.model_dump_json()
