"""SQL conditions for what the public may see and contribute to.

Every query for the public (pages, lists, search, feeds, the API, exports, mails) has one of these
conditions in its WHERE. They expect the aliases c (consultation), s (statement), o (opinion),
p (phase) and k (component).
"""

from enishi.consultations.core.kinds import ComponentKind

CONSULTATION = "(c.published_at IS NOT NULL AND c.withdrawn_at IS NULL)"

# Withdrawn after publication: only its title, its office and the reason are shown.
WITHDRAWN = "(c.published_at IS NOT NULL AND c.withdrawn_at IS NOT NULL)"

STATEMENT = f"({CONSULTATION} AND s.state = 'accepted')"

OPINION = f"({CONSULTATION} AND o.state = 'accepted')"


def accepts_at(kind: ComponentKind, instant: str) -> str:
    """A component k that accepts contributions; `instant` is a column or a parameter."""
    return (
        f"({CONSULTATION} AND k.kind = '{kind}' AND k.opens_at <= {instant}"
        f" AND (k.closes_at IS NULL OR {instant} < k.closes_at))"
    )


def in_open_phase_at(instant: str) -> str:
    """An open phase p; `instant` is a column or a parameter."""
    return (
        f"({CONSULTATION} AND p.kind = 'open' AND p.starts_at <= {instant}"
        f" AND (p.ends_at IS NULL OR {instant} < p.ends_at))"
    )
