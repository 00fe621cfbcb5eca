"""The pages of one's certificate: shown, issued, downloaded, revoked."""

import io
import uuid
from typing import Any

import segno
from litestar import Request, Response, get, post
from litestar.params import FromPath
from litestar.response import Redirect, Template

from enishi.accounts.access import MAY_ACT, SIGNED_IN, CurrentActor
from enishi.kit import public_keys
from enishi.kit.errors import NotFoundError
from enishi.kit.forms import Form
from enishi.kit.http.answers import PRIVATE, attached, do_once, go_to
from enishi.kit.http.submissions import read_form
from enishi.kit.http.submitted import submitted
from enishi.kit.links import absolute
from enishi.kit.seen import FIELD
from enishi.places import queries as places
from enishi.relations import labels, queries
from enishi.relations.certificates import queries as certificates
from enishi.relations.certificates import service, tokens
from enishi.relations.certificates.schemas import CertificateForm, CertificateView
from enishi.relations.certificates.service import MOST_PER_REGISTRATION
from enishi.relations.schemas import RegistrationView

AnyRequest = Request[Any, Any, Any]

PAGE = "relations/certificate.html"
AT = "/my/places/{registration_id:uuid}/certificate"
_PIXELS_A_MODULE = 4
_DONE = {"issued", "revoked"}


async def _context(registration: RegistrationView) -> dict[str, Any]:
    current = await certificates.find_certificate(registration.id)
    claims = None
    if current is not None:
        claims = tokens.read_certificate(current.token, await public_keys.list_keys())
    return {
        "registration": registration,
        "place": places.get_place(registration.municipality_code),
        "tier": labels.TIERS[registration.tier],
        "certificate": current,
        "claims": claims,
        "most": MOST_PER_REGISTRATION,
        "done": "",
    }


async def find_own(actor_id: uuid.UUID, registration_id: uuid.UUID) -> CertificateView:
    """The certificate in force of an open registration of this person. Raises NotFoundError."""
    registration = await queries.get_registration(actor_id, registration_id)
    found = await certificates.find_certificate(registration.id)
    if found is None:
        raise NotFoundError
    return found


@get(AT, name="certificates:show", access=SIGNED_IN)
async def show(
    request: AnyRequest, actor: CurrentActor, registration_id: FromPath[uuid.UUID]
) -> Template:
    registration = await queries.get_registration(actor.id, registration_id)
    done = request.query_params.get("done", "")
    context = await _context(registration)
    return Template(PAGE, context=context | {"form": Form(), "done": done if done in _DONE else ""})


@post(AT, name="certificates:issue", access=MAY_ACT, status_code=200)
async def issue(
    request: AnyRequest, actor: CurrentActor, registration_id: FromPath[uuid.UUID]
) -> Template | Redirect:
    registration = await queries.get_registration(actor.id, registration_id)
    form = await read_form(request, CertificateForm)
    async with submitted(request, actor.id, form) as sent:
        if sent.is_new:
            name = actor.display_name if sent.value.with_name else ""
            await service.issue(actor.id, registration.id, name=name, seen=form.text(FIELD))
            done = {"done": "issued"}
            sent.go_to("certificates:show", query=done, registration_id=registration.id)
    return await sent.answer(PAGE, lambda: _context(registration))


@post(AT + "/{number:str}/revoke", name="certificates:revoke", access=SIGNED_IN, status_code=303)
async def revoke(
    request: AnyRequest,
    actor: CurrentActor,
    registration_id: FromPath[uuid.UUID],
    number: FromPath[str],
) -> Redirect:
    registration = await queries.get_registration(actor.id, registration_id)
    await do_once(request, actor.id, lambda: service.revoke(actor.id, registration.id, number))
    return go_to("certificates:show", query={"done": "revoked"}, registration_id=registration.id)


@get(AT + "/file", name="certificates:file", access=SIGNED_IN)
async def download(actor: CurrentActor, registration_id: FromPath[uuid.UUID]) -> Response[str]:
    """The certificate as a text file: one line, a compact JWS."""
    found = await find_own(actor.id, registration_id)
    return Response(
        f"{found.token}\n",
        media_type="text/plain; charset=us-ascii",
        headers=attached(f"enishi-certificate-{found.number}.txt"),
    )


@get(AT + "/qr", name="certificates:qr", access=SIGNED_IN)
async def qr(actor: CurrentActor, registration_id: FromPath[uuid.UUID]) -> Response[bytes]:
    """A QR code, as PNG, of the address that verifies this certificate."""
    found = await find_own(actor.id, registration_id)
    return Response(qr_code(found.token, "m"), media_type="image/png", headers=PRIVATE)


def qr_code(token: str, error_correction: str) -> bytes:
    """`qr_picture` as PNG."""
    return qr_picture(token, error_correction, "png")


def qr_picture(token: str, error_correction: str, kind: str) -> bytes:
    """The certificate behind `#` in the address of the page that verifies it, as PNG or SVG.

    Browsers send nothing behind `#` to a server. All of it is ASCII, which all readers agree on.
    """
    address = absolute("certificates:verify", "ja", fragment=token)
    picture = io.BytesIO()
    code = segno.make_qr(address, error=error_correction, encoding="ascii", boost_error=False)
    code.save(picture, kind=kind, scale=_PIXELS_A_MODULE)
    return picture.getvalue()


HANDLERS = [show, issue, revoke, download, qr]
