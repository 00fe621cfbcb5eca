"""Texts of participants, with the translations that the organiser added."""

import json
from typing import Annotated, Any

from pydantic import BeforeValidator, Field

from enishi.kit.i18n import Language, current_language
from enishi.kit.schema import Schema


def _parse_json(value: Any) -> Any:
    """The driver gives a JSONB column as text, or None for NULL."""
    return json.loads(value) if isinstance(value, str) else value or {}


class TranslatableText(Schema):
    """`text` is the original, in `language`; a translation is added and never replaces it."""

    text: str
    language: str
    translations: Annotated[dict[Language, str], BeforeValidator(_parse_json)] = Field(
        default_factory=dict
    )

    @property
    def shown(self) -> str:
        """The translation into the reader's language if there is one, else the original."""
        return self.translations.get(current_language(), self.text)

    @property
    def shown_language(self) -> str:
        return current_language().value if self.is_translated else self.language

    @property
    def all_texts(self) -> tuple[str, ...]:
        return (self.text, *self.translations.values())

    @property
    def is_translated(self) -> bool:
        return current_language() in self.translations
