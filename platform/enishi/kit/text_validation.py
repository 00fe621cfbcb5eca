"""Validators of typed text and names: no invisible characters, and lengths counted in graphemes.

A grapheme is what a reader takes for one character: か with a combining dakuten, or a flag. It may
hold any number of code points, so a limit in graphemes alone limits neither bytes nor the height
of a line.
"""

from functools import partial
from typing import Annotated

import regex
from pydantic import AfterValidator, Field

from enishi.kit.folding import fold_kanji
from enishi.kit.i18n import gettext_lazy

MIN_LENGTH = 2  # graphemes
_MOST_POINTS_A_GRAPHEME = 8
_POINTS_FOR_EACH = 4  # code points in all, for each grapheme of a limit

_CONTROL = regex.compile(r"[\p{Cc}\p{Cs}\p{Bidi_Control}--[\n\t]]", regex.VERSION1)
_STACK = regex.compile(rf"[\p{{M}}\p{{Cf}}]{{{_MOST_POINTS_A_GRAPHEME}}}")
# In a name also no line breaks, zero-width characters and tags: nothing that two readers see
# differently. A mark or two on a letter are enough for any script in use.
_NOT_IN_NAMES = regex.compile(r"[\p{C}\p{Zl}\p{Zp}]|\p{M}{4}")
_OFFICIAL = ("公式", "事務局", "official")


def graphemes(text: str) -> int:
    """The number of user-perceived characters: か with a combining dakuten is one, so is a flag."""
    return len(regex.findall(r"\X", text))


TYPED = "typed"
"""Pydantic's validation context of what a person typed, in contrast to what is stored."""


def check_characters(text: str) -> str:
    if _CONTROL.search(text) or _STACK.search(text):
        raise ValueError(gettext_lazy("使えない文字が含まれています。"))
    return text


def check_name(text: str) -> str:
    if _NOT_IN_NAMES.search(text):
        raise ValueError(gettext_lazy("使えない文字が含まれています。"))
    return text


def _check_unofficial(text: str) -> str:
    if any(word in skeleton(text) for word in map(skeleton, _OFFICIAL)):
        raise ValueError(gettext_lazy("「公式」「事務局」など、団体を名乗ることばは使えません。"))
    return text


# Katakana and signs that look like a kanji or another kana.
_LOOK_ALIKES = str.maketrans("ロカエニハタトヘベペー−‐‑–—─", "口力工二八夕卜へべぺ一一一一一一一")


def skeleton(name: str) -> str:
    """What a name looks like: two names with one skeleton can be taken for each other."""
    folded = fold_kanji(name).translate(_LOOK_ALIKES)
    return "".join(character for character in folded if character.isalnum())


def length_up_to(limit: int) -> AfterValidator:
    """A validator: MIN_LENGTH to `limit` graphemes."""
    return AfterValidator(partial(check_length, limit=limit))


def check_length(text: str, *, limit: int) -> str:
    """Raises ValueError unless the text has MIN_LENGTH to `limit` graphemes."""
    found = regex.findall(r"\X", text)
    count = len(found)
    if count < MIN_LENGTH:
        raise ValueError(gettext_lazy("%(least)s文字以上で入力してください。", least=MIN_LENGTH))
    if count > limit:
        raise ValueError(
            gettext_lazy(
                "%(limit)s文字以内で入力してください（いま%(count)s文字です）。",
                limit=limit,
                count=count,
            )
        )
    if len(text) > _POINTS_FOR_EACH * limit or max(map(len, found)) > _MOST_POINTS_A_GRAPHEME:
        raise ValueError(gettext_lazy("使えない文字が含まれています。"))
    return text


PlainText = Annotated[str, Field(max_length=100_000), AfterValidator(check_characters)]
# For names that others read, and for those that people choose themselves. After the limits of a
# field: after a function, pydantic's message speaks of "items".
VISIBLE = AfterValidator(check_name)
UNOFFICIAL = AfterValidator(_check_unofficial)
