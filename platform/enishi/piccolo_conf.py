"""Piccolo's entry point: the engine and the list of apps that own tables."""

from piccolo.conf.apps import AppRegistry

from enishi.kit.db import DB

__all__ = ["APP_REGISTRY", "DB"]

APP_REGISTRY = AppRegistry(
    apps=[
        "enishi.kit.piccolo_app",
        "enishi.audit.piccolo_app",
        "enishi.operations.piccolo_app",
        "enishi.places.piccolo_app",
        "enishi.themes.piccolo_app",
        "enishi.accounts.piccolo_app",
        "enishi.organisations.piccolo_app",
        "enishi.consultations.piccolo_app",
        "enishi.programmes.piccolo_app",
        "enishi.relations.piccolo_app",
        "enishi.statistics.piccolo_app",
    ]
)
