from typing import Any

from enishi.consultations import vote_sql
from enishi.kit import db


async def drift() -> list[dict[str, Any]]:
    """The statements whose sums differ from a recount of the votes: always empty, or a defect."""
    return await db.fetch(vote_sql.RECOUNT)
