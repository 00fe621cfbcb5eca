"""The purposes a place may use a registration for, each with a consent in the words shown.

A new wording is a new version; the consent log keeps the version that a person agreed to.
"""

from dataclasses import dataclass

from enishi.kit.i18n import LazyText, gettext_lazy
from enishi.relations.tables import Purpose


@dataclass(frozen=True)
class Consent:
    """`version` is the month in which the words of `meaning` were written."""

    purpose: Purpose
    version: str
    title: LazyText
    meaning: LazyText


_NEWS = Consent(
    Purpose.NEWS,
    "2026-11-30",
    gettext_lazy("地域のお知らせを受け取る"),
    gettext_lazy(
        "新しい対話や募集を、メールでお知らせするために使います。メールアドレスは市区町村に"
        "渡しません。いまは、このメールを送っていません。"
    ),
)
_INVITATIONS = Consent(
    Purpose.INVITATIONS,
    "2026-11-30",
    gettext_lazy("体験・活動の案内を受け取る"),
    gettext_lazy(
        "登録した理由と関心に合う体験・活動を、メールで案内するために使います。いまは、このメールを送っていません。"
    ),
)
_SURVEYS = Consent(
    Purpose.SURVEYS,
    "2026-11-30",
    gettext_lazy("調査への協力のお願いを受け取る"),
    gettext_lazy(
        "地域とかかわる人の声を聞く調査への協力を、年に数回まで、メールでお願いするために使います。"
        "いまは、このメールを送っていません。"
    ),
)
CONSENTS = {consent.purpose: consent for consent in (_NEWS, _INVITATIONS, _SURVEYS)}
