from collections.abc import Mapping

from enishi.kit.errors import InvalidError
from enishi.kit.i18n import LazyText, gettext_lazy


class PlanError(InvalidError):
    """Planned days that cannot be: field -> message."""

    def __init__(self, messages: Mapping[str, LazyText]) -> None:
        super().__init__()
        self.messages = messages

    def by_field(self) -> Mapping[str, LazyText | str]:
        return self.messages


class DoneTooEarlyError(InvalidError):
    field = "done_on"
    message = gettext_lazy("募集が終わった日より前の日です。")
