"""The guest cookie is verified once by a process, and still expires."""

import uuid
from datetime import timedelta

import pytest

from enishi.consultations.participation import guest_cookie
from enishi.kit import clock, keyring


def test_a_token_that_was_read_is_not_verified_again_and_expires(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    consultation, guest = uuid.uuid4(), uuid.uuid4()
    token = guest_cookie.token_for(consultation, guest)
    assert guest_cookie.read(consultation, token) == guest
    with monkeypatch.context() as patch:
        patch.setattr(keyring.KeyRing, "verify_with_expiry", None)
        assert guest_cookie.read(consultation, token) == guest
        assert guest_cookie.read(uuid.uuid4(), token) is None
    late = clock.now() + timedelta(seconds=guest_cookie.SECONDS + 1)
    with clock.frozen_at(late):
        assert guest_cookie.read(consultation, token) is None


def test_a_token_that_was_read_ends_with_its_key(monkeypatch: pytest.MonkeyPatch) -> None:
    consultation, guest = uuid.uuid4(), uuid.uuid4()
    token = guest_cookie.token_for(consultation, guest)
    assert guest_cookie.read(consultation, token) == guest
    other = keyring.KeyRing(keyring.new_key("k9"))
    monkeypatch.setattr(keyring, "ring", lambda: other)
    assert guest_cookie.read(consultation, token) is None


def test_a_forged_token_is_refused_each_time() -> None:
    consultation = uuid.uuid4()
    token = guest_cookie.token_for(consultation, uuid.uuid4())
    forged = token[:-1] + ("A" if token[-1] != "A" else "B")
    for _ in range(2):
        assert guest_cookie.read(consultation, forged) is None
        assert guest_cookie.read(consultation, "") is None
