"""The tables that each release as bands consists of.

A name is part of the address of a file and is stored with the rows: it is never changed. So are the
metrics of a release, which may be retired by now: a reader takes them from the stored table. The
table `ties` holds registrations by the prefecture of the place.
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
            "dialogue.joined",
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
        ("dialogue.joined", "dialogue.voices", "dialogue.votes", "programme.attended"),
    ),
    Table("prefectures", Dimension.PREFECTURE, ("dialogue.joined", "programme.attended")),
    Table(
        "themes",
        Dimension.THEME,
        ("dialogue.joined", "dialogue.voices", "dialogue.votes", "programme.attended"),
    ),
    Table("dialogues", Dimension.SUBJECT, ("dialogue.joined",)),
    Table("ties", Dimension.PLACE_PREFECTURE, ("relation.registrations", "relation.people")),
    Table(
        "places",
        Dimension.PLACE,
        (
            "relation.registrations",
            "relation.people",
            "dialogue.joined",
            "programme.attended",
        ),
    ),
)

BY_NAME = {table.name: table for table in TABLES}
