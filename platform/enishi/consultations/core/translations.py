"""What somebody said, with the translations that its organiser put beside it."""

import json
from typing import Annotated, Any

from pydantic import BeforeValidator, Field

from enishi.kit.i18n import Language, current_language
from enishi.kit.schema import Schema


def _document(value: Any) -> Any:
    """A JSONB column comes as text, or as NULL."""
    return json.loads(value) if isinstance(value, str) else value or {}


class Said(Schema):
    """`text` is what was written, in `language`; a translation never takes its place."""

    text: str
    language: str
    translations: Annotated[dict[Language, str], BeforeValidator(_document)] = Field(
        default_factory=dict
    )

    @property
    def shown(self) -> str:
        """In the reader's language where there is a translation, as it was written elsewhere."""
        return self.translations.get(current_language(), self.text)

    @property
    def shown_language(self) -> str:
        return current_language().value if self.is_translated else self.language

    @property
    def wordings(self) -> tuple[str, ...]:
        return (self.text, *self.translations.values())

    @property
    def is_translated(self) -> bool:
        return current_language() in self.translations
