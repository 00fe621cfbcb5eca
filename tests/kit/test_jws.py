"""Signed tokens: what verifies, and that nothing else does."""

import base64
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from enishi.kit import jws
from enishi.kit.jws import KeyUnknownError, SignatureWrongError, TokenUnreadableError
from enishi.kit.public_keys import key_set
from enishi.kit.signing_key import SigningKey, key_id

KEY, OTHER = SigningKey(b"\x07" * 32), SigningKey(b"o" * 32)
KEYS = {KEY.id: KEY.public, OTHER.id: OTHER.public}
TYP = "probe+jwt"
CLAIMS = {"place": "212172", "place_name": "岐阜県飛騨市", "exp": 1}


def part(document: object) -> str:
    return base64.urlsafe_b64encode(json.dumps(document).encode()).rstrip(b"=").decode()


def with_header(**changes: object) -> str:
    """A token whose signature is right for the changed header."""
    header = {"alg": "EdDSA", "kid": KEY.id, "typ": TYP} | changes
    signed = f"{part(header)}.{part(CLAIMS)}"
    return f"{signed}.{jws.base64url(KEY.sign(signed.encode()))}"


def test_a_token_is_ascii_and_gives_its_claims_back() -> None:
    token = jws.sign(CLAIMS, TYP, KEY)
    assert token.isascii()
    assert jws.verify(token, TYP, KEYS) == CLAIMS
    assert jws.sign(CLAIMS, TYP, KEY) == token


def test_the_example_of_the_standard_has_its_signature_and_thumbprint() -> None:
    """RFC 8037, appendix A."""
    key = SigningKey(jws.from_base64url("nWGxne_9WmC6hEr0kuwsxERJxWl7MmkZcDusAxyuf2A"))
    assert jws.base64url(key.public) == "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"
    assert "kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k".startswith(key_id(key.public))
    signed = key.sign(b"eyJhbGciOiJFZERTQSJ9.RXhhbXBsZSBvZiBFZDI1NTE5IHNpZ25pbmc")
    assert jws.base64url(signed) == (
        "hgyY0il_MGCjP0JzlnLWG1PPOt7-09PGcvMg3AIbQR6dWbhijcNR4ki4iylGjg5BhVsPt9g7sVvpAr_MuM0KAg"
    )


def test_both_names_of_the_algorithm_are_read_and_no_other() -> None:
    for name in ("EdDSA", "Ed25519"):
        assert jws.verify(with_header(alg=name), TYP, KEYS) == CLAIMS
    for name in ("none", "HS256", "ES256", "", None):
        with pytest.raises(TokenUnreadableError):
            jws.verify(with_header(alg=name), TYP, KEYS)


def test_another_kind_of_token_and_unknown_extensions_are_refused() -> None:
    for changes in ({"typ": "other+jwt"}, {"typ": None}, {"crit": ["b64"]}):
        with pytest.raises(TokenUnreadableError):
            jws.verify(with_header(**changes), TYP, KEYS)


def test_an_unknown_key_is_told_from_a_wrong_signature() -> None:
    token = jws.sign(CLAIMS, TYP, KEY)
    with pytest.raises(KeyUnknownError):
        jws.verify(token, TYP, {OTHER.id: OTHER.public})
    with pytest.raises(SignatureWrongError):
        jws.verify(token, TYP, {KEY.id: OTHER.public})
    with pytest.raises(SignatureWrongError):
        jws.verify(with_header(kid=OTHER.id), TYP, KEYS)


@pytest.mark.parametrize(
    "text", ["", "a", "a.b", "a.b.c", "..", "a.b.c.d", "字.b.c", "YQ.YQ.YQ", "W10.W10.YQ", "A.A.A"]
)
def test_what_is_no_token_is_refused_as_such(text: str) -> None:
    with pytest.raises(TokenUnreadableError):
        jws.verify(text, TYP, KEYS)


TOKEN = jws.sign(CLAIMS, TYP, KEY)


@given(at=st.integers(0, len(TOKEN) - 1), to=st.sampled_from("AZaz09-_."))
def test_no_changed_character_verifies(at: int, to: str) -> None:
    changed = TOKEN[:at] + to + TOKEN[at + 1 :]
    if changed == TOKEN or _same_bytes(changed):
        return
    with pytest.raises(jws.TokenError):
        jws.verify(changed, TYP, KEYS)


def _same_bytes(changed: str) -> bool:
    """Whether only unused bits at the end of the signature differ."""
    try:
        signature = jws.from_base64url(changed.rpartition(".")[2])
    except TokenUnreadableError:
        return False
    before, _, known = TOKEN.rpartition(".")
    return changed.startswith(before + ".") and signature == jws.from_base64url(known)


@given(st.text(max_size=60))
def test_no_text_raises_anything_else(text: str) -> None:
    with pytest.raises(jws.TokenError):
        jws.verify(text, TYP, KEYS)


def test_the_published_keys_name_no_algorithm() -> None:
    [first, _] = key_set(KEYS)["keys"]
    assert first == {
        "kty": "OKP",
        "crv": "Ed25519",
        "use": "sig",
        "kid": KEY.id,
        "x": jws.base64url(KEY.public),
    }
