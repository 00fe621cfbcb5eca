"""Refusals of parties and of attendance."""

from collections.abc import Mapping

from enishi.kit.errors import ConflictError, InvalidError
from enishi.kit.i18n import LazyText, gettext_lazy


class PartyRefusedError(InvalidError):
    """The party does not meet the conditions of the programme. `problems`: form field -> why."""

    def __init__(self, problems: Mapping[str, LazyText]) -> None:
        super().__init__()
        self.problems = problems

    def by_field(self) -> Mapping[str, LazyText]:
        return self.problems


class NobodyToTellError(ConflictError):
    field = "audience"
    message = gettext_lazy("連絡できる方がいません。")


class NotStartedError(ConflictError):
    message = gettext_lazy("出欠は、開催が始まってから記録できます。")
