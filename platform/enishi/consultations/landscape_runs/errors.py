"""Refusals of this room."""

from enishi.kit.errors import InvalidError
from enishi.kit.i18n import gettext_lazy


class NotVerifiableError(InvalidError):
    """There is no run, or what it was computed from is not kept or not in the file."""

    message = gettext_lazy("確かめられる計算がありません。")
