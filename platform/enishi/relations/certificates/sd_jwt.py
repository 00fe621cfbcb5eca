"""Certificates of which the holder chooses what to show: SD-JWT (RFC 9901), without key binding.

The signed part has digests in the place of what may be hidden. Each disclosure (a salt, the name of
a claim, its value) that the holder adds is found by its digest. The number of digests is fixed, so
that it does not tell whether there is a name.
"""

import hashlib
import json
from collections.abc import Iterable, Mapping
from typing import Any

from enishi.kit import ids, jws
from enishi.kit.jws import TokenUnreadableError, base64url, from_base64url
from enishi.kit.signing_key import SigningKey
from enishi.relations.certificates.schemas import Claims

TYP, _TYPE = "dc+sd-jwt", "urn:enishi:certificate"
# What the holder chooses -> its claims. All other claims are always shown: without the last day
# and the position in the status list a certificate cannot be verified.
CHOICES: Mapping[str, tuple[str, ...]] = {
    "place": ("place", "place_name"),
    "tier": ("tier",),
    "name": ("name",),
}
_HIDEABLE = tuple(claim for claims in CHOICES.values() for claim in claims)
_SALT_BYTES = 16


def sign(claims: Claims, key: SigningKey) -> str:
    """The certificate with all its disclosures: its holder's copy."""
    document = claims.document()
    disclosures = [_disclosure(name, document.pop(name)) for name in _HIDEABLE if name in document]
    decoys = [ids.random_bytes(32) for _ in range(len(_HIDEABLE) - len(disclosures))]
    digests = sorted([*map(_digest, disclosures), *map(base64url, decoys)])
    document |= {"vct": _TYPE, "_sd_alg": "sha-256", "_sd": digests}
    return "~".join([jws.sign(document, TYP, key), *disclosures, ""])


def choose(token: str, shown: Iterable[str]) -> str:
    """The certificate with the disclosures of these keys of CHOICES only."""
    claims = {claim for each in shown for claim in CHOICES[each]}
    signed, *disclosures, _ = token.split("~")
    return "~".join([signed, *(each for each in disclosures if _opened(each)[0] in claims), ""])


def choices_of(token: str) -> list[str]:
    """The keys of CHOICES that this holder's copy can show."""
    names = {_opened(each)[0] for each in token.split("~")[1:-1]}
    return [choice for choice, claims in CHOICES.items() if names >= set(claims)]


def read(text: str, keys: Mapping[str, bytes]) -> dict[str, Any]:
    """The signed claims with those that are disclosed. Raises jws.TokenError.

    A disclosure that is not signed, or is there twice, makes all of it unreadable.
    """
    signed, *disclosures, binding = text.split("~")
    document = jws.verify(signed, TYP, keys)
    digests = document.pop("_sd", None)
    if binding or not isinstance(digests, list) or document.pop("_sd_alg", "") != "sha-256":
        raise TokenUnreadableError
    for each in disclosures:
        if _digest(each) not in digests:
            raise TokenUnreadableError
        digests.remove(_digest(each))
        name, value = _opened(each)
        if name not in _HIDEABLE or name in document:
            raise TokenUnreadableError
        document[name] = value
    return document


def _disclosure(name: str, value: str) -> str:
    salt = base64url(ids.random_bytes(_SALT_BYTES))
    return base64url(json.dumps([salt, name, value], ensure_ascii=False).encode())


def _digest(disclosure: str) -> str:
    return base64url(hashlib.sha256(disclosure.encode()).digest())


def _opened(disclosure: str) -> tuple[str, str]:
    """Name and value. Raises TokenUnreadableError."""
    try:
        _, name, value = json.loads(from_base64url(disclosure))
    except (ValueError, TypeError, RecursionError) as error:
        raise TokenUnreadableError from error
    return str(name), str(value)
