"""Texts for the actions of the audit trail and for those who acted without an account."""

from collections.abc import Mapping
from types import MappingProxyType

from enishi.audit.kinds import ActorKind
from enishi.kit.i18n import LazyText, gettext, gettext_lazy

ACTORS: Mapping[ActorKind, LazyText] = {
    ActorKind.PARTICIPANT: gettext_lazy("参加者（だれかは記録しません）"),
    ActorKind.GUARDIAN: gettext_lazy("保護者"),
    ActorKind.JOB: gettext_lazy("自動の処理"),
    ActorKind.OPERATOR: gettext_lazy("サイトの運営者"),
}

_labels: dict[str, LazyText] = {}
_actors: dict[str, ActorKind] = {}


def register(labels: Mapping[str, LazyText]) -> None:
    """Called by wiring: each domain gives the texts for its own actions."""
    _labels.update(labels)


def register_actors(actors: Mapping[str, ActorKind]) -> None:
    """Called by wiring: who acts in the actions that a domain records without an account."""
    _actors.update(actors)


def label_of(action: str) -> str:
    """The text for an action; the action itself if no domain has registered one."""
    return str(_labels.get(action, action))


def all_labels() -> Mapping[str, LazyText]:
    return MappingProxyType(_labels)


def kind_of(action: str) -> ActorKind | None:
    """Who carries out an action that is recorded without an account; None if unknown."""
    return _actors.get(action)


def actions_of(kind: ActorKind) -> list[str]:
    return [action for action, each in _actors.items() if each is kind]


def actor_without_account(action: str) -> str:
    kind = kind_of(action)
    return str(ACTORS[kind]) if kind else gettext("記録されていません")
