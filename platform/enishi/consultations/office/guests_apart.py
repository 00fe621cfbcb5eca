"""The statements on which guests change the result, for the office after the close."""

from enishi.consultations.core.schemas import ConsultationRef
from enishi.consultations.landscape_runs.schemas import Apart
from enishi.consultations.voting import results

SHOWN = 10
_MOST_STATEMENTS = 10_000


async def list_apart(consultation: ConsultationRef) -> list[Apart]:
    """The public statements with the largest difference; only those whose shares are apart.

    The caller asks first whether the comparison without guests may be shown at all.
    """
    step = await results.find_step(consultation.id)
    counted = await results.list_counted(consultation.id, step, size=_MOST_STATEMENTS)
    found = [
        Apart(
            each.number,
            each.shown,
            each.sums.percentages()["agrees"],
            each.apart.accounts["agrees"],
        )
        for each in counted.rows
        if each.sums and each.apart
    ]
    found.sort(key=lambda each: (-abs(each.everybody - each.accounts), each.number))
    return found[:SHOWN]
