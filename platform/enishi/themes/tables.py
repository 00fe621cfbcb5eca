from typing import Any

from piccolo.columns import JSONB, UUID, ForeignKey, SmallInt, Timestamptz, Varchar
from piccolo.columns.base import OnDelete
from piccolo.constraints import Check, Unique
from piccolo.table import Table


class Theme(Table, tablename="themes_theme"):
    """One of the ten national themes, or an organisation's own theme below one of them.

    `title` and `summary` are LocalisedText. `enishi migrate` writes the national themes from the
    shipped file, with the same ids in every installation.
    """

    id = UUID(primary_key=True)
    organisation_id = UUID(null=True, default=None, index=True)
    parent: ForeignKey[Any] = ForeignKey(references="self", null=True, on_delete=OnDelete.restrict)
    number = SmallInt(null=True, default=None)
    slug = Varchar(length=80)
    title = JSONB()
    summary = JSONB()
    created_at = Timestamptz()

    themes_theme_slug = Unique([organisation_id, slug], nulls_distinct=False)
    themes_theme_national_or_below = Check(
        "(organisation_id IS NULL) = (number IS NOT NULL)"
        " AND (organisation_id IS NULL) = (parent IS NULL)"
    )
