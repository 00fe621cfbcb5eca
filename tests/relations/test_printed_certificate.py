"""The certificate as PDF: tagged, in the reader's language, with its font, and nothing run."""

import re
import zlib

import pytest
from tests.fixtures.accounts import Browser, SignIn, make_account
from tests.relations.build import registered
from tests.relations.certificate_walks import issued

from enishi.relations.pages.printed_certificate import compiled

_CARD = {
    "title": "岐阜県飛騨市の登録証",
    "lang": "ja",
    "alt": "QRコード",
    "picture": '<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"/>',
    "rows": [("名前", "花子"), ("有効期限", "2027年12月1日")],
    "notes": ["二つの", "注"],
}


def insides(pdf: bytes) -> bytes:
    """The file with its compressed streams unpacked."""
    streams = re.findall(rb"stream\r?\n(.*?)\r?\nendstream", pdf, re.DOTALL)
    unpacked = []
    for each in streams:
        try:
            unpacked.append(zlib.decompress(each))
        except zlib.error:
            continue
    return b"\n".join([pdf, *unpacked])


def test_it_is_tagged_has_its_language_title_and_font() -> None:
    pdf = compiled(_CARD)
    inside = insides(pdf)
    for part in (b"pdfuaid:part", b"/Lang", b"/StructTreeRoot", b"NotoSansCJKjp", b"/FontFile3"):
        assert part in inside, part
    assert pdf == compiled(_CARD)  # no date, no random id


@pytest.mark.parametrize("name", ["#panic()", "*太字*", "$x$", ']#read("/etc/passwd")[', "\\"])
def test_what_a_person_typed_is_never_read_as_markup(name: str) -> None:
    pdf = compiled(_CARD | {"rows": [("名前", name)]})
    assert pdf.startswith(b"%PDF-1.7")


@pytest.mark.usefixtures("key_file")
async def test_a_resident_saves_the_pdf_and_nobody_else_does(
    signed_in: Browser, browser_of: SignIn
) -> None:
    at = await registered(signed_in)
    assert (await signed_in.get(f"{at}/certificate/pdf")).status_code == 404
    await issued(signed_in, at, with_name="yes")
    page = await signed_in.get(f"{at}/certificate")
    assert f'href="{at}/certificate/pdf"' in page.text
    ours, english = [
        await signed_in.get(f"{address}/certificate/pdf")
        for address in (at, at.replace("/ja/", "/en/"))
    ]
    for answer in (ours, english):
        assert answer.headers["content-type"] == "application/pdf"
        assert answer.headers["cache-control"] == "private, no-store"
        assert answer.content.startswith(b"%PDF-1.7")
    assert ours.content != english.content
    stranger = await browser_of(await make_account("太郎"))
    assert (await stranger.get(f"{at}/certificate/pdf")).status_code == 404
