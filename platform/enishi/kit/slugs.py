"""Slugs as people type them: the part of an address that names a row.

A page such as `…/dialogues/new` stands at the same place as the pages of rows: a row that is called
`new` could be made and never be opened. `tests/web/test_reserved_slugs.py` compares RESERVED with
the routes of the application.
"""

from typing import Annotated

from pydantic import AfterValidator, Field

from enishi.kit.i18n import gettext_lazy
from enishi.kit.ids import SLUG_PATTERN

RESERVED = frozenset(
    (
        "all",
        "api",
        "calendar",
        "delete",
        "edit",
        "en",
        "feed",
        "index",
        "ja",
        "list",
        "me",
        "mine",
        "move",
        "new",
        "none",
        "null",
        "office",
        "operator",
        "preview",
        "search",
        "sessions",
        "static",
        "undefined",
    )
)


def is_reserved(slug: str) -> bool:
    return slug in RESERVED


def _refuse_reserved(slug: str) -> str:
    if is_reserved(slug):
        raise ValueError(
            gettext_lazy(
                "「%(slug)s」は、ほかのページが使うことばです。別のものにしてください。", slug=slug
            )
        )
    return slug


Slug = Annotated[str, Field(pattern=SLUG_PATTERN), AfterValidator(_refuse_reserved)]
