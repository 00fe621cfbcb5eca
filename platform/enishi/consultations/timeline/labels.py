"""Labels of the steps of a consultation, also in easy Japanese."""

from collections.abc import Mapping
from enum import StrEnum

from enishi.consultations.core.kinds import StepActKind, StepKind
from enishi.kit.i18n import LazyText, gettext_lazy

STEPS: Mapping[StrEnum, LazyText] = {
    StepKind.CALL: gettext_lazy("募集"),
    StepKind.SORTING: gettext_lazy("整理"),
    StepKind.ANSWER: gettext_lazy("回答"),
    StepKind.DECISION: gettext_lazy("決定"),
    StepKind.IMPLEMENTATION: gettext_lazy("実施"),
    StepKind.VERIFICATION: gettext_lazy("検証"),
}
STEP_HINTS: Mapping[StrEnum, LazyText] = {
    StepKind.CALL: gettext_lazy("意見を受け付けます。"),
    StepKind.SORTING: gettext_lazy("集まった意見を読み、論点に分けます。"),
    StepKind.ANSWER: gettext_lazy("意見への回答と結果を出します。"),
    StepKind.DECISION: gettext_lazy("どうするかを決めます。"),
    StepKind.IMPLEMENTATION: gettext_lazy("決めたことを行います。"),
    StepKind.VERIFICATION: gettext_lazy("行った結果を確かめます。"),
}
# In plain Japanese (やさしい日本語).
EASY_STEPS: Mapping[StrEnum, LazyText] = {
    StepKind.CALL: gettext_lazy("意見を集める"),
    StepKind.SORTING: gettext_lazy("意見をまとめる"),
    StepKind.ANSWER: gettext_lazy("返事をする"),
    StepKind.DECISION: gettext_lazy("決める"),
    StepKind.IMPLEMENTATION: gettext_lazy("決めたことをする"),
    StepKind.VERIFICATION: gettext_lazy("よかったか、たしかめる"),
}
EASY_STEP_HINTS: Mapping[StrEnum, LazyText] = {
    StepKind.CALL: gettext_lazy("みなさんの意見を待っています。"),
    StepKind.SORTING: gettext_lazy("意見を読みます。にている意見を集めます。"),
    StepKind.ANSWER: gettext_lazy("意見に返事を書きます。だれでも読めます。"),
    StepKind.DECISION: gettext_lazy("どうするかを決めます。"),
    StepKind.IMPLEMENTATION: gettext_lazy("決めたことを始めます。"),
    StepKind.VERIFICATION: gettext_lazy("よくなったかを調べます。"),
}
STEP_ACTS: Mapping[StrEnum, LazyText] = {
    StepActKind.PLANNED: gettext_lazy("予定日"),
    StepActKind.DONE: gettext_lazy("終わった日"),
}
