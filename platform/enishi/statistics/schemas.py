"""What the statistics domain gives out."""

from enishi.kit.schema import Schema


class Drift(Schema):
    """How far the stored facts of a source were from a recount, in facts."""

    source: str
    missing: int
    surplus: int
