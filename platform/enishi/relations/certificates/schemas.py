"""What certificates take in and give out."""

from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Annotated, Any, Self

from pydantic import ConfigDict, Field

from enishi.kit import clock
from enishi.kit.jws import base64url, from_base64url
from enishi.kit.schema import Schema
from enishi.relations.certificates.kinds import Verdict

_LONGEST_TOKEN = 8000


class CertificateForm(Schema):
    """Whether the account's name stands on the certificate: only if its holder says so."""

    with_name: bool = False


class TokenForm(Schema):
    """A certificate as text, pasted to be verified."""

    token: Annotated[str, Field(max_length=_LONGEST_TOKEN)] = ""


class Claims(Schema):
    """What a certificate says; the names of the claims are in docs/certificates.md.

    `tier` is text: an older program may meet a tier that it does not know. Place, tier and name
    are empty where the holder does not show them (sd_jwt.py). `position` and `secret` (16 bytes)
    find the certificate's bit in the status list.
    """

    # A later version may say more.
    model_config = ConfigDict(frozen=True, extra="ignore", hide_input_in_errors=True)

    issuer: str
    number: str
    issued_at: datetime
    expires_at: datetime
    place: str = ""
    place_name: str = ""
    tier: str = ""
    name: str = ""
    position: Annotated[int, Field(ge=0)]
    secret: bytes

    @property
    def last_day(self) -> date:
        """The last day in Japan on which the certificate is valid."""
        return clock.last_day(self.expires_at)

    def document(self) -> dict[str, Any]:
        """The claims as they are signed (registered names of RFC 7519 where there are any)."""
        named = {"name": self.name} if self.name else {}
        return {
            "iss": self.issuer,
            "jti": self.number,
            "iat": int(self.issued_at.timestamp()),
            "exp": int(self.expires_at.timestamp()),
            "place": self.place,
            "place_name": self.place_name,
            "tier": self.tier,
            **named,
            "status": {"idx": self.position, "key": base64url(self.secret)},
        }

    @classmethod
    def of(cls, document: dict[str, Any]) -> Self:
        """Raises ValueError or KeyError for a document of another shape."""
        status = document["status"]
        return cls(
            issuer=document["iss"],
            number=document["jti"],
            issued_at=instant(document["iat"]),
            expires_at=instant(document["exp"]),
            place=document.get("place", ""),
            place_name=document.get("place_name", ""),
            tier=document.get("tier", ""),
            name=document.get("name", ""),
            position=status["idx"],
            secret=from_base64url(status["key"]),
        )


@dataclass(frozen=True)
class StatusList:
    """The signed list of one moment: a bit for each position, masked (status_list.py)."""

    issuer: str
    issued_at: datetime
    bits: bytes


@dataclass(frozen=True)
class Checked:
    """A verdict.

    `claims` is None where they cannot be relied on; `status_at` is the moment of the status list
    that was used, None without one.
    """

    verdict: Verdict
    claims: Claims | None = None
    status_at: datetime | None = None


class CertificateView(Schema):
    """A certificate in force, for its holder."""

    number: str
    tier: str
    token: str
    sd_jwt: str
    issued_at: datetime
    expires_at: datetime


def instant(seconds: Any) -> datetime:
    """A NumericDate of RFC 7519. Raises ValueError."""
    if isinstance(seconds, bool) or not isinstance(seconds, int):
        raise ValueError("no whole number of seconds")  # noqa: TRY004 (one error for all shapes)
    try:
        return datetime.fromtimestamp(seconds, UTC)
    except (OverflowError, OSError) as error:
        raise ValueError("no date") from error
