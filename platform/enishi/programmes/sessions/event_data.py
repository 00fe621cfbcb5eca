"""Structured data for search engines: one schema.org/Event for each coming session."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from enishi.kit import clock, links
from enishi.kit.i18n import current_language
from enishi.places import queries as places
from enishi.programmes.listings.schemas import ProgrammeView
from enishi.programmes.listings.tables import ProgrammeKind, ProgrammeState
from enishi.programmes.sessions import availability
from enishi.programmes.sessions.schemas import SessionView
from enishi.programmes.sessions.tables import SessionState

_SCHEMA = "https://schema.org"
_MOST = 20


def events(
    programme: ProgrammeView, sessions: Sequence[SessionView], organiser: str
) -> dict[str, Any]:
    """A JSON-LD document. It holds no events for sample programmes."""
    now = clock.now()
    coming = [each for each in sessions if now < each.starts_at][:_MOST]
    described = [] if programme.is_sample else coming
    return {
        "@context": _SCHEMA,
        "@graph": [_event(programme, session, organiser, now) for session in described],
    }


def _event(
    programme: ProgrammeView, session: SessionView, organiser: str, now: datetime
) -> dict[str, Any]:
    cancelled = session.state is SessionState.CANCELLED
    online = programme.kind is ProgrammeKind.ONLINE
    address = links.absolute("programmes:show", slug=programme.slug)
    return {
        "@type": "Event",
        "@id": f"{address}#s-{session.id}",
        "name": str(programme.title),
        "description": str(programme.summary),
        "url": address,
        "startDate": clock.in_tokyo(session.starts_at).isoformat(),
        "endDate": clock.in_tokyo(session.ends_at).isoformat(),
        "eventStatus": f"{_SCHEMA}/{'EventCancelled' if cancelled else 'EventScheduled'}",
        "eventAttendanceMode": _SCHEMA
        + ("/OnlineEventAttendanceMode" if online else "/OfflineEventAttendanceMode"),
        "location": _location(programme, session, address),
        "organizer": {"@type": "Organization", "name": organiser},
        "performer": {"@type": "Organization", "name": programme.host_name or organiser},
        "maximumAttendeeCapacity": session.capacity,
        "inLanguage": current_language().value,
        **_seats(programme, session, now),
        **_ages(programme),
        **_money(programme, session, now, address),
    }


def _location(programme: ProgrammeView, session: SessionView, address: str) -> dict[str, Any]:
    if programme.kind is ProgrammeKind.ONLINE:
        return {"@type": "VirtualLocation", "url": address}
    place = places.find_place(programme.municipality_code)
    prefecture = places.find_place(programme.prefecture_code)
    return {
        "@type": "Place",
        "name": str(session.meeting_place) or (place.label if place else ""),
        "address": {
            "@type": "PostalAddress",
            "addressCountry": "JP",
            "addressRegion": prefecture.short_name if prefecture else "",
            "addressLocality": place.short_name if place else "",
        },
    }


def _seats(programme: ProgrammeView, session: SessionView, now: datetime) -> dict[str, int]:
    free = availability.public_seats(programme, session, now)
    return {} if free is None else {"remainingAttendeeCapacity": free}


def _ages(programme: ProgrammeView) -> dict[str, str]:
    low, high = programme.age_min, programme.age_max
    if low is None and high is None:
        return {}
    return {"typicalAgeRange": f"{low or 0}-{'' if high is None else high}"}


def _money(
    programme: ProgrammeView, session: SessionView, now: datetime, address: str
) -> dict[str, Any]:
    fee = programme.fee_adult
    if fee is None:
        return {}
    # A session that is not open yet is not sold out: `validFrom` says when applications open.
    is_over = programme.state is not ProgrammeState.PUBLISHED or session.closes_at <= now
    has_places = session.state is SessionState.PLANNED and not is_over and session.free > 0
    offer = {
        "@type": "Offer",
        "url": address,
        "price": fee,
        "priceCurrency": "JPY",
        "availability": f"{_SCHEMA}/{'InStock' if has_places else 'SoldOut'}",
        "validFrom": clock.in_tokyo(session.opens_at).isoformat(),
    }
    return {"isAccessibleForFree": fee == 0 and not programme.fee_child, "offers": offer}
