"""Which consultation a request is about, as far as the public may know it."""

from enishi.consultations.core import queries
from enishi.consultations.core.errors import WithdrawnError
from enishi.consultations.core.schemas import ConsultationRef
from enishi.kit.errors import NotFoundError


async def get_consultation(slug: str) -> ConsultationRef:
    """A public consultation, as it was at most two seconds ago.

    Raises NotFoundError, and WithdrawnError for what was taken back.
    """
    consultation = await get_published(slug)
    if not consultation.is_public:
        raise WithdrawnError(slug)
    return consultation


async def get_published(slug: str) -> ConsultationRef:
    """As get_consultation, also one that was taken back: participants still see their own part."""
    consultation = await queries.get_cached_published(slug)
    if consultation is None:
        raise NotFoundError
    return consultation
