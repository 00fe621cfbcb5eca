"""The page that verifies a certificate, and what every verifier needs: keys and status list.

With a script the page verifies in the browser, offline once it is loaded; without one, here.
"""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from litestar import Request, Response, get, post
from litestar.datastructures import UploadFile
from litestar.response import Template

from enishi.accounts.access import ANYONE, PUBLIC
from enishi.kit import clock, public_keys
from enishi.kit.cache import SharedCache
from enishi.kit.forms import Form
from enishi.kit.http.public_pages import public_page
from enishi.kit.http.submissions import read_form
from enishi.kit.i18n import gettext
from enishi.relations import labels
from enishi.relations.certificates import queries, tokens, verification
from enishi.relations.certificates.schemas import Checked, StatusList, TokenForm
from enishi.relations.certificates.tokens import Keys
from enishi.relations.certificates.verification import STATUS_DAYS

AnyRequest = Request[Any, Any, Any]

PAGE = "relations/verify.html"
_LARGEST_FILE = 16_000  # bytes
_PUBLIC = {
    "cache-control": "public, max-age=300",
    # Pages of others may verify, too.
    "access-control-allow-origin": "*",
    "cross-origin-resource-policy": "cross-origin",
}
_trusted: SharedCache[tuple[Keys, StatusList | None]] = SharedCache(seconds=10, size=1)
_published: SharedCache[str | None] = SharedCache(seconds=60, size=1)
_keys: SharedCache[dict[str, bytes]] = SharedCache(seconds=60, size=1)


def invalidate() -> None:
    """Cache invalidation for tests, which change keys and lists behind the caches."""
    _trusted.invalidate()
    _published.invalidate()
    _keys.invalidate()


def _context(form: Form[TokenForm], checked: Checked | None = None) -> dict[str, Any]:
    return {
        "form": form,
        "checked": checked,
        "verdicts": labels.VERDICTS,
        "tiers": {tier.value: str(text) for tier, text in labels.TIERS.items()},
        "status_days": STATUS_DAYS,
    }


@get("/verify", name="certificates:verify", access=PUBLIC)
async def verify(request: AnyRequest) -> Response[bytes]:
    async def load() -> Mapping[str, Any]:
        return _context(Form())

    return await public_page(request, PAGE, load)


@post("/verify", name="certificates:check", access=ANYONE, status_code=200, private_form=True)
async def check(request: AnyRequest) -> Template:
    """Verify what was pasted, or a file. By POST, so that no log or history holds it."""
    form = await read_form(request, TokenForm)
    text = form.value.token if form.value else ""
    if form.value and not text:
        text = await _file(request)
        if not text:
            form.refuse("token", gettext("登録証の文字を貼り付けるか、ファイルを選んでください。"))
    if not text:
        return Template(PAGE, context=_context(form), status_code=422)
    keys, listed = await _trusted.get("all", _load_trusted)
    checked = verification.verify(text, keys, listed, clock.now(), timedelta(days=STATUS_DAYS))
    return Template(PAGE, context=_context(form, checked))


async def _file(request: AnyRequest) -> str:
    """The text of the sent file; empty without one. What is no text is no certificate."""
    sent = (await request.form()).get("file")
    if not isinstance(sent, UploadFile) or not sent.filename:
        return ""
    content = await sent.read(_LARGEST_FILE + 1)
    return content.decode(errors="replace")[:_LARGEST_FILE] or "-"


async def _load_trusted() -> tuple[Keys, StatusList | None]:
    keys, token = await public_keys.list_keys(), await queries.find_status_list()
    return keys, tokens.read_status_list(token, keys) if token else None


@get("/.well-known/jwks.json", name="certificates:keys", access=PUBLIC, include_in_schema=False)
async def keys() -> Response[dict[str, Any]]:
    """All public keys that ever signed, as a JSON Web Key Set."""
    found = public_keys.key_set(await _keys.get("all", public_keys.list_keys))
    return Response(found, media_type="application/jwk-set+json", headers=_PUBLIC)


@get(
    "/.well-known/certificate-status.jwt",
    name="certificates:status-list",
    access=PUBLIC,
    include_in_schema=False,
)
async def status_list() -> Response[str | None]:
    """The newest status list, as a signed token. 204 before the first one."""
    token = await _published.get("token", queries.find_status_list)
    if token is None:
        return Response(None, status_code=204, headers=_PUBLIC)
    return Response(token, media_type="application/jwt", headers=_PUBLIC)


HANDLERS = [verify, check]
WELL_KNOWN = [keys, status_list]
