"""Text of organisers in several languages: one type for columns, forms and pages."""

from typing import Annotated

from pydantic import Field, ValidationInfo, field_validator

from enishi.kit.i18n import Language, current_language
from enishi.kit.schema import Schema
from enishi.kit.text_validation import TYPED, check_characters

# The most characters of any text in several languages; most fields set less. English says the same
# in about twice as many.
MOST_JA, MOST_EN = 10_000, 20_000


class DraftText(Schema):
    """A draft of a text in several languages: no language is required."""

    ja: Annotated[str, Field(max_length=MOST_JA)] = ""
    en: Annotated[str, Field(max_length=MOST_EN)] = ""
    easy_ja: Annotated[str, Field(max_length=MOST_JA)] = ""

    @field_validator("ja", "en", "easy_ja")
    @classmethod
    def _check(cls, text: str, info: ValidationInfo) -> str:
        """Refuse characters in what is typed; what is stored is read as it is."""
        return check_characters(text) if info.context == TYPED else text

    def text(self, language: Language | None = None, *, easy: bool = False) -> str:
        """The text in a language (default: the current one); Japanese without a translation."""
        if (language or current_language()) is Language.EN and self.en:
            return self.en
        return self.easy_ja if easy and self.easy_ja else self.ja

    def language_of_text(self, language: Language | None = None) -> Language:
        """The language of what `text()` returns, for the `lang` attribute around it."""
        wanted = language or current_language()
        return Language.EN if wanted is Language.EN and self.en else Language.JA

    def __str__(self) -> str:
        return self.text()


class LocalisedText(DraftText):
    """Japanese is required; English and plain Japanese (やさしい日本語) are optional.

    Stored as a JSONB document of the same shape.
    """

    ja: Annotated[str, Field(min_length=1, max_length=MOST_JA)]
