"""Messages for validation errors of pydantic: what to enter, not what the parser found."""

from collections.abc import Mapping
from typing import Any

from pydantic_core import ErrorDetails

from enishi.kit.i18n import LazyText, gettext_lazy

_MISSING = gettext_lazy("入力してください。")
_CHOOSE = gettext_lazy("選択肢から選んでください。")
_UNREADABLE = gettext_lazy("入力の形式が正しくありません。")
_WHOLE = gettext_lazy("整数で入力してください。")
_NUMBER = gettext_lazy("数字で入力してください。")
_DATE = gettext_lazy("実在する日付を入力してください。")
_TIME = gettext_lazy("時刻は「9:30」のように入力してください。")
_INSTANT = gettext_lazy("日付と時刻を正しく入力してください。")
_ADDRESS = gettext_lazy("「https://」から始まるアドレスを入力してください。")
_PAST = gettext_lazy("過去の日時を入力してください。")
_FUTURE = gettext_lazy("これから先の日時を入力してください。")

# Placeholders are keys of pydantic's error context.
MESSAGES: Mapping[str, LazyText] = {
    "missing": _MISSING,
    "enum": _CHOOSE,
    "literal_error": _CHOOSE,
    "greater_than": gettext_lazy("%(gt)sより大きい数を入力してください。"),
    "greater_than_equal": gettext_lazy("%(ge)s以上の数を入力してください。"),
    "less_than": gettext_lazy("%(lt)sより小さい数を入力してください。"),
    "less_than_equal": gettext_lazy("%(le)s以下の数を入力してください。"),
    "multiple_of": gettext_lazy("%(multiple_of)sの倍数を入力してください。"),
    "string_too_short": gettext_lazy("%(min_length)s文字以上で入力してください。"),
    "string_too_long": gettext_lazy("%(max_length)s文字以内で入力してください。"),
    "bytes_too_short": gettext_lazy("%(min_length)s文字以上で入力してください。"),
    "bytes_too_long": gettext_lazy("%(max_length)s文字以内で入力してください。"),
    "too_short": gettext_lazy("%(min_length)s個以上選んでください。"),
    "too_long": gettext_lazy("%(max_length)s件以内にしてください。"),
    "string_not_ascii": gettext_lazy("半角の英数字と記号で入力してください。"),
    "decimal_max_digits": gettext_lazy("数字は合わせて%(max_digits)s桁以内にしてください。"),
    "decimal_max_places": gettext_lazy("小数は%(decimal_places)s桁以内にしてください。"),
    "decimal_whole_digits": gettext_lazy("整数部分は%(whole_digits)s桁以内にしてください。"),
    "url_too_long": gettext_lazy("アドレスが長すぎます。"),
    "int_type": _WHOLE,
    "int_parsing": _WHOLE,
    "int_parsing_size": _WHOLE,
    "int_from_float": _WHOLE,
    "float_type": _NUMBER,
    "float_parsing": _NUMBER,
    "finite_number": _NUMBER,
    "decimal_type": _NUMBER,
    "decimal_parsing": _NUMBER,
    "fraction_type": _NUMBER,
    "fraction_parsing": _NUMBER,
    "date_type": _DATE,
    "date_parsing": _DATE,
    "date_from_datetime_parsing": _DATE,
    "date_from_datetime_inexact": _DATE,
    "date_past": _PAST,
    "date_future": _FUTURE,
    "time_type": _TIME,
    "time_parsing": _TIME,
    "datetime_type": _INSTANT,
    "datetime_parsing": _INSTANT,
    "datetime_object_invalid": _INSTANT,
    "datetime_from_date_parsing": _INSTANT,
    "datetime_past": _PAST,
    "datetime_future": _FUTURE,
    "url_type": _ADDRESS,
    "url_parsing": _ADDRESS,
    "url_syntax_violation": _ADDRESS,
    "url_scheme": _ADDRESS,
}


def explain(problem: ErrorDetails) -> str:
    """One sentence in the current language for an error.

    A ValueError of our own validators keeps its message. Error types that a form cannot cause (a
    callable, a dataclass) share one general sentence.
    """
    kind = problem["type"]
    context: dict[str, Any] = problem.get("ctx", {})
    if kind in ("value_error", "assertion_error"):
        return str(context.get("error") or _UNREADABLE)
    if _is_empty(problem["input"]) and kind != "too_short":
        return str(_MISSING)
    if isinstance(problem["input"], str) and f"string_{kind}" in MESSAGES:
        kind = f"string_{kind}"  # after a validator of ours pydantic counts a text as items
    return str(MESSAGES.get(kind, _UNREADABLE).with_values(**context))


def _is_empty(given: object) -> bool:
    return given is None or (isinstance(given, str) and not given.strip())
