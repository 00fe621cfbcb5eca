"""Sign-in of operators, who have a shell on the server: a link made there works once.

The link holds a signed token. Its use inserts the token's id, and the primary key refuses a second
use. The session is a signed cookie for eight hours, without an account.
"""

import secrets
from datetime import timedelta

from enishi.kit import clock, db, keyring, links
from enishi.kit.i18n import Language
from enishi.kit.keyring import BadTokenError
from enishi.operations.errors import BadLinkError, NotAnOperatorError, UsedLinkError

_PAGE = links.declare("operator:sign-in", "/{language}/operator/sign-in")
LINK_SECONDS = 10 * 60
SESSION_SECONDS = 8 * 60 * 60
_LINK, _SESSION = "operator", "operator-session"


def new_link(language: Language) -> str:
    """The URL of a new sign-in link, with a token of its own. Raises KeyRingError."""
    return links.absolute(_PAGE, language, query={"token": new_link_token()})


def new_link_token() -> str:
    """The secret part of a sign-in link: it can be used once within ten minutes."""
    return keyring.ring().sign(_LINK, {"id": secrets.token_hex(16)}, seconds=LINK_SECONDS)


async def use_link(token: str) -> tuple[str, str]:
    """Use up a link; returns the operator's id for the audit trail and the session's token.

    Runs in the caller's unit of work. Raises BadLinkError and UsedLinkError.
    """
    try:
        link_id = str(keyring.ring().verify(_LINK, token)["id"])
    except BadTokenError as error:
        raise BadLinkError from error
    inserted = await db.fetch_one(
        "INSERT INTO operations_sign_in (id, used_at) VALUES ($1, $2)"
        " ON CONFLICT (id) DO NOTHING RETURNING id",
        link_id,
        clock.now(),
    )
    if inserted is None:
        raise UsedLinkError
    return link_id, keyring.ring().sign(_SESSION, {"id": link_id}, seconds=SESSION_SECONDS)


def operator_of(session_token: str) -> str:
    """The operator's id. Raises NotAnOperatorError."""
    try:
        return str(keyring.ring().verify(_SESSION, session_token)["id"])
    except BadTokenError as error:
        raise NotAnOperatorError from error


async def prune() -> None:
    """Delete the ids of used links that have expired."""
    await db.execute(
        "DELETE FROM operations_sign_in WHERE used_at < $1", clock.now() - timedelta(days=1)
    )
