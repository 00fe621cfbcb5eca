"""A certificate of which its holder shows a part. The choice is in the address, and not stored."""

import uuid
from typing import Any

from litestar import Request, Response, get
from litestar.params import FromPath
from litestar.response import Template

from enishi.accounts.access import SIGNED_IN, CurrentActor
from enishi.kit.errors import NotFoundError
from enishi.kit.http.answers import PRIVATE, attached
from enishi.places import queries as places
from enishi.relations import labels, queries
from enishi.relations.certificates import sd_jwt
from enishi.relations.pages.certificate import AT, find_own, qr_code

AnyRequest = Request[Any, Any, Any]

FIELD = "show"
CHOOSE = AT + "/choose"


async def _holders_copy(actor_id: uuid.UUID, registration_id: uuid.UUID) -> str:
    """Raises NotFoundError, also for a certificate of before there was a choice."""
    found = await find_own(actor_id, registration_id)
    if not found.sd_jwt:
        raise NotFoundError
    return found.sd_jwt


def _chosen(request: AnyRequest, token: str) -> list[str]:
    """What is asked to be shown and can be; anything else in the address shows nothing."""
    asked = request.query_params.getall(FIELD, [])
    return [choice for choice in sd_jwt.choices_of(token) if choice in asked]


@get(CHOOSE, name="certificates:choose", access=SIGNED_IN)
async def choose(
    request: AnyRequest, actor: CurrentActor, registration_id: FromPath[uuid.UUID]
) -> Template:
    token = await _holders_copy(actor.id, registration_id)
    registration = await queries.get_registration(actor.id, registration_id)
    context = {
        "registration": registration,
        "place": places.get_place(registration.municipality_code),
        "choices": [(each, labels.CHOICES[each]) for each in sd_jwt.choices_of(token)],
        "chosen": _chosen(request, token),
        "is_chosen": bool(request.query_params),
    }
    return Template("relations/choose.html", context=context, headers=PRIVATE)


@get(CHOOSE + "/qr", name="certificates:chosen-qr", access=SIGNED_IN)
async def qr(
    request: AnyRequest, actor: CurrentActor, registration_id: FromPath[uuid.UUID]
) -> Response[bytes]:
    """A QR code, as PNG: with less error correction than the whole one, which is half as long."""
    token = await _holders_copy(actor.id, registration_id)
    picture = qr_code(sd_jwt.choose(token, _chosen(request, token)), "l")
    return Response(picture, media_type="image/png", headers=PRIVATE)


@get(CHOOSE + "/file", name="certificates:chosen-file", access=SIGNED_IN)
async def download(
    request: AnyRequest, actor: CurrentActor, registration_id: FromPath[uuid.UUID]
) -> Response[str]:
    """One line: an SD-JWT with the chosen disclosures."""
    token = await _holders_copy(actor.id, registration_id)
    return Response(
        f"{sd_jwt.choose(token, _chosen(request, token))}\n",
        media_type="text/plain; charset=us-ascii",
        headers=attached("enishi-certificate-chosen.txt"),
    )


HANDLERS = [choose, qr, download]
