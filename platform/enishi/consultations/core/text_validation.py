"""Validators of typed text: no control characters, and lengths counted in graphemes."""

from functools import partial
from typing import Annotated

import regex
from pydantic import AfterValidator, Field

from enishi.kit.i18n import gettext_lazy

MIN_LENGTH = 2  # graphemes

_CONTROL = regex.compile(r"[\p{Cc}\p{Cs}\p{Bidi_Control}--[\n\t]]", regex.VERSION1)


def graphemes(text: str) -> int:
    """The number of user-perceived characters: か with a combining dakuten is one, so is a flag."""
    return len(regex.findall(r"\X", text))


def _check_characters(text: str) -> str:
    if _CONTROL.search(text):
        raise ValueError(gettext_lazy("使えない文字が含まれています。"))
    return text


def length_up_to(limit: int) -> AfterValidator:
    """A validator: MIN_LENGTH to `limit` graphemes."""
    return AfterValidator(partial(_check_length, limit=limit))


def _check_length(text: str, *, limit: int) -> str:
    count = graphemes(text)
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
    return text


PlainText = Annotated[str, Field(max_length=100_000), AfterValidator(_check_characters)]
