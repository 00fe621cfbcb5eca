"""The check of a certificate: each verdict is told from all others, offline."""

import base64
import json
import math
import secrets
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.relations.certificates import (
    ISSUED,
    KEY,
    KEYS,
    LISTED,
    OTHER,
    claims,
    listed,
    token,
)

from enishi.kit import jws
from enishi.kit.jws import TokenError
from enishi.relations.certificates import status_list, tokens
from enishi.relations.certificates.kinds import Verdict
from enishi.relations.certificates.schemas import StatusList
from enishi.relations.certificates.verification import verify

DAY = timedelta(days=1)
OWN = claims()
GOOD = listed(standing=[OWN])


def verdict(text: str, known: StatusList | None = GOOD, **more: object) -> Verdict:
    now = more.pop("now", LISTED + DAY)
    return verify(text, KEYS, known, now, **more).verdict  # type: ignore[arg-type]


def changed(text: str, **claim: object) -> str:
    """The token with other claims and its old signature."""
    header, payload, signature = text.split(".")
    document = json.loads(base64.urlsafe_b64decode(payload + "=="))
    encoded = json.dumps(document | claim, ensure_ascii=False).encode()
    return f"{header}.{jws.base64url(encoded)}.{signature}"


def test_a_certificate_in_force_is_valid_and_says_what_it_says() -> None:
    checked = verify(token(name="花子"), KEYS, GOOD, LISTED + DAY)
    assert checked.verdict is Verdict.VALID
    assert checked.claims is not None
    assert (checked.claims.place_name, checked.claims.name) == ("岐阜県飛騨市", "花子")
    assert checked.status_at == LISTED


def test_a_name_stands_on_it_only_if_it_was_chosen() -> None:
    assert "name" not in claims().document()


def test_forged_content_or_key() -> None:
    assert verdict(changed(token(), place="131016")) is Verdict.FORGED
    assert verdict(changed(token(), exp=9_999_999_999)) is Verdict.FORGED
    forger = token(OTHER).split(".")
    own_name = token().split(".")[0]
    signed = OTHER.sign(f"{own_name}.{forger[1]}".encode())
    assert verdict(f"{own_name}.{forger[1]}.{jws.base64url(signed)}") is Verdict.FORGED
    assert verdict(token(OTHER)) is Verdict.UNKNOWN_KEY


@pytest.mark.parametrize(
    "text", ["", "登録証", "https://example.jp/", "a.b.c", token()[:-40] + "!"]
)
def test_what_is_no_certificate(text: str) -> None:
    assert verdict(text) is Verdict.UNREADABLE


def test_a_status_list_is_no_certificate_and_the_other_way_round() -> None:
    signed = tokens.sign_status_list(GOOD, KEY)
    assert verdict(signed) is Verdict.UNREADABLE
    with pytest.raises(TokenError):
        tokens.read_status_list(token(), KEYS)


def test_expiry_is_half_open_and_wins_over_revocation() -> None:
    revoked = listed(revoked=[OWN])
    end = OWN.expires_at
    assert (
        verdict(token(), revoked, now=end - timedelta(seconds=1)) is Verdict.UNCHECKED
    )  # old list
    assert verdict(token(), revoked, now=end) is Verdict.EXPIRED
    assert verdict(token(), now=ISSUED - DAY) is Verdict.NOT_YET_VALID


def test_revoked_and_standing_are_told_apart_whatever_the_noise() -> None:
    other = claims(position=4712, secret=b"t" * 16)
    for noise in (b"\x00", b"\xff", b"\xaa"):
        filled = noise * status_list.BYTES
        known = listed(revoked=[OWN], standing=[other], noise=filled)
        assert verdict(token(), known) is Verdict.REVOKED
        assert verdict(token(position=4712, secret=b"t" * 16), known) is Verdict.VALID


def test_without_a_list_that_is_new_enough_it_is_unchecked() -> None:
    assert verdict(token(), None) is Verdict.UNCHECKED
    assert verdict(token(), now=LISTED + 7 * DAY) is Verdict.VALID
    assert verdict(token(), now=LISTED + 7 * DAY + timedelta(seconds=1)) is Verdict.UNCHECKED
    assert verdict(token(), now=LISTED + 2 * DAY, max_age=DAY) is Verdict.UNCHECKED
    assert verdict(token(), now=LISTED - timedelta(hours=1)) is Verdict.UNCHECKED  # from the future
    foreign = listed(standing=[OWN], issuer="https://other.example.jp")
    assert verdict(token(), foreign) is Verdict.UNCHECKED
    short = StatusList(GOOD.issuer, LISTED, b"")
    assert verdict(token(), short) is Verdict.UNCHECKED


@pytest.mark.parametrize("seconds", [-60, 0, 299])
def test_noise_never_judges_a_certificate_that_the_list_does_not_know(seconds: int) -> None:
    """Its bit is noise: half of these would be called revoked."""
    at = LISTED - timedelta(seconds=seconds)
    for number in range(32):
        known = listed(noise=bytes([number * 8]) * status_list.BYTES)
        assert verdict(token(issued_at=at, position=number), known) is Verdict.VALID


def test_the_address_of_a_qr_code_and_broken_lines_are_read() -> None:
    address = f"https://enishi.example.jp/ja/verify#{token()}"
    wrapped = "\n".join(address[at : at + 60] for at in range(0, len(address), 60))
    assert verdict(address) is verdict(wrapped) is Verdict.VALID


def test_a_signed_list_is_read_again_and_a_changed_one_is_not() -> None:
    signed = tokens.sign_status_list(GOOD, KEY)
    assert tokens.read_status_list(signed, KEYS) == GOOD
    with pytest.raises(TokenError):
        tokens.read_status_list(changed(signed, iat=int(LISTED.timestamp()) + 1), KEYS)
    with pytest.raises(TokenError):
        tokens.read_status_list(tokens.sign_status_list(GOOD, OTHER), KEYS)


@given(st.sampled_from([{}, {"status": {}}, {"iat": "now"}, {"exp": None}, {"iss": 7}]))
def test_a_signed_token_of_another_shape_is_unreadable(change: dict[str, object]) -> None:
    document = (claims().document() | change) if change else {}
    assert verdict(jws.sign(document, tokens.CERTIFICATE, KEY)) is Verdict.UNREADABLE


def _ones(bits: bytes) -> int:
    return int.from_bytes(bits, "big").bit_count()


def _is_even(ones: int, of: int) -> bool:
    """Whether a number of ones is what fair coins give (six standard deviations)."""
    return abs(ones - of / 2) < 6 * math.sqrt(of / 4)


@pytest.mark.parametrize(("standing", "revoked"), [(0, 0), (40_000, 0), (0, 40_000), (20_000, 900)])
def test_a_list_and_the_change_between_two_look_alike_whatever_is_in_them(
    standing: int, revoked: int
) -> None:
    """Its length is fixed, and both it and the difference to the next are fair coins."""
    known = [
        (position, secrets.token_bytes(16), position < revoked)
        for position in range(standing + revoked)
    ]
    now = int(LISTED.timestamp())
    first, second = (
        bytes(status_list.write(known, at, secrets.token_bytes(status_list.BYTES)))
        for at in (now, now + 600)
    )
    assert len(first) == len(second) == status_list.BYTES
    difference = bytes(a ^ b for a, b in zip(first, second, strict=True))
    taken = -(-(standing + revoked) // 8)
    for bits in (first, second, difference):
        assert _is_even(_ones(bits), status_list.POSITIONS)
        if taken:  # also where all the certificates are
            assert _is_even(_ones(bits[:taken]), 8 * taken)


def test_without_the_mask_the_numbers_would_be_told(monkeypatch: pytest.MonkeyPatch) -> None:
    """The negative control of the test before."""
    monkeypatch.setattr(status_list, "mask", lambda *_: 0)
    known = [(position, b"s" * 16, False) for position in range(40_000)]
    bits = status_list.write(known, 1, secrets.token_bytes(status_list.BYTES))
    assert not _is_even(_ones(bytes(bits[:5000])), 40_000)
