"""The straight-line handler of a sent form: one unit of work, safe to repeat, nothing typed lost.

    form = await read_form(request, RegistrationForm)
    async with submitted(request, actor.id, form) as sent:
        if sent.is_new:
            registration_id = await service.register(Registrant.of(actor), sent.value)
            sent.go_to("relations:show", registration_id=registration_id)
    return await sent.answer(TEMPLATE, lambda: _context(place))

`answer` redirects to the chosen page, or shows the form again with what was typed and its errors.
"""

from collections.abc import Awaitable, Callable, Mapping
from contextlib import AbstractAsyncContextManager
from types import TracebackType
from typing import Any, Generic, TypeVar

from litestar import Request
from litestar.datastructures import Cookie
from litestar.response import Redirect, Template
from pydantic import BaseModel

from enishi.kit import idempotency
from enishi.kit.errors import ConflictError, EnishiError, InvalidError, RetryLaterError
from enishi.kit.forms import WHOLE_FORM, Form
from enishi.kit.http import submissions
from enishi.kit.http.answers import see_other
from enishi.kit.links import link
from enishi.kit.seen import FIELD, ChangedMeanwhileError

F = TypeVar("F", bound=BaseModel)
Context = Callable[[], Awaitable[Mapping[str, Any]]]

# Refusals that other input, another state or a wait can mend: the form is shown again. Others
# (forbidden, not found, not signed in) are raised, because the form would not help.
_SHOWN_AT_THE_FORM = (ConflictError, InvalidError, RetryLaterError)


class Submitted(Generic[F]):
    """A sent form while it is handled, and what to answer.

    `is_new` says that the work is to be done: the form is valid and was not carried out before.
    `error` is the refusal that ended the work, if one did.
    """

    def __init__(self, form: Form[F], default_field: str = WHOLE_FORM) -> None:
        self.form = form
        self.is_new = False
        self.error: EnishiError | None = form.refusal
        self.outcome: dict[str, Any] = {}
        self.cookies: list[Cookie] = []
        self._default_field = default_field

    @property
    def value(self) -> F:
        """The validated form; only while `is_new`."""
        if self.form.value is None:
            raise RuntimeError("the form is not valid")
        return self.form.value

    @property
    def is_done(self) -> bool:
        """Whether the work was done, now or the first time: the answer is a redirect."""
        return "to" in self.outcome and self.error is None

    def go_to(
        self,
        route_name: str,
        language: str | None = None,
        /,
        *,
        query: Mapping[str, str] | None = None,
        fragment: str = "",
        **params: Any,
    ) -> None:
        """Set the page that the browser reads next, also when the form is sent again.

        The language is that of the request, unless another one is given.
        """
        self.outcome["to"] = link(route_name, language, query=query, fragment=fragment, **params)

    def refuse(self, error: EnishiError) -> None:
        """Show the form again, with the error's messages at their fields."""
        self.error = error
        if isinstance(error, ChangedMeanwhileError):
            # The form is shown with the new fingerprint: it has been read, saving overwrites.
            for name in (FIELD, "version"):
                self.form.typed.pop(name, None)
            self.form.is_overtaken = True
        for name, message in error.by_field().items():
            self.form.refuse(name or self._default_field, message)

    async def answer(self, template: str, context: Context) -> Redirect | Template:
        """303 to the page chosen by `go_to`; else the form again: 422, 409, 429 or 503.

        `context` is only awaited for the form. The template also gets `form`.
        """
        if self.is_done:
            return see_other(str(self.outcome["to"]), self.cookies)
        headers: dict[str, str] = {}
        if isinstance(self.error, RetryLaterError):
            headers["retry-after"] = str(self.error.retry_after)
        return Template(
            template,
            context={**await context(), "form": self.form},
            status_code=self.error.status_code if self.error else 422,
            headers=headers,
            cookies=self.cookies,
        )


class _Work(Generic[F]):
    """The context manager behind `submitted` and `attempted`."""

    def __init__(
        self, sent: Submitted[F], request: Request[Any, Any, Any] | None, actor: object
    ) -> None:
        self._sent = sent
        self._request = request
        self._actor = actor
        self._unit: AbstractAsyncContextManager[idempotency.Attempt] | None = None
        self._attempt: idempotency.Attempt | None = None

    async def __aenter__(self) -> Submitted[F]:
        sent = self._sent
        if sent.form.value is None:
            return sent
        if self._request is None:
            sent.is_new = True
            return sent
        try:
            unit = await submissions.once(self._request, self._actor)
            self._attempt = await unit.__aenter__()
        except _SHOWN_AT_THE_FORM as error:
            sent.refuse(error)
            return sent
        self._unit = unit
        sent.is_new = self._attempt.replayed is None
        sent.outcome = dict(self._attempt.replayed or {})
        return sent

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> bool:
        if self._unit is not None and self._attempt is not None:
            if error is None and self._sent.is_new:
                self._attempt.done(**self._sent.outcome)
            await self._unit.__aexit__(kind, error, trace)
        if isinstance(error, _SHOWN_AT_THE_FORM):
            self._sent.refuse(error)
            return True
        return False


def submitted(
    request: Request[Any, Any, Any], actor: object, form: Form[F], default_field: str = WHOLE_FORM
) -> AbstractAsyncContextManager[Submitted[F]]:
    """Carry out a sent form once for its key, its route and `actor`, in one unit of work.

    A repeat finds `is_new` False and the outcome of the first time. A refusal rolls the unit of
    work back and is shown at its field (`default_field` where the error names none).
    """
    return _Work(Submitted(form, default_field), request, actor)


def attempted(
    form: Form[F], default_field: str = WHOLE_FORM
) -> AbstractAsyncContextManager[Submitted[F]]:
    """As `submitted`, for work that stores the idempotency key in its own statement."""
    return _Work(Submitted(form, default_field), None, None)


def refused(form: Form[F], error: EnishiError, default_field: str = WHOLE_FORM) -> Submitted[F]:
    """A form that was refused before its unit of work, to be shown again by `answer`."""
    sent = Submitted(form, default_field)
    sent.refuse(error)
    return sent
