"""As whom a form was opened: a hidden field that says whether the identity changed before sending.

A person writes signed in, the session ends, and the form would be sent as a guest's: a form carries
a keyed digest of the account that its page was rendered for (or of no account), and reading a sent
form compares it with the account that sends it. After a change the form is shown again, 409; it
then carries the new identity, so sending it once more confirms.

Pages of the shared cache are rendered for nobody in particular: their forms carry no digest.
"""

import hmac
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

from enishi.kit import keyring
from enishi.kit.errors import ConflictError
from enishi.kit.i18n import gettext_lazy

FIELD = "opened_as"
_PURPOSE = "form.opened-as"
_NO_ACCOUNT = "none"

# None means *not identified* (a public page), not *without an account*.
_identity: ContextVar[str | None] = ContextVar("enishi_form_identity", default=None)


class SignedOutMeanwhileError(ConflictError):
    message = gettext_lazy(
        "ログインが切れています。このまま送ると、登録していない方として送られます。"
        "ログインしている方として送るには、別のタブでログインしてから送ってください。"
        "登録していない方として送ってよければ、もう一度送ってください。"
    )


class OtherAccountError(ConflictError):
    message = gettext_lazy(
        "この画面を開いた後に、ログインの状態が変わりました。"
        "いまログインしている方として送ってよければ、もう一度送ってください。"
    )


def identify(account_id: object | None) -> None:
    """Set the account of the current request; None means *without an account*."""
    _identity.set(str(account_id or _NO_ACCOUNT))


def forget() -> None:
    """Mark the current request as not identified."""
    _identity.set(None)


@contextmanager
def left_out() -> Iterator[None]:
    """Render forms without an identity inside the block: for pages that many readers share."""
    token = _identity.set(None)
    try:
        yield
    finally:
        _identity.reset(token)


def field_value() -> str:
    """The digest for the hidden field; empty on a page that is not rendered for one person."""
    identity = _identity.get()
    return "" if identity is None else keyring.ring().mac(_PURPOSE, identity.encode()).hex()


def find_change(sent: str) -> ConflictError | None:
    """The refusal of a form whose field `sent` was made for another identity than the current.

    A form without the field came from a shared page, or its route identifies nobody: no refusal.
    """
    identity = _identity.get()
    if identity is None or not sent:
        return None
    # With every key of the ring: a key may be rotated while a form is open.
    known = keyring.ring().macs(_PURPOSE, identity.encode())
    if any(hmac.compare_digest(mac.hex().encode(), sent.encode()) for mac in known):
        return None
    return SignedOutMeanwhileError() if identity == _NO_ACCOUNT else OtherAccountError()
