"""The optimistic lock of forms: a form carries a fingerprint of the values that it was opened with.

    {"seen": fingerprint(saved)}                                        # the page's context
    <input type="hidden" name="seen" value="{{ form.text("seen", seen) }}">
    if is_stale(form.text("seen"), saved): raise ChangedMeanwhileError   # under the row's lock

After ChangedMeanwhileError the form shows the saved values beside the typed ones and carries the
new fingerprint: who has read it and saves once more overwrites knowingly.
"""

import hashlib
import json
from collections.abc import Mapping
from typing import Any

from enishi.kit.errors import ConflictError
from enishi.kit.i18n import gettext_lazy

FIELD = "seen"  # a form of a row with a version column sends `version` instead


class ChangedMeanwhileError(ConflictError):
    """Another act changed the row after the form was opened; `by` is a name, empty if unknown."""

    message = gettext_lazy(
        "この画面を開いた後に、別の画面で内容が変わりました。"
        "いまの内容を確かめて、よければもう一度保存してください。"
    )

    def __init__(self, by: str = "") -> None:
        named = gettext_lazy(
            "この画面を開いた後に、%(by)sさんが内容を変えました。"
            "いまの内容を確かめて、よければもう一度保存してください。",
            by=by,
        )
        super().__init__(named if by else None)


def fingerprint(saved: Mapping[str, Any]) -> str:
    """16 hexadecimal digits of the hash of saved values: of what JSON knows, others as text."""
    text = json.dumps(saved, sort_keys=True, default=str, ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def is_stale(seen: str, saved: Mapping[str, Any]) -> bool:
    """Whether the form was opened with other values; False for a caller without a form."""
    return bool(seen) and seen != fingerprint(saved)
