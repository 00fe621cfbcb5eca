"""Addresses of this domain's pages, in the reader's language."""

from enishi.kit.i18n import current_language


def page(*parts: object) -> str:
    """Such as /ja/dialogues/bus/vote for ("bus", "vote")."""
    return "/".join(["", current_language().value, "dialogues", *map(str, parts)])


def office(organisation_slug: str, *parts: object) -> str:
    return "/".join(
        ["", current_language().value, "office", organisation_slug, "dialogues", *map(str, parts)]
    )
