"""What the relations domain refuses."""

from enishi.kit.errors import ConflictError
from enishi.kit.i18n import gettext_lazy


class AlreadyRegisteredError(ConflictError):
    message = gettext_lazy("この市区町村には、すでに登録しています。")
