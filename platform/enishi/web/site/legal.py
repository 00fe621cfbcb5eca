"""Terms, privacy and accessibility."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from litestar import Request, Response, get

from enishi.accounts.access import PUBLIC
from enishi.kit.http.public_pages import public_page
from enishi.kit.i18n import LazyText, current_language, gettext_lazy
from enishi.settings import get_settings

AnyRequest = Request[Any, Any, Any]

# The day on which the texts in frontend_templates/legal/ took effect: change it with them.
LEGAL_SINCE = date(2026, 11, 23)


@get("/terms", name="legal:terms", access=PUBLIC)
async def terms(request: AnyRequest) -> Response[bytes]:
    return await _legal(request, "terms", gettext_lazy("利用規約"))


@get("/privacy", name="legal:privacy", access=PUBLIC)
async def privacy(request: AnyRequest) -> Response[bytes]:
    return await _legal(request, "privacy", gettext_lazy("個人情報の取扱い"))


@get("/accessibility", name="legal:accessibility", access=PUBLIC)
async def accessibility(request: AnyRequest) -> Response[bytes]:
    return await _legal(request, "accessibility", gettext_lazy("ウェブアクセシビリティ方針"))


async def _legal(request: AnyRequest, document: str, title: LazyText) -> Response[bytes]:
    async def load() -> Mapping[str, Any]:
        settings = get_settings()
        return {
            "title": title,
            "since": LEGAL_SINCE,
            "document": f"legal/{current_language()}/{document}.html",
            "operator": {"name": settings.operator_name, "contact": settings.operator_contact},
        }

    return await public_page(request, "legal/page.html", load)


HANDLERS = [terms, privacy, accessibility]
