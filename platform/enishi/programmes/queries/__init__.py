"""Reads of the programmes domain."""

from enishi.programmes.queries.applications import (
    count_drift,
    find_attendance,
    find_live_receipt,
    find_news,
    get_application,
    get_own_application,
    list_applicants,
    list_applications,
    list_events,
    list_own_applications,
    list_party,
    queue_position,
)
from enishi.programmes.queries.office import (
    count_by_state,
    each_applicant,
    get_own_session,
    list_for_office,
)
from enishi.programmes.queries.programmes import (
    get_own_programme,
    get_session,
    is_open,
    list_sessions,
)
from enishi.programmes.queries.public import (
    count_by_municipality,
    count_public,
    get_public_programme,
    get_public_session,
    has_public_samples,
    list_coming,
    list_latest,
    list_public,
)

__all__ = [
    "count_by_municipality",
    "count_by_state",
    "count_drift",
    "count_public",
    "each_applicant",
    "find_attendance",
    "find_live_receipt",
    "find_news",
    "get_application",
    "get_own_application",
    "get_own_programme",
    "get_own_session",
    "get_public_programme",
    "get_public_session",
    "get_session",
    "has_public_samples",
    "is_open",
    "list_applicants",
    "list_applications",
    "list_coming",
    "list_events",
    "list_for_office",
    "list_latest",
    "list_own_applications",
    "list_party",
    "list_public",
    "list_sessions",
    "queue_position",
]
