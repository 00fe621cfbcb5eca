"""Reads of the programmes domain."""

from enishi.programmes.queries.applications import (
    count_drift,
    find_attendance,
    find_news,
    get_application,
    list_applicants,
    list_applications,
    list_events,
    list_party,
    queue_position,
)
from enishi.programmes.queries.programmes import (
    get_own_programme,
    get_public_programme,
    get_session,
    is_open,
    list_own_programmes,
    list_public,
    list_sessions,
)

__all__ = [
    "count_drift",
    "find_attendance",
    "find_news",
    "get_application",
    "get_own_programme",
    "get_public_programme",
    "get_session",
    "is_open",
    "list_applicants",
    "list_applications",
    "list_events",
    "list_own_programmes",
    "list_party",
    "list_public",
    "list_sessions",
    "queue_position",
]
