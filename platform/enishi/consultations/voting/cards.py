"""The next card of one person, as a part of the page and as the fragment that htmx asks for."""

import uuid
from typing import Any

from markupsafe import Markup

from enishi.consultations import labels
from enishi.consultations.core.kinds import ComponentKind
from enishi.consultations.core.schemas import ConsultationRef
from enishi.consultations.voting import queries as statements
from enishi.consultations.voting.schemas import StatementView
from enishi.kit import clock, page_cache

TEMPLATE = "consultations/_card.html"


def values() -> list[tuple[str, int, Any, str]]:
    """(form value, vote, word, key) of the three choices."""
    return [
        ("agree", 1, labels.VOTES[1], "A"),
        ("disagree", -1, labels.VOTES[-1], "D"),
        ("pass", 0, labels.VOTES[0], "P"),
    ]


async def context(
    consultation: ConsultationRef,
    participant_id: uuid.UUID | None,
    *,
    may_vote: bool,
    after: tuple[uuid.UUID, int | None] | None = None,
) -> dict[str, Any]:
    """What TEMPLATE shows; `after`: the statement just voted on, and the vote or None."""
    deck = await statements.deal(consultation.id, participant_id)
    return {
        "consultation": consultation,
        "deck": deck,
        "body": await _body(consultation, deck.card, may_vote=may_vote) if deck.card else "",
        "after": after,
        "after_word": None if after is None or after[1] is None else labels.VOTES[after[1]],
    }


async def _body(consultation: ConsultationRef, card: StatementView, *, may_vote: bool) -> Markup:
    is_open = consultation.accepts(ComponentKind.STATEMENTS, clock.now())
    shown = {
        "slug": consultation.slug,
        "card": card,
        "is_open": is_open,
        "may_vote": may_vote,
        "values": values(),
    }
    key = (consultation.slug, card.id, is_open, may_vote)
    return await page_cache.fragment("consultations/_card_body.html", shown, *key)
