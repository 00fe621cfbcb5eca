"""Operators are those with a shell on the server: a link made there signs them in, once.

The link is a signed token; using it is one INSERT of its id, which a second use cannot repeat.
What follows is a signed cookie of a working day, with no account behind it.
"""

import secrets
from datetime import timedelta

from enishi.kit import clock, db, keyring
from enishi.kit.errors import ConflictError, ForbiddenError, InvalidError
from enishi.kit.i18n import gettext_lazy
from enishi.kit.keyring import BadTokenError
from enishi.settings import get_settings

LINK_SECONDS = 10 * 60
SESSION_SECONDS = 8 * 60 * 60
_LINK, _SESSION = "operator", "operator-session"


class NotAnOperatorError(ForbiddenError):
    message = gettext_lazy(
        "運用者のページです。サーバーで enishi operator sign-in を実行し、"
        "表示されたリンクを開いてください。"
    )


class BadLinkError(InvalidError):
    message = gettext_lazy(
        "このリンクは使えません。作ってから10分で切れます。サーバーで作り直してください。"
    )


class UsedLinkError(ConflictError):
    message = gettext_lazy("このリンクはすでに使われました。サーバーで作り直してください。")


def new_link_token() -> str:
    """The secret part of a sign-in link, good once within ten minutes."""
    return keyring.ring().sign(_LINK, {"id": secrets.token_hex(16)}, seconds=LINK_SECONDS)


async def use_link(token: str) -> tuple[str, str]:
    """Spend a link; answers the operator's id for the audit trail and the session's token.

    Part of the caller's unit of work. Raises BadLinkError and UsedLinkError.
    """
    try:
        link_id = str(keyring.ring().verify(_LINK, token)["id"])
    except BadTokenError as error:
        raise BadLinkError from error
    inserted = await db.fetch(
        "INSERT INTO kit_operator_sign_in (id, used_at) VALUES ($1, $2)"
        " ON CONFLICT (id) DO NOTHING RETURNING id",
        link_id,
        clock.now(),
    )
    if not inserted:
        raise UsedLinkError
    return link_id, keyring.ring().sign(_SESSION, {"id": link_id}, seconds=SESSION_SECONDS)


def operator_of(session_token: str) -> str:
    """The operator's id. Raises NotAnOperatorError."""
    try:
        return str(keyring.ring().verify(_SESSION, session_token)["id"])
    except BadTokenError as error:
        raise NotAnOperatorError from error


def cookie_name() -> str:
    """With https a name that browsers only accept for this very host, over https."""
    is_secure = get_settings().base_url.startswith("https://")
    return "__Host-enishi_operator" if is_secure else "enishi_operator"


async def prune() -> None:
    """Forget used links that have expired by themselves."""
    await db.fetch(
        "DELETE FROM kit_operator_sign_in WHERE used_at < $1", clock.now() - timedelta(days=1)
    )
