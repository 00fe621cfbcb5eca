"""Why attendance cannot be recorded."""

from enishi.kit.errors import ConflictError
from enishi.kit.i18n import gettext_lazy


class NotStartedError(ConflictError):
    message = gettext_lazy("出欠は、開催が始まってから記録できます。")
