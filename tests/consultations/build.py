"""Dialogues, participants and statements for tests, inserted without the services."""

import itertools
import json
import uuid
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from enishi.consultations.core import queries as consultations
from enishi.consultations.core.kinds import PhaseKind
from enishi.consultations.core.tables import Component, Consultation, Phase
from enishi.consultations.opinions import receipts
from enishi.consultations.participation import queries as participants
from enishi.consultations.participation.schemas import LimitKey, ParticipantContext
from enishi.consultations.voting import similarity, vote_steps
from enishi.kit import clock, db, page_cache
from enishi.kit.ids import new_id

_numbers = itertools.count(1)


@dataclass(frozen=True)
class Dialogue:
    id: uuid.UUID
    slug: str
    organisation_id: uuid.UUID
    opens_at: datetime
    closes_at: datetime


def text(ja: str, en: str = "") -> dict[str, str]:
    return {"ja": ja, "en": en, "easy_ja": ""}


async def make_organisation() -> uuid.UUID:
    organisation_id, number = new_id(), next(_numbers)
    await db.fetch(
        "INSERT INTO organisations_organisation (id, slug, kind, name, contact, website,"
        " created_at) VALUES ($1, $2, 'host', $3, '', '', $4)",
        organisation_id,
        f"host-{number}",
        json.dumps(text(f"見本団体{number}", f"Host {number}")),
        clock.now(),
    )
    return organisation_id


async def make_dialogue(**changes: Any) -> Dialogue:
    """A complete dialogue that opened yesterday and closes in a week."""
    invited = {
        "statements": {"by_participants": changes.pop("statements_invited", True)},
        "opinions": {} if changes.pop("opinions_invited", True) else None,
    }
    number = next(_numbers)
    now = clock.now()
    opens_at, closes_at = now - timedelta(days=1), now + timedelta(days=7)
    organisation_id = changes.pop("organisation_id", None) or await make_organisation()
    values: dict[str, Any] = {
        "id": new_id(),
        "organisation_id": organisation_id,
        "slug": f"dialogue-{number}",
        "title": text(f"対話{number}", f"Dialogue {number}"),
        "problem": text("困っていること"),
        "decision": text("決めること"),
        "can_change": text("変えられること"),
        "cannot_change": text("変えられないこと"),
        "who_may_answer": text("どなたでも"),
        "data_controller": text("見本市"),
        "contact": "voice@example.jp",
        "votes_published": True,
        "published_at": now - timedelta(days=2),
        "created_at": now - timedelta(days=3),
        "updated_at": now - timedelta(days=3),
    } | changes
    row = Consultation(**values)
    await row.save()
    made = Dialogue(row.id, row.slug, row.organisation_id, opens_at, closes_at)
    await _make_parts(made, invited)
    return made


async def _make_parts(made: Dialogue, invited: dict[str, Any]) -> None:
    """Insert the phases around the open one, and a component for each kind with settings."""
    result_at = made.closes_at + timedelta(days=30)
    for kind, starts_at, ends_at in (
        (PhaseKind.PREPARATION, made.opens_at - timedelta(days=2), made.opens_at),
        (PhaseKind.OPEN, made.opens_at, made.closes_at),
        (PhaseKind.CLOSED, made.closes_at, result_at),
        (PhaseKind.RESULT, result_at, None),
    ):
        await Phase(
            id=new_id(),
            consultation_id=made.id,
            kind=kind,
            starts_at=starts_at,
            ends_at=ends_at,
        ).save()
    for component, settings in invited.items():
        if settings is not None:
            await Component(
                id=new_id(),
                consultation_id=made.id,
                kind=component,
                opens_at=made.opens_at,
                closes_at=made.closes_at,
                settings=settings,
            ).save()


async def shift(days: int) -> None:
    """Move all phases and components `days` into the past."""
    for table, begins, ends in (
        ("consultations_phase", "starts_at", "ends_at"),
        ("consultations_component", "opens_at", "closes_at"),
    ):
        await db.fetch(
            f"UPDATE {table} SET {begins} = {begins} - $1::interval,"  # noqa: S608 (our own names)
            f" {ends} = {ends} - $1::interval",
            timedelta(days=days),
        )


async def close(dialogue: Dialogue) -> None:
    """End the open phase and its components a second ago."""
    ended = clock.now() - timedelta(seconds=1)
    await db.fetch(
        "UPDATE consultations_phase SET ends_at = $2 WHERE consultation_id = $1 AND kind = 'open'",
        dialogue.id,
        ended,
    )
    await db.fetch(
        "UPDATE consultations_component SET closes_at = $2 WHERE consultation_id = $1",
        dialogue.id,
        ended,
    )


async def publish_result(slug: str, at: datetime | None = None) -> None:
    """The result of a consultation is public from now on, or from an instant."""
    await db.fetch(
        "UPDATE consultations_consultation SET answered_at = $2 WHERE slug = $1",
        slug,
        at or clock.now(),
    )
    invalidate()


async def is_answered(dialogue: Dialogue) -> bool:
    consultation = await consultations.find_by_slug(dialogue.slug)
    assert consultation is not None
    return consultation.is_answered_at(clock.now())


async def make_participant(dialogue: Dialogue, channel: str = "guest") -> uuid.UUID:
    participant_id = uuid.uuid4()
    await db.fetch(
        "INSERT INTO consultations_participant"
        " (id, consultation_id, channel, identity_level, joined_at) VALUES ($1, $2, $3, 0, $4)",
        participant_id,
        dialogue.id,
        channel,
        clock.now(),
    )
    return participant_id


async def make_statement(
    dialogue: Dialogue,
    words: str = "バスを増やしてほしい。",
    *,
    state: str = "accepted",
    author_id: uuid.UUID | None = None,
    english: str = "",
) -> uuid.UUID:
    statement_id = new_id()
    await db.fetch(
        "INSERT INTO consultations_statement"
        " (id, consultation_id, number, text, language, origin, state, hidden_reason, created_at,"
        " author_id, translations, folded, grams, folding)"
        " VALUES ($1, $2, $3, $4, 'ja', $8, $5, $6, $7, $9, $10, $11, $12, $13)",
        statement_id,
        dialogue.id,
        next(_numbers),
        words,
        state,
        "other" if state == "hidden" else None,
        clock.now(),
        "citizen" if author_id else "seed",
        author_id,
        json.dumps({"en": english}) if english else None,
        *similarity.stored([words, english]),
    )
    return statement_id


async def put_vote(person: uuid.UUID, statement: uuid.UUID, value: int) -> None:
    """Insert a first vote, log it and add it to the tally, without the vote writer."""
    for table, columns in (
        ("consultations_vote", "participant_id, statement_id, value, cast_at"),
        ("consultations_vote_event", "participant_id, statement_id, value, cast_at"),
    ):
        await db.fetch(
            f"INSERT INTO {table} ({columns}) VALUES ($1, $2, $3, $4)",  # noqa: S608 (our own names)
            person,
            statement,
            value,
            clock.now(),
        )
    await db.fetch(
        "INSERT INTO consultations_tally VALUES ($1, 3, $2, $3, $4)"
        " ON CONFLICT (statement_id, slot) DO UPDATE SET"
        " agrees = consultations_tally.agrees + EXCLUDED.agrees,"
        " disagrees = consultations_tally.disagrees + EXCLUDED.disagrees,"
        " passes = consultations_tally.passes + EXCLUDED.passes",
        statement,
        int(value == 1),
        int(value == -1),
        int(value == 0),
    )


async def publish_sums(dialogue: Dialogue) -> None:
    """Publish the vote totals of a dialogue now, whatever the rules of steps say."""
    await vote_steps.take_due(published_elsewhere=dialogue.id)
    invalidate()


def as_author(dialogue_id: uuid.UUID, participant_id: uuid.UUID) -> ParticipantContext:
    """The context of a request of this participant, from a network of its own."""
    key = LimitKey(participant_id.hex, dialogue_id)
    return ParticipantContext(participant_id, key, is_guest=True)


def invalidate() -> None:
    """Drop all caches: in a rolled-back transaction no after-commit callback does."""
    consultations.invalidate()
    participants.invalidate()
    page_cache.invalidate()


async def make_opinion(
    dialogue: Dialogue,
    words: str,
    *,
    state: str = "accepted",
    nickname: str = "",
    participant_id: uuid.UUID | None = None,
) -> uuid.UUID:
    opinion_id = new_id()
    await db.fetch(
        "INSERT INTO consultations_opinion (id, consultation_id, receipt_hash, state,"
        " hidden_reason, name_shown, nickname, language, created_at, updated_at, participant_id)"
        " VALUES ($1, $2, $3, $4, $5, $6, $7, 'ja', $8, $8, $9)",
        opinion_id,
        dialogue.id,
        receipts.new()[1],
        state,
        "other" if state == "hidden" else None,
        "nickname" if nickname else "anonymous",
        nickname,
        clock.now(),
        participant_id,
    )
    await db.fetch(
        "INSERT INTO consultations_opinion_version (id, opinion_id, number, text, written_at)"
        " VALUES ($1, $2, 1, $3, $4)",
        new_id(),
        opinion_id,
        words,
        clock.now(),
    )
    return opinion_id
