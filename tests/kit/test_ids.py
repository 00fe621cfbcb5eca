"""What the public sees cannot be guessed, and a receipt survives being read out or typed badly."""

import re
import uuid
from typing import Annotated

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import Field, TypeAdapter, ValidationError

from enishi.kit import ids

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
RECEIPTS = st.text(st.sampled_from(ALPHABET), min_size=16, max_size=16).map(
    lambda letters: "-".join(re.findall("....", letters))
)
FULL_WIDTH = {ord(each): chr(ord(each) + 0xFEE0) for each in ALPHABET + ALPHABET.lower()}
DASHES = ("", " ", "-", "‐", "–", "—", "−", "ー", "ｰ", "－", "　", "_", "\u200b", " - ", "・")


def test_identifiers_sort_by_the_time_they_were_made() -> None:
    made = [ids.new_id() for _ in range(1000)]
    assert made == sorted(made)
    assert {each.version for each in made} == {7}
    assert all(type(each) is uuid.UUID for each in made)


def test_receipts_and_public_ids_are_not_repeated_and_have_one_shape() -> None:
    receipts = {ids.new_receipt() for _ in range(1000)}
    public = {ids.new_public_id() for _ in range(1000)}
    assert len(receipts) == len(public) == 1000
    assert all(re.fullmatch(rf"([{ALPHABET}]{{4}}-){{3}}[{ALPHABET}]{{4}}", r) for r in receipts)
    assert all(re.fullmatch(r"[\w-]{22}", each) for each in public)
    assert set("".join(receipts)) - {"-"} == set(ALPHABET)


@given(RECEIPTS, st.data())
def test_a_receipt_is_understood_however_it_was_read_and_typed(
    receipt: str, data: st.DataObject
) -> None:
    typed = ""
    for letter in receipt.replace("-", ""):
        misread = {"0": "0Oo", "1": "1IiLl", "V": "VvUu"}.get(letter, letter + letter.lower())
        spelt = data.draw(st.sampled_from(misread))
        if data.draw(st.booleans()):
            spelt = spelt.translate(FULL_WIDTH)
        typed += spelt + data.draw(st.sampled_from(DASHES))
    assert ids.read_receipt(typed) == receipt


@given(st.text(max_size=40))
def test_what_is_read_as_a_receipt_is_one(typed: str) -> None:
    read = ids.read_receipt(typed)
    assert read is None or ids.read_receipt(read) == read


@given(RECEIPTS, st.integers(0, 15))
def test_a_receipt_with_a_letter_missing_or_too_many_is_refused(receipt: str, at: int) -> None:
    letters = receipt.replace("-", "")
    assert ids.read_receipt(letters[:at] + letters[at + 1 :]) is None
    assert ids.read_receipt(letters + "A") is None
    assert ids.read_receipt(letters[:-1] + "*") is None


def test_a_slug_is_short_and_in_small_latin_letters() -> None:
    slugs = TypeAdapter(Annotated[str, Field(pattern=ids.SLUG_PATTERN)])
    for slug in ("a", "a-b", "2026-dialogue", "a" * 80):
        assert slugs.validate_python(slug) == slug
    for slug in ("", "-a", "a-", "A", "a_b", "あ", "a" * 81, "a\n"):
        with pytest.raises(ValidationError):
            slugs.validate_python(slug)
