"""Refusals of adding sessions."""

from enishi.kit.errors import ConflictError
from enishi.kit.i18n import gettext_lazy


class AllThereError(ConflictError):
    message = gettext_lazy("選んだ日には、どれもすでに同じ時刻の開催回があります。")
