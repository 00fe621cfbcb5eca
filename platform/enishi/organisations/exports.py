"""Files of an organisation: its audit trail."""

from enishi.kit.i18n import gettext_lazy
from enishi.kit.spreadsheets import Column, Kind, Layout

TRAIL = Layout(
    "audit",
    gettext_lazy("操作の記録"),
    gettext_lazy("団体の操作の記録のうち、画面で選んだもの。"),
    (
        Column("at", gettext_lazy("日時"), gettext_lazy("操作したとき。"), Kind.INSTANT),
        Column("who", gettext_lazy("だれが"), gettext_lazy("操作した人、または自動処理。")),
        Column("what", gettext_lazy("したこと"), gettext_lazy("操作の種類。")),
        Column("subject", gettext_lazy("何について"), gettext_lazy("対象のいまの名前。")),
        Column("subject_kind", gettext_lazy("種類"), gettext_lazy("対象の種類の符号。")),
        Column("subject_id", gettext_lazy("ID"), gettext_lazy("対象の符号。")),
    ),
    is_public=False,
)
