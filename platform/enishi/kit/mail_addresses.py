"""Mail addresses: one type for every form, API and command, and the same check before sending.

What one layer accepts and a deeper one refuses becomes an internal error, and the reverse locks
people out: so there is one reader of addresses, `read_address`.
"""

import re
import unicodedata
from dataclasses import dataclass
from typing import Annotated

from email_validator import EmailNotValidError, validate_email
from pydantic import AfterValidator, Field

from enishi.kit.i18n import gettext_lazy

LONGEST = 254  # characters, as RFC 5321 (4.5.3.1.3) has it for a path
_LONGEST_LOCAL_PART = 64
_SPACE_AROUND = re.compile(r"^[\s\u200b\ufeff]+|[\s\u200b\ufeff]+$")


@dataclass(frozen=True)
class ReadAddress:
    """`domain` in Unicode, as people read it; `ascii_domain` as mail servers do."""

    local: str
    domain: str
    ascii_domain: str


def read_address(typed: str) -> ReadAddress:
    """Raises ValueError for what is not one address that our mails can reach.

    Full-width letters, digits and signs of an input method are folded (NFKC). Wider than RFC 5322
    in one way: Japanese carriers gave out local parts with dots in a row or at the end; they are
    in use. Local parts are ASCII: mail servers without SMTPUTF8 (RFC 6531) are still common, and a
    code that never arrives is worse than a refusal. Domains that reach no mail server (localhost,
    .local, .invalid …) are refused, but for .test.
    """
    folded = _SPACE_AROUND.sub("", unicodedata.normalize("NFKC", typed))
    local, _, domain = folded.rpartition("@")
    if len(local) > _LONGEST_LOCAL_PART:
        raise ValueError("not a mail address")
    without_odd_dots = ".".join(filter(None, local.split(".")))
    try:
        checked = validate_email(
            f"{without_odd_dots}@{domain}",
            allow_smtputf8=False,
            check_deliverability=False,
            test_environment=True,
        )
    except EmailNotValidError as error:
        raise ValueError("not a mail address") from error
    read = ReadAddress(local, checked.domain, checked.ascii_domain or checked.domain)
    if len(local) + 1 + max(len(read.domain), len(read.ascii_domain)) > LONGEST:
        raise ValueError("not a mail address")
    return read


def mail_address(typed: str) -> str:
    """The canonical spelling of an address: lower case, Unicode domain.

    RFC 5321 allows a host to distinguish `A@` from `a@`. No common host does, and people type both.
    """
    try:
        read = read_address(typed)
    except ValueError:
        raise ValueError(
            gettext_lazy(
                "メールアドレスは「name@example.jp」のように入力してください。@の前に使えるのは、英数字と記号です。"
            )
        ) from None
    return f"{read.local}@{read.domain}".lower()


MailAddress = Annotated[
    str,
    Field(max_length=LONGEST, json_schema_extra={"format": "email"}),
    AfterValidator(mail_address),
]
