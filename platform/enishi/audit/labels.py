"""Texts for the actions of the audit trail, registered by the domains that record them."""

from collections.abc import Mapping

from enishi.kit.i18n import LazyText

_labels: dict[str, LazyText] = {}


def register(labels: Mapping[str, LazyText]) -> None:
    """Called by wiring: each domain gives the texts for its own actions."""
    _labels.update(labels)


def label_of(action: str) -> str:
    """The text for an action; the action itself if no domain has registered one."""
    return str(_labels.get(action, action))
