"""SQL conditions for what the public may see and contribute to.

Every query for the public (pages, lists, search, feeds, the API, exports, mails) has one of these
conditions in its WHERE. They expect the aliases c (consultation), s (statement), o (opinion),
p (phase), k (component), a (argument), d (draft of an answer) and u (publication of answers).
"""

from enishi.consultations.core.kinds import ComponentKind

CONSULTATION = "(c.published_at IS NOT NULL AND c.withdrawn_at IS NULL)"

# Withdrawn after publication: only its title, its office and the reason are shown.
WITHDRAWN = "(c.published_at IS NOT NULL AND c.withdrawn_at IS NOT NULL)"

STATEMENT = f"({CONSULTATION} AND s.state = 'accepted')"

OPINION = f"({CONSULTATION} AND o.state = 'accepted')"

# Not merged into another one.
ARGUMENT = f"({CONSULTATION} AND a.merged_into IS NULL)"


def accepts_at(kind: ComponentKind, instant: str) -> str:
    """A component k that accepts contributions; `instant` is a column or a parameter."""
    return (
        f"({CONSULTATION} AND k.kind = '{kind}' AND k.opens_at <= {instant}"
        f" AND (k.closes_at IS NULL OR {instant} < k.closes_at))"
    )


def answer_at(instant: str) -> str:
    """A draft d that the publication u made public by then; `instant` is a column or a parameter.

    A draft or a text of the argument that was written before the publication took effect withdrew
    it; one that was written later waits for a publication of its own.
    """
    return (
        f"({CONSULTATION} AND u.cancelled_at IS NULL AND u.publish_at <= {instant}"  # noqa: S608 (made of constants)
        " AND NOT EXISTS (SELECT FROM consultations_answer_draft later"
        " WHERE later.argument_id = d.argument_id AND later.number > d.number"
        " AND later.drafted_at < u.publish_at)"
        " AND NOT EXISTS (SELECT FROM consultations_argument_text later"
        " WHERE later.argument_id = d.argument_id AND later.number > d.text_number"
        " AND later.written_at < u.publish_at))"
    )


def in_open_phase_at(instant: str) -> str:
    """An open phase p; `instant` is a column or a parameter."""
    return (
        f"({CONSULTATION} AND p.kind = 'open' AND p.starts_at <= {instant}"
        f" AND (p.ends_at IS NULL OR {instant} < p.ends_at))"
    )
