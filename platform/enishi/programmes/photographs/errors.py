"""Refusals of photographs."""

from enishi.kit import seen
from enishi.kit.errors import ConflictError, InvalidError, TooLargeError
from enishi.kit.i18n import gettext_lazy


class NoPictureError(InvalidError):
    field = "file"
    message = gettext_lazy(
        "写真として読み取れませんでした。JPEG、PNG、WebPのどれかの写真を選んでください。"
    )


class TooManyPixelsError(InvalidError):
    field = "file"
    message = gettext_lazy(
        "写真が大きすぎます。縦横とも12,000ピクセルまで、合わせて5,000万画素までにしてください。"
    )


class TooSmallError(InvalidError):
    field = "file"
    message = gettext_lazy(
        "写真が小さすぎます。幅と高さを、どちらも320ピクセル以上にしてください。"
    )


class TooHeavyError(TooLargeError):
    field = "file"
    message = gettext_lazy("ファイルが大きすぎます。15MBまでの写真を選んでください。")


class TooManyError(ConflictError):
    field = "file"
    message = gettext_lazy("写真は12枚までです。どれかを外してから加えてください。")


class ChangedMeanwhileError(seen.ChangedMeanwhileError):
    message = gettext_lazy(
        "書いているあいだに、ほかの職員が写真を変えました。今の一覧を確かめてから、もう一度保存してください。"
    )
