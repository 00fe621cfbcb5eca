"""The difference of a changed passage, as runs of kept, removed and added text.

Japanese has no spaces, so words are runs of one script; a difference of single characters would cut
words apart.
"""

import difflib
import re
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

# Kanji, hiragana, katakana, letters and digits, white space; anything else stands alone.
_WORDS = re.compile(
    r"[\u4e00-\u9fff\u3005\u3006]+|[\u3041-\u309f]+|[\u30a0-\u30ff]+"
    r"|[A-Za-z]+|[0-9]+|[\uff10-\uff19]+|\s+|.",
    re.DOTALL,
)


@dataclass(frozen=True)
class Run:
    """A run of words that is in both passages, or in one of them only."""

    kind: Literal["kept", "removed", "added"]
    text: str


@lru_cache(maxsize=1024)
def differences(before: str, after: str) -> tuple[Run, ...]:
    """Runs that give `before` without the added ones, and `after` without the removed ones."""
    old, new = _WORDS.findall(before), _WORDS.findall(after)
    runs: list[Run] = []
    matcher = difflib.SequenceMatcher(None, old, new, autojunk=False)
    for kind, first, last, start, end in matcher.get_opcodes():
        if kind == "equal":
            runs.append(Run("kept", "".join(old[first:last])))
            continue
        if first < last:
            runs.append(Run("removed", "".join(old[first:last])))
        if start < end:
            runs.append(Run("added", "".join(new[start:end])))
    return tuple(runs)
