"""Languages and messages. Japanese is the source text; the English catalogues are complete.

Each package has one catalogue, `<package>/locale/en.po`, parsed once in each process. Parsing all
of them takes milliseconds, so there are no compiled files that could be outdated.
"""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar, Token
from enum import StrEnum
from functools import cache
from pathlib import Path
from typing import Any

from babel.messages.pofile import read_po
from markupsafe import escape


class Language(StrEnum):
    JA = "ja"
    EN = "en"


DEFAULT_LANGUAGE = Language.JA
_PACKAGE = Path(__file__).parents[1]

_current: ContextVar[Language] = ContextVar("enishi_language", default=DEFAULT_LANGUAGE)


def current_language() -> Language:
    return _current.get()


@contextmanager
def speaking(language: Language) -> Iterator[None]:
    """Set the current language inside the block."""
    token = begin_speaking(language)
    try:
        yield
    finally:
        end_speaking(token)


def begin_speaking(language: Language) -> Token[Language]:
    """As `speaking`, without a context manager: four times as fast. Reset it in `finally`."""
    return _current.set(language)


def end_speaking(begun: Token[Language]) -> None:
    _current.reset(begun)


@cache
def _catalogue() -> dict[str, str | tuple[str, ...]]:
    messages: dict[str, str | tuple[str, ...]] = {}
    for path in catalogue_files():
        with path.open("rb") as file:
            for entry in read_po(file, locale="en"):
                if entry.id and entry.string and not entry.fuzzy:
                    key = entry.id if isinstance(entry.id, str) else entry.id[0]
                    text = entry.string
                    messages[key] = text if isinstance(text, str) else tuple(text)
    return messages


def catalogue_files() -> list[Path]:
    return sorted(_PACKAGE.glob("*/locale/en.po"))


def message(text: str) -> str:
    """The message in the current language, with its placeholders."""
    if _current.get() is Language.JA:
        return text
    found = _catalogue().get(text, text)
    return found if isinstance(found, str) else found[0]


def plural_message(singular: str, plural: str, number: int) -> str:
    """As `message`, with a plural form: Japanese has one form, English two."""
    if _current.get() is Language.JA:
        return singular
    found = _catalogue().get(singular)
    if isinstance(found, tuple) and len(found) > 1:
        return found[0 if number == 1 else 1]
    return singular if number == 1 else plural


def gettext(text: str, /, **values: Any) -> str:
    """The message in the current language; `%(name)s` is filled from the values."""
    translated = message(text)
    return translated % values if values else translated


def ngettext(singular: str, plural: str, number: int, /, **values: Any) -> str:
    """As `gettext`, with a plural form; `%(num)s` is the number."""
    return plural_message(singular, plural, number) % {"num": number, **values}


class LazyText:
    """A message that is translated when it is converted to text, not when it is created."""

    __slots__ = ("text", "values")

    def __init__(self, text: str, values: dict[str, Any] | None = None) -> None:
        self.text = text
        self.values = values or {}

    def __str__(self) -> str:
        return gettext(
            self.text,
            **{key: str(v) if isinstance(v, LazyText) else v for key, v in self.values.items()},
        )

    def __html__(self) -> str:
        return str(escape(str(self)))

    def with_values(self, **values: Any) -> "LazyText":
        return LazyText(self.text, {**self.values, **values})


def gettext_lazy(text: str, /, **values: Any) -> LazyText:
    return LazyText(text, values)


_ASKED = re.compile(r"\s*([a-zA-Z-]+|\*)\s*(?:;\s*q\s*=\s*(0(?:\.\d*)?|1(?:\.0*)?)\s*)?")


def preferred_language(accept_language: str) -> Language:
    """The supported language that Accept-Language prefers (RFC 9110, 12.5.4); else Japanese."""
    qualities: dict[str, float] = {}
    for part in accept_language[:500].split(","):
        if match := _ASKED.fullmatch(part):
            primary = match[1].partition("-")[0].lower()
            qualities[primary] = max(qualities.get(primary, 0), float(match[2] or 1))
    others = qualities.pop("*", 0)
    # With equal qualities the one that is listed first: max() returns the first of the highest.
    named = [Language(each) for each in qualities if each in tuple(Language)]
    best = max([*named, *Language], key=lambda each: qualities.get(each, others))
    return best if qualities.get(best, others) > 0 else DEFAULT_LANGUAGE
