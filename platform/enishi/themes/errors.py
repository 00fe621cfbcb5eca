"""What the themes domain refuses."""

from enishi.kit.errors import ConflictError, InvalidError
from enishi.kit.i18n import gettext_lazy


class UnknownParentError(InvalidError):
    field = "parent_id"
    message = gettext_lazy("上のテーマは、国のテーマか自分の団体のテーマから選んでください。")


class SlugTakenError(ConflictError):
    field = "slug"
    message = gettext_lazy("このアドレス名のテーマは、すでにあります。")
