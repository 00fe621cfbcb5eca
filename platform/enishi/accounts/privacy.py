"""The personal data of the accounts domain and of the layers below it."""

import uuid
from collections.abc import AsyncIterator
from typing import Any

from enishi.accounts import queries, sessions
from enishi.accounts.personal_data import Column, Fate, PersonalData
from enishi.kit import db
from enishi.kit.i18n import gettext_lazy

_SIGN_IN = gettext_lazy("ログインするため")
_SHOWN = gettext_lazy("ほかの人にお名前の代わりに見せるため")
_HOME = gettext_lazy("地域別に集計するため")
_AGE = gettext_lazy("年代別に集計するため")
_MINOR = gettext_lazy("16歳未満の方を守るため")
_PROOF = gettext_lazy("いつ、どの版に同意したかを示すため")
_TRAIL = gettext_lazy("だれが何をしたかを後から確かめるため")
_MAIL = gettext_lazy("メールを届けるため")
_KEPT_TRAIL = gettext_lazy(
    "不正を後から調べられるように残します。退会した後は、だれのものか分からない番号だけです。"
)
_KEPT_PROOF = gettext_lazy(
    "同意に基づいて扱ったことを示すために残します。退会した後は、だれのものか分からない番号だけです。"
)
_KEPT_SHELL = gettext_lazy("番号が二度使われないように、番号と開設・終了の日時だけを残します。")

_COLUMNS = {
    "accounts_account.id": Column(Fate.KEPT, _SIGN_IN, _KEPT_SHELL),
    "accounts_account.address": Column(Fate.ERASED, _SIGN_IN),
    "accounts_account.display_name": Column(Fate.ERASED, _SHOWN),
    "accounts_account.home_municipality": Column(Fate.ERASED, _HOME),
    "accounts_account.birth_year": Column(Fate.ERASED, _AGE),
    "accounts_account.minor_until": Column(Fate.ERASED, _MINOR),
    "accounts_account.guardian_confirmed_at": Column(Fate.ERASED, _MINOR),
    "accounts_session.account_id": Column(Fate.ERASED, _SIGN_IN),
    "accounts_session.browser": Column(Fate.ERASED, _SIGN_IN),
    "accounts_change.account_id": Column(Fate.ERASED, _SIGN_IN),
    "accounts_challenge.address": Column(Fate.ERASED, _SIGN_IN),
    "accounts_challenge.account_id": Column(Fate.ERASED, _SIGN_IN),
    "accounts_guardian_request.account_id": Column(Fate.ERASED, _MINOR),
    "accounts_guardian_request.address": Column(Fate.ERASED, _MINOR),
    "accounts_consent.account_id": Column(Fate.KEPT, _PROOF, _KEPT_PROOF),
    "audit_entry.actor_id": Column(Fate.KEPT, _TRAIL, _KEPT_TRAIL),
    "kit_mail.recipient": Column(Fate.ERASED, _MAIL),
    "kit_mail.subject": Column(Fate.ERASED, _MAIL),
    "kit_mail.body": Column(Fate.ERASED, _MAIL),
}


async def _export(account_id: uuid.UUID) -> AsyncIterator[tuple[str, Any]]:
    account = await queries.get_account(account_id)
    yield "account", account.model_dump(mode="json")
    for session in await queries.list_sessions(account_id):
        yield "devices", session.model_dump(mode="json")
    for consent in await queries.list_consents(account_id):
        yield "consents", consent.model_dump(mode="json")
    for guardian in await queries.list_guardian_requests(account_id):
        yield "guardians", guardian


_EMPTY_ACCOUNT = """
UPDATE accounts_account SET address = NULL, display_name = '', home_municipality = NULL,
    birth_year = NULL, minor_until = NULL, guardian_confirmed_at = NULL
WHERE id = $1 AND closed_at IS NOT NULL
"""
_ERASE = (
    _EMPTY_ACCOUNT,
    "DELETE FROM accounts_session WHERE account_id = $1",
    "DELETE FROM accounts_challenge WHERE account_id = $1",
    "DELETE FROM accounts_guardian_request WHERE account_id = $1",
)


async def _erase(account_id: uuid.UUID) -> None:
    async with db.unit_of_work():
        for statement in _ERASE:
            await db.fetch(statement, account_id)
        await sessions.announce_change(account_id)


PERSONAL_DATA = PersonalData(
    domain="accounts",
    title=gettext_lazy("アカウント"),
    columns=_COLUMNS,
    export=_export,
    erase=_erase,
)
