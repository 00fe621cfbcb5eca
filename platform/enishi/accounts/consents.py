"""The consents that exist, their versions, and the one function that writes to their log."""

import uuid
from dataclasses import dataclass

from enishi.accounts.tables import ConsentAct, ConsentEntry
from enishi.kit import clock, db
from enishi.kit.i18n import LazyText, gettext_lazy
from enishi.kit.ids import new_id

APPEND_ONLY = ("accounts_consent",)  # see wiring.py


@dataclass(frozen=True)
class Consent:
    """A purpose that an account may agree to. `version` is the day of the text that was shown."""

    purpose: str
    version: str
    title: LazyText
    why: LazyText
    is_optional: bool = True


TERMS = Consent(
    "terms",
    "2026-11-23",
    gettext_lazy("利用規約と個人情報の取扱い"),
    gettext_lazy("アカウントを使うために必要です。やめるときは、退会してください。"),
    is_optional=False,
)
NEWS = Consent(
    "news",
    "2026-11-30",
    gettext_lazy("お住まいの地域や関わりのある地域のお知らせメール"),
    gettext_lazy(
        "新しい議論や募集をメールでお知らせするためにだけ使います。いまは、このメールを送っていません。"
    ),
)
RESEARCH = Consent(
    "research",
    "2026-11-30",
    gettext_lazy("調査へのご協力のお願い"),
    gettext_lazy(
        "この仕組みをよくするためのアンケートを、年に数回までお送りするために使います。いまは、このメールを送っていません。"
    ),
)
CONSENTS = {consent.purpose: consent for consent in (TERMS, NEWS, RESEARCH)}


async def append(account_id: uuid.UUID, consent: Consent, act: ConsentAct) -> None:
    """Append a row to the consent log, in the caller's unit of work."""
    if not db.in_unit_of_work():
        raise RuntimeError("a consent was recorded outside a unit of work")
    await ConsentEntry(
        id=new_id(),
        account_id=account_id,
        purpose=consent.purpose,
        version=consent.version,
        act=act,
        recorded_at=clock.now(),
    ).save()
