"""The consultation of a public request, from the cache."""

from enishi.consultations.core import acts, queries
from enishi.consultations.core.acts import Act
from enishi.consultations.core.errors import WithdrawnError
from enishi.consultations.core.schemas import ConsultationRef
from enishi.kit.errors import NotFoundError


async def get_consultation(slug: str) -> ConsultationRef:
    """A public consultation, at most two seconds old.

    Raises NotFoundError, and WithdrawnError for a consultation that its office withdrew.
    """
    consultation = await get_published(slug)
    if not consultation.is_public:
        raise WithdrawnError(slug)
    return consultation


async def get_published(slug: str) -> ConsultationRef:
    """As get_consultation, withdrawn ones included: participants still read what they wrote."""
    consultation = await queries.get_cached_published(slug)
    if consultation is None:
        raise NotFoundError
    return consultation


async def get_with_cards(slug: str) -> ConsultationRef:
    """As get_consultation. Raises NotFoundError, too, for a public comment: it has no votes."""
    consultation = await get_consultation(slug)
    require_cards(consultation)
    return consultation


def require_cards(consultation: ConsultationRef) -> None:
    """Raises NotFoundError for a consultation whose kind has no statements and votes."""
    if not acts.has(consultation.kind, Act.VOTE):
        raise NotFoundError
