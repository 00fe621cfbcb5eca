"""The hash of what an answer says: what was approved is what is published.

It covers all that the public reads of one answer: title and summary of the argument, outcome,
reason, division and the changed passage, in every language.
"""

import hashlib
import json
from typing import Any

from enishi.consultations.core.kinds import Outcome
from enishi.kit.localised import LocalisedText


def content_hash(
    argument: tuple[LocalisedText, LocalisedText | None],
    outcome: Outcome,
    texts: tuple[LocalisedText, LocalisedText],
    passage: tuple[str, str],
) -> bytes:
    """32 bytes. `argument`: title and summary; `texts`: reason and division; before and after."""
    title, summary = argument
    reason, division = texts
    document: dict[str, Any] = {
        "title": title.model_dump(),
        "summary": summary.model_dump() if summary else None,
        "outcome": outcome.value,
        "reason": reason.model_dump(),
        "division": division.model_dump(),
        "passage": list(passage),
    }
    text = json.dumps(document, sort_keys=True, ensure_ascii=False)
    return hashlib.sha256(text.encode()).digest()
