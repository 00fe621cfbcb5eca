"""What the public may see: the one place that says so.

Every query that answers the public (pages, lists, search, feeds, the API, exports, mails) puts
one of these conditions into its WHERE. They expect the aliases c (consultation), s (statement),
o (opinion) and, for what may be acted on, p (phase) or k (component).
"""

from enishi.consultations.core.kinds import ComponentKind

CONSULTATION = "(c.published_at IS NOT NULL AND c.withdrawn_at IS NULL)"

# What was public and was taken back: only that it was, by whom and why is shown of it.
WITHDRAWN = "(c.published_at IS NOT NULL AND c.withdrawn_at IS NOT NULL)"

STATEMENT = f"({CONSULTATION} AND s.state = 'accepted')"

OPINION = f"({CONSULTATION} AND o.state = 'accepted')"


def accepts_at(kind: ComponentKind, instant: str) -> str:
    """Whether a component k accepts contributions; `instant` is a column or a parameter."""
    return (
        f"({CONSULTATION} AND k.kind = '{kind}' AND k.opens_at <= {instant}"
        f" AND (k.closes_at IS NULL OR {instant} < k.closes_at))"
    )


def in_open_phase_at(instant: str) -> str:
    """Whether a phase p is the open one; `instant` is a column or a parameter."""
    return (
        f"({CONSULTATION} AND p.kind = 'open' AND p.starts_at <= {instant}"
        f" AND (p.ends_at IS NULL OR {instant} < p.ends_at))"
    )
