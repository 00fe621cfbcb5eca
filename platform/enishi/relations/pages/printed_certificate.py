"""A certificate as a PDF file for printing: tagged (PDF/UA-1), with its Japanese font embedded."""

import asyncio
import json
import uuid
from pathlib import Path
from typing import Any

from litestar import Response, get
from litestar.params import FromPath

from enishi.accounts.access import SIGNED_IN, CurrentActor
from enishi.kit import public_keys
from enishi.kit.formatting import format_date
from enishi.kit.http.answers import attached
from enishi.kit.i18n import current_language, gettext
from enishi.paths import FRONTEND_TEMPLATES
from enishi.places import queries as places
from enishi.relations import labels, queries
from enishi.relations.certificates import tokens
from enishi.relations.certificates.schemas import Claims
from enishi.relations.pages.certificate import AT, find_own, qr_picture

_SOURCE = "relations/certificate.typ"


@get(AT + "/pdf", name="certificates:pdf", access=SIGNED_IN)
async def pdf(actor: CurrentActor, registration_id: FromPath[uuid.UUID]) -> Response[bytes]:
    found = await find_own(actor.id, registration_id)
    registration = await queries.get_registration(actor.id, registration_id)
    claims = tokens.read_certificate(found.token, await public_keys.list_keys())
    place = places.get_place(registration.municipality_code)
    card = _card(claims, place.label, str(labels.TIERS[registration.tier]), found.token)
    return Response(
        await asyncio.to_thread(compiled, card),  # 0.1 s of the processor
        media_type="application/pdf",
        headers=attached(f"enishi-certificate-{found.number}.pdf"),
    )


def _card(claims: Claims, place: str, tier: str, token: str) -> dict[str, Any]:
    """What stands on the paper, in the reader's language."""
    rows = [
        (gettext("登録先の地域"), place),
        (gettext("種別"), tier),
        (gettext("有効期限"), format_date(claims.last_day)),
        (gettext("名前（本人が決めた表示名）"), claims.name or gettext("入れていません")),
        (gettext("番号"), claims.number),
    ]
    return {
        "title": gettext("%(place)sの登録証", place=place),
        "lang": current_language().value,
        "alt": gettext("登録証のQRコード。読み取ると、確かめるページが開きます。"),
        "picture": qr_picture(token, "m", "svg").decode(),
        "rows": rows,
        "notes": [
            gettext(
                "QRコードを読み取ると、本物か、取り消されていないかを確かめるページが開きます。"
            ),
            gettext(
                "持ってきた人が本人かどうかは、これだけでは分かりません。名前は本人が決めた表示名です。"
            ),
        ],
    }


def compiled(card: dict[str, Any]) -> bytes:
    """The PDF of a card. The file is the same whenever it is made."""
    # A library of 77 MB, and a font of 16 MB: for the few processes that make a PDF.
    import typst  # noqa: PLC0415 (as above)
    from noto_cjk_sans_jp_regular import FONT_PATH  # noqa: PLC0415 (as above)

    made: bytes = typst.compile(
        FRONTEND_TEMPLATES / _SOURCE,
        font_paths=[Path(str(FONT_PATH)).parent],
        ignore_system_fonts=True,
        sys_inputs={"card": json.dumps(card, ensure_ascii=False)},
        pdf_standards="ua-1",
    )
    return made


HANDLERS = [pdf]
