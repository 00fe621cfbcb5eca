from enum import StrEnum


class ModeratedKind(StrEnum):
    """What is moderated; the value is part of routes and of audit actions."""

    STATEMENT = "statement"
    OPINION = "opinion"

    @property
    def table(self) -> str:
        return f"consultations_{self.value}"

    @property
    def column(self) -> str:
        """The column of reports and decisions that refers to the text."""
        return f"{self.value}_id"


class Outcome(StrEnum):
    """How an appeal ended: the text is shown again, or stays hidden."""

    UPHELD = "upheld"
    REFUSED = "refused"
