"""What people may type: no control characters, and lengths as a person counts them."""

from typing import Annotated

import regex
from pydantic import AfterValidator, Field

from enishi.kit.i18n import gettext_lazy

SHORTEST = 2

_CONTROL = regex.compile(r"[\p{Cc}\p{Cs}\p{Bidi_Control}--[\n\t]]", regex.VERSION1)


def graphemes(text: str) -> int:
    """How many characters a person counts: か with its own dakuten is one, so is a flag."""
    return len(regex.findall(r"\X", text))


def _plain(text: str) -> str:
    if _CONTROL.search(text):
        raise ValueError(gettext_lazy("使えない文字が含まれています。"))
    return text


def counted(limit: int) -> AfterValidator:
    def check(text: str) -> str:
        if graphemes(text) < SHORTEST:
            raise ValueError(gettext_lazy("%(least)s文字以上で入力してください。", least=SHORTEST))
        if (count := graphemes(text)) > limit:
            raise ValueError(
                gettext_lazy(
                    "%(limit)s文字以内で入力してください（いま%(count)s文字です）。",
                    limit=limit,
                    count=count,
                )
            )
        return text

    return AfterValidator(check)


PlainText = Annotated[str, Field(max_length=100_000), AfterValidator(_plain)]
