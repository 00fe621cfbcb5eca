"""Addresses of this domain's pages, in the reader's language."""

from enishi.kit.i18n import current_language
from enishi.settings import get_settings


def page(*parts: object) -> str:
    """A path such as /ja/programmes/rice/calendar.ics, for the parts "rice" and "calendar.ics"."""
    return "/".join(["", current_language().value, "programmes", *map(str, parts)])


def whole(path: str) -> str:
    """The absolute URL of a path, for mail, feeds and calendars."""
    return get_settings().base_url.rstrip("/") + path
