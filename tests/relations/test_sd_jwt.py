"""Certificates of which the holder shows a part: nothing hidden is told, all shown is signed."""

import itertools
import json
from datetime import timedelta

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.fixtures.accounts import Browser, SignIn, make_account
from tests.relations.build import plain, registered
from tests.relations.certificate_walks import issued, said, verdict
from tests.relations.certificates import ISSUED, KEY, KEYS, LISTED, OTHER, claims, listed, token

from enishi.kit import clock, db, jws
from enishi.kit.jws import KeyUnknownError, TokenError, TokenUnreadableError, from_base64url
from enishi.relations.certificates import sd_jwt, tokens
from enishi.relations.certificates.kinds import Verdict
from enishi.relations.certificates.schemas import Claims
from enishi.relations.certificates.verification import verify

WHOLE = sd_jwt.sign(claims(name="花子"), KEY)
VALUES = {"place": "岐阜県飛騨市", "tier": "basic", "name": "花子"}
EVERY_CHOICE = [
    chosen for size in range(4) for chosen in itertools.combinations(sd_jwt.CHOICES, size)
]


def read(text: str) -> Claims:
    return tokens.read_certificate(text, KEYS)


@pytest.mark.parametrize("chosen", EVERY_CHOICE)
def test_what_is_chosen_is_shown_and_nothing_else(chosen: tuple[str, ...]) -> None:
    shown = sd_jwt.choose(WHOLE, chosen)
    found = read(shown)
    values = {"place": found.place_name, "tier": found.tier, "name": found.name}
    assert values == {each: VALUES[each] if each in chosen else "" for each in VALUES}
    assert (found.place == "212172") is ("place" in chosen)
    assert (found.number, found.expires_at) == (claims().number, claims().expires_at)
    # Nor is it anywhere in the text, in any part of it.
    parts = [from_base64url(each) for each in shown.replace("~", ".").split(".") if each]
    for each, value in VALUES.items():
        assert any(value.encode() in part for part in parts) is (each in chosen)
    assert shown.isascii()


def test_the_signed_part_does_not_tell_whether_there_is_a_name() -> None:
    with_name, without = (
        jws.verify(sd_jwt.sign(each, KEY).split("~")[0], sd_jwt.TYP, KEYS)
        for each in (claims(name="花子"), claims())
    )
    assert len(with_name["_sd"]) == len(without["_sd"]) == 4
    assert with_name.keys() == without.keys()
    assert sd_jwt.choices_of(sd_jwt.sign(claims(), KEY)) == ["place", "tier"]
    assert sd_jwt.choices_of(WHOLE) == ["place", "tier", "name"]


def test_two_copies_have_other_salts() -> None:
    assert set(WHOLE.split("~")[1:-1]).isdisjoint(sd_jwt.sign(claims(name="花子"), KEY).split("~"))


def test_a_disclosure_that_is_not_signed_is_refused() -> None:
    signed, *disclosures, _ = WHOLE.split("~")
    foreign = sd_jwt.sign(claims(name="太郎"), KEY).split("~")[-2]
    forged = jws.base64url(json.dumps(["salt", "name", "太郎"], ensure_ascii=False).encode())
    for added in (foreign, forged, disclosures[0], "", "!", "e30"):
        with pytest.raises(TokenUnreadableError):
            read("~".join([signed, *disclosures, added, ""]))
    with pytest.raises(TokenUnreadableError):
        read("~".join([signed, *disclosures]))  # cut off: no empty end
    with pytest.raises(TokenUnreadableError):
        read(f"{token()}~")  # another kind of token
    with pytest.raises(KeyUnknownError):
        read(sd_jwt.sign(claims(), OTHER))


@pytest.mark.parametrize("claim", ["exp", "status", "iss", "_sd"])
def test_no_disclosure_replaces_what_is_always_shown(claim: str) -> None:
    """Not even a signed one."""
    disclosure = jws.base64url(json.dumps(["salt", claim, 9_999_999_999]).encode())
    document = claims().document() | {"_sd_alg": "sha-256", "_sd": [sd_jwt._digest(disclosure)]}
    with pytest.raises(TokenUnreadableError):
        read(f"{jws.sign(document, sd_jwt.TYP, KEY)}~{disclosure}~")


@given(at=st.integers(0, len(WHOLE) - 1), to=st.sampled_from("AZaz09-_.~"))
def test_no_changed_character_shows_anything_else(at: int, to: str) -> None:
    changed = WHOLE[:at] + to + WHOLE[at + 1 :]
    try:
        found = read(changed)
    except TokenError:
        return
    assert found == read(WHOLE)  # unused bits at the end of the signature


def test_it_expires_and_is_revoked_with_its_certificate() -> None:
    shown, own = sd_jwt.choose(WHOLE, []), claims(name="花子")
    now = LISTED + timedelta(days=1)
    assert verify(shown, KEYS, listed(standing=[own]), now).verdict is Verdict.VALID
    assert verify(shown, KEYS, listed(revoked=[own]), now).verdict is Verdict.REVOKED
    assert verify(shown, KEYS, None, now).verdict is Verdict.UNCHECKED
    expired = ISSUED + timedelta(days=365)
    assert verify(shown, KEYS, None, expired).verdict is Verdict.EXPIRED


@pytest.mark.usefixtures("key_file")
async def test_a_resident_chooses_what_to_show(
    signed_in: Browser, visitor: httpx.AsyncClient, browser_of: SignIn
) -> None:
    at = f"{await registered(signed_in)}/certificate"
    await issued(signed_in, at.removesuffix("/certificate"), with_name="yes")
    assert f'href="{at}/choose"' in (await signed_in.get(at)).text
    form = await signed_in.get(f"{at}/choose")
    assert form.text.count('name="show"') == 3
    assert " checked" not in form.text  # nothing is shown unless it is chosen
    assert "/choose/qr" not in form.text
    made = await signed_in.get(f"{at}/choose", params={"show": ["place", "no-such"], "made": "yes"})
    assert "見せる項目：登録先の地域" in plain(made)
    assert f'src="{at}/choose/qr?show=place"' in made.text
    file = await signed_in.get(f"{at}/choose/file?show=place")
    shown = await said(visitor, file.text)
    assert "岐阜県飛騨市" in shown
    assert "花子" not in shown
    assert "ベーシック登録" not in shown
    picture = await signed_in.get(f"{at}/choose/qr?show=place&show=tier&show=name")
    assert picture.content.startswith(b"\x89PNG")
    assert await verdict(file.text) is Verdict.VALID
    stranger = await browser_of(await make_account("太郎"))
    for part in ("", "/qr", "/file"):
        assert (await stranger.get(f"{at}/choose{part}?show=place")).status_code == 404
    await db.execute(
        "UPDATE relations_certificate SET revoked_at = $1, token = '', sd_jwt = ''", clock.now()
    )
    assert await verdict(file.text) is Verdict.REVOKED
    assert (await signed_in.get(f"{at}/choose")).status_code == 404


@pytest.mark.usefixtures("key_file")
async def test_a_certificate_of_before_there_was_a_choice_has_none(signed_in: Browser) -> None:
    at = f"{await registered(signed_in)}/certificate"
    await issued(signed_in, at.removesuffix("/certificate"))
    await db.execute("UPDATE relations_certificate SET sd_jwt = ''")
    assert "/choose" not in (await signed_in.get(at)).text
    assert (await signed_in.get(f"{at}/choose")).status_code == 404
