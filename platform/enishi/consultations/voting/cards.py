"""The card with the next statement: a part of the page and a fragment for htmx."""

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


def choices() -> list[tuple[str, int, Any, str]]:
    """(form value, vote, label, keyboard key) of the three choices."""
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
    """The context of TEMPLATE; `after`: the previous statement and its vote (None: withdrawn)."""
    progress = await statements.get_progress(consultation.id, participant_id)
    card = progress.next_card
    return {
        "consultation": consultation,
        "voting_progress": progress,
        "body": await _body(consultation, card, may_vote=may_vote) if card else "",
        "after": after,
        "after_word": None if after is None or after[1] is None else labels.VOTES[after[1]],
    }


async def _body(consultation: ConsultationRef, card: StatementView, *, may_vote: bool) -> Markup:
    """The part of a card that does not depend on the participant, from the fragment cache."""
    is_open = consultation.accepts(ComponentKind.STATEMENTS, clock.now())
    shown = {
        "slug": consultation.slug,
        "card": card,
        "is_open": is_open,
        "may_vote": may_vote,
        "choices": choices(),
    }
    key = (consultation.slug, card.id, is_open, may_vote)
    return await page_cache.fragment("consultations/_card_body.html", shown, *key)
