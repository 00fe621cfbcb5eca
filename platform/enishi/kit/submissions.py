"""A form's own key: the hidden field that makes sending it twice harmless (kit.idempotency)."""

import json
import uuid
from contextlib import AbstractAsyncContextManager
from typing import Any

from litestar import Request

from enishi.kit import idempotency
from enishi.kit.errors import InvalidError
from enishi.kit.i18n import gettext_lazy

FIELD = "submission"


class KeyMissingError(InvalidError):
    message = gettext_lazy("送信番号がありません。ページを開き直してから、もう一度お試しください。")


async def once(
    request: Request[Any, Any, Any], who: object
) -> AbstractAsyncContextManager[idempotency.Attempt]:
    """The unit of work of a sent form, carried out once for its key, its route and `who` acts.

        async with await submissions.once(request, actor.id) as attempt:
            if attempt.replayed is None:
                await service.leave(actor, organisation)
                attempt.done()

    Raises KeyMissingError for a form without the hidden field.
    """
    sent = await read(request, who)
    return idempotency.once(sent.key, sent.scope, sent.body)


async def read(request: Request[Any, Any, Any], who: object) -> idempotency.Submission:
    """The key and the fields of a sent form. Raises KeyMissingError."""
    form = await request.form()
    try:
        key = uuid.UUID(str(form.get(FIELD, "")))
    except ValueError:
        raise KeyMissingError from None
    sent = sorted((name, str(value)) for name, value in form.multi_items() if name != FIELD)
    # The fields and not the bytes: a browser that repeats a multipart form chooses a new boundary.
    body = json.dumps(sent).encode()
    return idempotency.Submission(key, f"{request.route_handler.name}:{who}", body)
