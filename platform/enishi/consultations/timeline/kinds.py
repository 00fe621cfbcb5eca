from enum import StrEnum


class StepKind(StrEnum):
    """The steps of a consultation, in their order (募集 → 整理 → 回答 → 決定 → 実施 → 検証)."""

    CALL = "call"
    SORTING = "sorting"
    ANSWER = "answer"
    DECISION = "decision"
    IMPLEMENTATION = "implementation"
    VERIFICATION = "verification"

    @property
    def is_recorded(self) -> bool:
        """Whether an office records by hand that it is done.

        The call ends by its days, and an answer is done when a result is published.
        """
        return self not in (StepKind.CALL, StepKind.ANSWER)


class StepActKind(StrEnum):
    PLANNED = "planned"
    DONE = "done"
