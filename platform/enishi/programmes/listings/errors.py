"""Refusals of writing, publishing and filtering programmes."""

from collections.abc import Iterable, Mapping

from enishi.kit import seen
from enishi.kit.errors import ConflictError, InvalidError
from enishi.kit.i18n import LazyText, gettext, gettext_lazy
from enishi.programmes.listings.labels import PART_TITLES


class SlugTakenError(ConflictError):
    field = "slug"
    message = gettext_lazy("このアドレスは、すでに使われています。")


class SlugFixedError(ConflictError):
    field = "slug"
    message = gettext_lazy("一度公開したもののアドレスは、変えられません。")


class ChangedMeanwhileError(seen.ChangedMeanwhileError):
    message = gettext_lazy(
        "書いているあいだに、ほかの職員がこの部分を変えました。別のタブで今の内容を確かめてから、もう一度保存してください。"
    )


class OtherVersionError(seen.ChangedMeanwhileError):
    """It is not the version that was shown before the act. `parts`: keys of PART_TITLES."""

    message = gettext_lazy(
        "この画面を開いた後に、内容が変わりました。いまの内容を確かめて、よければもう一度押してください。"
    )

    def __init__(self, parts: Iterable[str]) -> None:
        super().__init__()
        named = gettext("、").join(str(PART_TITLES[part]) for part in parts)
        self.named = gettext("変わったところ：%(parts)s", parts=named) if named else ""

    def by_field(self) -> Mapping[str, LazyText | str]:
        return {name: f"{text}{self.named}" for name, text in super().by_field().items()}


class NoDraftError(ConflictError):
    message = gettext_lazy("一度公開した体験・活動は、削除できません。")


class HasApplicationsError(ConflictError):
    message = gettext_lazy("申込があるため、削除できません。")


class UnknownThemeError(InvalidError):
    field = "theme_code"
    message = gettext_lazy("このテーマはありません。一覧から選んでください。")


class NotCompleteError(ConflictError):
    """Required fields are empty. `missing`: field name -> why it is needed."""

    message = gettext_lazy("公開に必要な項目が、まだそろっていません。")

    def __init__(self, missing: Mapping[str, LazyText]) -> None:
        super().__init__()
        self.missing = missing

    def by_field(self) -> Mapping[str, LazyText | str]:
        return {**self.missing, **super().by_field()}


class UnreadableFilterError(InvalidError):
    message = gettext_lazy("条件を読み取れませんでした。一覧に戻って、条件を選び直してください。")
