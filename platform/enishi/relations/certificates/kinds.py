"""Enumerations of certificates."""

from enum import StrEnum


class Verdict(StrEnum):
    """What a check of a certificate found; exactly one of them is `VALID`."""

    VALID = "valid"
    UNREADABLE = "unreadable"  # no certificate: a part is missing, or it is something else
    UNKNOWN_KEY = "unknown_key"  # signed with a key that is not among the published ones
    FORGED = "forged"  # the signature does not belong to the content
    NOT_YET_VALID = "not_yet_valid"  # issued in the future: one of the two clocks is wrong
    EXPIRED = "expired"
    REVOKED = "revoked"
    UNCHECKED = "unchecked"  # genuine, but no status list that is new enough
