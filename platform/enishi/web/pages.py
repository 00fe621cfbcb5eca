"""Pages of the site itself: home and what the law and good manners ask for."""

from datetime import date

from litestar import get
from litestar.response import Template

from enishi.accounts.access import PUBLIC
from enishi.kit.i18n import LazyText, current_language, gettext_lazy
from enishi.settings import get_settings

# The day from which the texts in frontend_templates/legal/ hold: change it with them.
LEGAL_SINCE = date(2026, 11, 23)


@get("/", name="home:index", access=PUBLIC)
async def home() -> Template:
    return Template("home/index.html")


@get("/terms", name="legal:terms", access=PUBLIC)
async def terms() -> Template:
    return _legal("terms", gettext_lazy("利用規約"))


@get("/privacy", name="legal:privacy", access=PUBLIC)
async def privacy() -> Template:
    return _legal("privacy", gettext_lazy("個人情報の取扱い"))


@get("/accessibility", name="legal:accessibility", access=PUBLIC)
async def accessibility() -> Template:
    return _legal("accessibility", gettext_lazy("ウェブアクセシビリティ方針"))


def _legal(document: str, title: LazyText) -> Template:
    settings = get_settings()
    return Template(
        "legal/page.html",
        context={
            "title": title,
            "since": LEGAL_SINCE,
            "document": f"legal/{current_language()}/{document}.html",
            "operator": {"name": settings.operator_name, "contact": settings.operator_contact},
        },
    )


HANDLERS = [home, terms, privacy, accessibility]
