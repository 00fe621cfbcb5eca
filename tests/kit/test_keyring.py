"""Keys rotate, serve one purpose each, and nothing that was tampered with is believed."""

import base64
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from enishi.kit import clock, keyring
from enishi.kit.keyring import BadTokenError, KeyRing, KeyRingError
from enishi.settings import Environment, Settings

OLD = "old:" + base64.urlsafe_b64encode(b"o" * 32).decode()
NEW = "new:" + base64.urlsafe_b64encode(b"n" * 32).decode().rstrip("=")
RING = KeyRing(NEW)
ROTATED = KeyRing(f"{NEW},{OLD}")
NOW = datetime(2026, 11, 23, 3, tzinfo=UTC)
PAYLOADS = st.dictionaries(
    st.text(max_size=5), st.integers(-(2**53), 2**53) | st.text(max_size=9) | st.none(), max_size=4
)


@given(PAYLOADS)
def test_a_token_gives_its_payload_back(payload: dict[str, object]) -> None:
    assert RING.verify("p", RING.sign("p", payload, seconds=60)) == payload


@given(st.binary(max_size=50))
def test_a_ciphertext_gives_its_plain_bytes_back_and_never_looks_the_same(plain: bytes) -> None:
    sealed = RING.encrypt("p", plain)
    assert RING.decrypt("p", sealed) == plain
    assert RING.encrypt("p", plain) != sealed


def test_a_token_ends_at_the_exact_instant() -> None:
    with clock.frozen_at(NOW):
        token = RING.sign("p", {"a": 1}, seconds=60)
    with clock.frozen_at(NOW + timedelta(seconds=60, microseconds=-1)):
        assert RING.verify("p", token) == {"a": 1}
    with clock.frozen_at(NOW + timedelta(seconds=60)), pytest.raises(BadTokenError):
        RING.verify("p", token)


def test_what_was_made_for_one_purpose_proves_nothing_for_another() -> None:
    with pytest.raises(BadTokenError):
        RING.verify("sign-in", RING.sign("newsletter", {}, seconds=60))
    with pytest.raises(BadTokenError):
        RING.decrypt("health", RING.encrypt("address", b"x"))
    assert RING.mac("a", b"x") != RING.mac("b", b"x")


def test_a_rotated_ring_still_believes_the_old_key_and_signs_with_the_new_one() -> None:
    before = KeyRing(OLD)
    token, sealed = before.sign("p", {"a": 1}, seconds=60), before.encrypt("p", b"x")
    assert ROTATED.verify("p", token) == {"a": 1}
    assert ROTATED.decrypt("p", sealed) == b"x"
    assert before.mac("p", b"x") in ROTATED.macs("p", b"x")
    assert ROTATED.mac("p", b"x") == ROTATED.macs("p", b"x")[0] == RING.mac("p", b"x")
    assert ROTATED.sign("p", {}, seconds=60).startswith("new.")
    assert ROTATED.encrypt("p", b"").startswith(b"new\0")
    with pytest.raises(BadTokenError):
        RING.verify("p", token)
    with pytest.raises(BadTokenError):
        RING.decrypt("p", sealed)


TOKEN = ROTATED.sign("p", {"actor": "0192", "list": [1, 2]}, seconds=10**9)
SEALED = ROTATED.encrypt("p", b"plain text")


@pytest.mark.parametrize("at", range(len(TOKEN)))
def test_a_token_changed_in_any_letter_is_refused(at: int) -> None:
    for other in "A=.é\0" if TOKEN[at] != "A" else "B-.é\0":
        if TOKEN[at] != other:
            with pytest.raises(BadTokenError):
                ROTATED.verify("p", TOKEN[:at] + other + TOKEN[at + 1 :])
    with pytest.raises(BadTokenError):
        ROTATED.verify("p", TOKEN[:at])


@pytest.mark.parametrize("at", range(len(SEALED)))
def test_a_ciphertext_changed_in_any_byte_is_refused(at: int) -> None:
    for other in (SEALED[at] ^ 1, SEALED[at] ^ 0x80):
        with pytest.raises(BadTokenError):
            ROTATED.decrypt("p", SEALED[:at] + bytes([other]) + SEALED[at + 1 :])
    with pytest.raises(BadTokenError):
        ROTATED.decrypt("p", SEALED[:at])


def test_a_token_with_the_key_name_of_another_key_is_refused() -> None:
    with pytest.raises(BadTokenError):
        ROTATED.verify("p", TOKEN.replace("new.", "old.", 1))
    with pytest.raises(BadTokenError):
        ROTATED.decrypt("p", SEALED.replace(b"new\0", b"old\0", 1))


@given(st.text() | st.text(st.sampled_from("new.old=AZ_-é\ud800\0"), max_size=30))
def test_no_text_breaks_the_reading_of_tokens(text: str) -> None:
    for token in (text, f"new.{text}", f"new.e30.{text}", TOKEN + text[:1] + "."):
        with pytest.raises(BadTokenError) as caught:
            ROTATED.verify("p", token)
        assert len(text) < 8 or text not in str(caught.value)  # errors are logged


@given(st.binary(max_size=60))
def test_no_bytes_break_the_reading_of_ciphertexts(data: bytes) -> None:
    for sealed in (data, b"new\0" + data, b"old\0" + data):
        with pytest.raises(BadTokenError):
            ROTATED.decrypt("p", sealed)


@pytest.mark.parametrize(
    "keys",
    [
        "",
        " , ",
        "new",
        "new:",
        "new:AAAA",
        ":" + NEW.partition(":")[2],
        "a.b:" + NEW.partition(":")[2],
        "鍵:" + NEW.partition(":")[2],
        "new:é" + NEW.partition(":")[2],
        f"{NEW},{OLD.replace('old', 'new')}",
    ],
)
def test_a_ring_that_cannot_be_used_is_refused_without_telling_the_key(keys: str) -> None:
    with pytest.raises(KeyRingError) as caught:
        KeyRing(keys)
    assert "bm5u" not in str(caught.value)


def test_a_fresh_key_can_be_used() -> None:
    assert KeyRing(f"{keyring.new_key('k1')}, {keyring.new_key('k2')},").sign("p", {}, seconds=1)
    assert keyring.new_key("k") != keyring.new_key("k")


DEVELOPMENT = keyring.DEVELOPMENT_KEYS.partition(":")[2]


@pytest.mark.parametrize(
    "keys",
    [
        "",
        keyring.DEVELOPMENT_KEYS,
        f"mine:{DEVELOPMENT}",
        f"{NEW},mine:{DEVELOPMENT.rstrip('=')}",
        f"mine:{DEVELOPMENT[:20]}\n{DEVELOPMENT[20:]}",  # another spelling of the same bytes
    ],
)
def test_production_refuses_the_key_that_everybody_can_read(keys: str) -> None:
    with pytest.raises(KeyRingError):
        keyring.ring_for(Settings(environment=Environment.PRODUCTION, keys=keys))
    keyring.ring_for(Settings(environment=Environment.DEVELOPMENT, keys=keys))


def test_production_takes_keys_of_its_own() -> None:
    settings = Settings(environment=Environment.PRODUCTION, keys=keyring.new_key("k1"))
    assert keyring.ring_for(settings).sign("p", {}, seconds=1).startswith("k1.")
