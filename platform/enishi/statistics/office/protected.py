"""Breakdowns of people that their reader may not list: from the releases of protected cubes only.

A day and a subject would leave one person in a row, and with the published text of that day also a
name for it. A cube counts the people of one subject by one attribute at the end of closed months,
with noise, so neither two looks nor own accounts tell who came.
"""

import json

from enishi.kit import db
from enishi.kit.i18n import gettext, gettext_lazy
from enishi.statistics.cubes import BY_NAME
from enishi.statistics.errors import WithheldError
from enishi.statistics.labels import DIMENSIONS
from enishi.statistics.metrics import Dimension, get_metrics
from enishi.statistics.office.breakdowns import (
    BREAKDOWNS,
    Breakdown,
    declared_keys,
    label_of,
)
from enishi.statistics.office.queries import Holdings
from enishi.statistics.office.schemas import SUBJECT_KINDS, Aspect, PeriodForm

CUBES = {
    (Aspect.DIALOGUES, Dimension.PREFECTURE): "part.subject_prefecture",
    (Aspect.DIALOGUES, Dimension.AGE_BAND): "part.subject_age",
    (Aspect.DIALOGUES, Dimension.CHANNEL): "part.subject_channel",
    (Aspect.DIALOGUES, Dimension.TIE): "part.subject_tie",
    (Aspect.PROGRAMMES, Dimension.PREFECTURE): "visit.subject_prefecture",
    (Aspect.PROGRAMMES, Dimension.AGE_BAND): "visit.subject_age",
}
FILTERS = {
    "prefecture": Dimension.PREFECTURE,
    "age": Dimension.AGE_BAND,
    "channel": Dimension.CHANNEL,
    "tie": Dimension.TIE,
}
"""Attributes by which no page of an office can be narrowed, as they stand in addresses."""

# The cells of one subject in the newest release up to a day. NULL where it has none.
_OF_SUBJECT = """
SELECT r.until, r.small, (
    SELECT json_object_agg(cell #>> '{0,1}', cell -> 1)
    FROM jsonb_array_elements(r.rows) AS cell WHERE cell #>> '{0,0}' = $2
)::text AS cells
FROM statistics_cube_release AS r
WHERE r.cube = $1 AND r.until <= $3 ORDER BY r.period DESC LIMIT 1
"""
_BALLOTS = gettext_lazy(
    "投票の内容を公開する対話では、参加者の内訳を表示しません。公開された投票と合わせると、"
    "だれの投票か分かることがあるためです。"
)
_ONE_SUBJECT = {
    Aspect.DIALOGUES: gettext_lazy(
        "参加者の内訳は、対話を一つ選ぶと、終わった月の末までの人数で表示します。短い期間で分けると、"
        "匿名のご意見を書いた人が分かることがあるためです。"
    ),
    Aspect.PROGRAMMES: gettext_lazy(
        "出席した人の内訳は、体験・活動を一つ選ぶと、終わった月の末までの人数で表示します。"
        "申込者の一覧を開ける役割の人には、選んだ期間の正確な人数を表示します。"
    ),
}
_NOT_YET = {
    Aspect.DIALOGUES: gettext_lazy(
        "参加者の内訳は、対話が始まった月が終わり、その月の統計ができると、ここに出ます。"
    ),
    Aspect.PROGRAMMES: gettext_lazy(
        "出席した人の内訳は、最初の開催の月が終わり、その月の統計ができると、ここに出ます。"
    ),
}


async def find(name: str, period: PeriodForm, holdings: Holdings) -> Breakdown:
    """The figures of the chosen subject at the end of the last closed month of the period.

    The cube counts one act, so of programmes it has attendance and no applications. Raises
    WithheldError with the reason where there are no figures.
    """
    declared = BREAKDOWNS[name]
    aspect, dimension = declared.aspect, declared.dimension
    cube = BY_NAME[CUBES[aspect, dimension]]
    _check_subject(aspect, period, holdings)
    subject = period.subject.partition(" ")[2]
    found = await db.fetch_one(_OF_SUBJECT, cube.name, subject, period.last)
    if found is None or found["cells"] is None:
        raise WithheldError(_NOT_YET[aspect])
    cells: dict[str, int | None] = json.loads(found["cells"])
    label = await label_of(dimension, holdings)
    keys = [key for key in declared_keys(dimension) if key in cells]
    return Breakdown(
        name,
        dimension,
        get_metrics(cube.act.value),
        tuple((key, label(key), (cells[key],)) for key in keys),
        small=found["small"],
        as_of=found["until"],
    )


def _check_subject(aspect: Aspect, period: PeriodForm, holdings: Holdings) -> None:
    if not period.subject.startswith(f"{SUBJECT_KINDS[aspect]} "):
        raise WithheldError(_ONE_SUBJECT[aspect])
    dialogue = holdings.dialogues.get(period.subject)
    if dialogue is not None and dialogue.ballots_promised:
        raise WithheldError(_BALLOTS)


def refuse_filter(typed: str) -> None:
    """Raises WithheldError for an attribute in an address, and names the nearest cube."""
    dimension = FILTERS.get(typed)
    if dimension is not None:
        raise WithheldError(
            gettext(
                "この条件でしぼった集計はありません。いちばん近い集計は、一つの対話や体験・活動の"
                "「%(by)s」の内訳（終わった月の末まで）です。",
                by=DIMENSIONS[dimension],
            )
        )
