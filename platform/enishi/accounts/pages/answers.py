"""Answers that the pages of accounts share."""

from typing import Any

from litestar.datastructures import Cookie
from litestar.response import Redirect, Template

from enishi.kit.errors import EnishiError, RetryLaterError
from enishi.kit.forms import WHOLE_FORM, Form
from enishi.kit.i18n import current_language


def go_to(path: str, cookies: list[Cookie] | None = None) -> Redirect:
    """303: the browser reads the page with GET; `path` begins after the language."""
    return Redirect(f"/{current_language()}{path}", status_code=303, cookies=cookies or [])


def refused(
    template: str,
    form: Form[Any],
    error: EnishiError | None = None,
    field: str = WHOLE_FORM,
    **context: Any,
) -> Template:
    """The same page again with what was typed and what is wrong: 422, or the error's own status."""
    status, headers = 422, {}
    if error is not None:
        form.refuse(field, str(error))
        status = error.status_code
    if isinstance(error, RetryLaterError):
        headers["retry-after"] = str(error.retry_after)
    return Template(
        template, context={**context, "form": form}, status_code=status, headers=headers
    )
