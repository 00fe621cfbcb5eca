"""How to use the site, and whom to ask."""

from collections.abc import Mapping
from typing import Any

from litestar import Request, Response, get

from enishi.accounts.access import PUBLIC
from enishi.kit.http.public_pages import public_page
from enishi.kit.i18n import LazyText, current_language, gettext_lazy
from enishi.settings import get_settings

AnyRequest = Request[Any, Any, Any]


@get("/help", name="help:index", access=PUBLIC)
async def index(request: AnyRequest) -> Response[bytes]:
    return await _document(request, "help", gettext_lazy("使い方"))


@get("/contact", name="help:contact", access=PUBLIC)
async def contact(request: AnyRequest) -> Response[bytes]:
    return await _document(request, "contact", gettext_lazy("問い合わせ"))


async def _document(request: AnyRequest, name: str, title: LazyText) -> Response[bytes]:
    async def load() -> Mapping[str, Any]:
        settings = get_settings()
        return {
            "title": title,
            "document": f"help/{current_language()}/{name}.html",
            "operator": {"name": settings.operator_name, "contact": settings.operator_contact},
        }

    return await public_page(request, "help/page.html", load)


HANDLERS = [index, contact]
