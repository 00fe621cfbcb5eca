"""The tables that each release as bands consists of.

A name is part of the address of a file and is stored with the rows: it is never changed. The table
`ties` holds registrations by the prefecture of the place.
"""

from dataclasses import dataclass

from enishi.statistics.metrics import Dimension


@dataclass(frozen=True)
class Table:
    """A table of each release; `dimension` None means one row for the whole site."""

    name: str
    dimension: Dimension | None
    metrics: tuple[str, ...]


TABLES = (
    Table(
        "headline",
        None,
        (
            "dialogue.participants",
            "dialogue.votes",
            "dialogue.voices",
            "programme.applied",
            "programme.attended",
            "relation.registrations",
        ),
    ),
    Table(
        "months",
        Dimension.MONTH,
        ("dialogue.participants", "dialogue.voices", "dialogue.votes", "programme.attended"),
    ),
    Table("prefectures", Dimension.PREFECTURE, ("dialogue.participants", "programme.attended")),
    Table(
        "themes",
        Dimension.THEME,
        ("dialogue.participants", "dialogue.voices", "dialogue.votes", "programme.attended"),
    ),
    Table("dialogues", Dimension.SUBJECT, ("dialogue.participants",)),
    Table("ties", Dimension.PLACE_PREFECTURE, ("relation.registrations", "relation.people")),
    Table(
        "places",
        Dimension.PLACE,
        (
            "relation.registrations",
            "relation.people",
            "dialogue.participants",
            "programme.attended",
        ),
    ),
)

BY_NAME = {table.name: table for table in TABLES}
