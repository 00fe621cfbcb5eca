"""Sent forms: their fields, and the hidden key that makes a repeat harmless (kit.idempotency)."""

import json
import uuid
from contextlib import AbstractAsyncContextManager
from typing import Any, TypeVar

from litestar import Request
from pydantic import BaseModel

from enishi.kit import idempotency, seen
from enishi.kit.errors import InvalidError, TooLargeError
from enishi.kit.forms import WHOLE_FORM, Form, check
from enishi.kit.http import opened_as
from enishi.kit.i18n import gettext_lazy

FIELD = "submission"
HIDDEN = frozenset({FIELD, opened_as.FIELD})  # fields of every form, and no input of a person
_MOST_FIELDS = 2000

F = TypeVar("F", bound=BaseModel)


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


async def find_key(request: Request[Any, Any, Any]) -> uuid.UUID | None:
    """The key of a sent form; None if it has none that can be read."""
    try:
        return uuid.UUID(str((await request.form()).get(FIELD, "")))
    except ValueError:
        return None


async def require_identity(request: Request[Any, Any, Any]) -> None:
    """For a button that needs no key, because its act is idempotent: check as whom it was shown.

    Raises SignedOutMeanwhileError and OtherAccountError (kit.http.opened_as).
    """
    form = await request.form()
    if change := opened_as.find_change(str(form.get(opened_as.FIELD, ""))):
        raise change


async def read(request: Request[Any, Any, Any], who: object) -> idempotency.Submission:
    """The key and the fields of a sent form.

    Raises KeyMissingError, and SignedOutMeanwhileError or OtherAccountError (kit.http.opened_as).
    """
    await require_identity(request)
    form = await request.form()
    key = await find_key(request)
    if key is None:
        raise KeyMissingError
    sent = sorted((name, str(value)) for name, value in form.multi_items() if name not in HIDDEN)
    # The fields and not the bytes: a browser that repeats a multipart form chooses a new boundary.
    body = json.dumps(sent).encode()
    return idempotency.Submission(key, f"{request.route_handler.name}:{who}", body)


async def read_form(request: Request[Any, Any, Any], shape: type[F]) -> Form[F]:
    """Read and check a sent form. Unknown fields are ignored; files stay with the request.

    If the identity changed since the form was opened, the form has a `refusal` (409) and no value.

    Raises TooLargeError for more fields than any form of ours has.
    """
    typed: dict[str, list[str]] = {}
    for name, value in await read_fields(request):
        typed.setdefault(name, []).append(value)
    form = check(typed, shape)
    if seen.FIELD in typed:
        form.typed.setdefault(seen.FIELD, typed[seen.FIELD])  # a form shown again keeps its lock
    if change := opened_as.find_change(typed.get(opened_as.FIELD, [""])[0]):
        form.value, form.refusal = None, change
        form.refuse(WHOLE_FORM, change.text)
    return form


async def read_fields(request: Request[Any, Any, Any]) -> list[tuple[str, str]]:
    """Name and value of every field of a sent form, without the files.

    Values of one name come in the order sent; the framework's parser mixes the names.

    Raises TooLargeError for more fields than any form of ours has.
    """
    sent = [pair for pair in (await request.form()).multi_items() if isinstance(pair[1], str)]
    if len(sent) > _MOST_FIELDS:
        raise TooLargeError
    # NUL, which no keyboard types, is the one character that PostgreSQL cannot store.
    return [(name, value.replace("\r\n", "\n").replace("\0", "")) for name, value in sent]


async def discard_files(request: Request[Any, Any, Any]) -> bool:
    """Close and delete the files of a sent form; returns whether there were any."""
    form = await request.form()
    await form.close()
    return any(not isinstance(value, str) for _, value in form.multi_items())
