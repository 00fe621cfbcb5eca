"""How texts are moderated, and how often: the same for every dialogue."""

from collections.abc import Mapping
from typing import Any

from litestar import Request, Response, get

from enishi.accounts.access import PUBLIC
from enishi.consultations import labels
from enishi.consultations.moderation import figures, policies
from enishi.kit.http.public_pages import public_page
from enishi.kit.i18n import current_language

TEMPLATE = "consultations/moderation_policy.html"


@get("/moderation", name="dialogues:moderation-policy", access=PUBLIC)
async def moderation_policy(request: Request[Any, Any, Any]) -> Response[bytes]:
    async def load() -> Mapping[str, Any]:
        return {
            "document": f"legal/{current_language()}/moderation.html",
            "reasons": labels.reason_options(),
            "quarters": await figures.list_quarters(),
            "fewest": policies.FEWEST,
        }

    return await public_page(request, TEMPLATE, load)


HANDLERS = [moderation_policy]
