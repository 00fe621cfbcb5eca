"""Breakdowns of people that their reader may not list: by attributes, and of closed times only.

A day and a subject would leave one person in a row, and with the published text of that day also a
name for it.
"""

from dataclasses import replace

from enishi.kit import clock
from enishi.kit.i18n import gettext
from enishi.statistics.errors import WithheldError
from enishi.statistics.office import policies
from enishi.statistics.office.breakdowns import Breakdown, break_down
from enishi.statistics.office.queries import Holdings
from enishi.statistics.office.schemas import PeriodForm

SMALL = 10


async def find(name: str, period: PeriodForm, holdings: Holdings) -> Breakdown:
    """The figures of closed months or of a whole closed dialogue. Raises WithheldError."""
    found = [each for key, each in holdings.dialogues.items() if period.subject in ("", key)]
    has_ballots = any(each.ballots_promised for each in found)
    if has_ballots:
        raise WithheldError(
            gettext(
                "投票の内容を公開する対話では、参加者の内訳を表示しません。公開された投票と合わせると、"
                "だれの投票か分かることがあるためです。"
            )
        )
    one = found[0] if found and period.subject else None
    if not policies.may_break_down_people(period.first, period.last, one, clock.today()):
        raise WithheldError(
            gettext(
                "参加者の内訳は、終わった月（月の初めから終わりまで）か、終わった対話の全期間についてだけ"
                "表示します。短い期間で分けると、匿名のご意見を書いた人が分かることがあるためです。"
            )
        )
    exact = await break_down(name, period, holdings)
    rows = tuple(
        (key, label, tuple(value if value and value >= SMALL else None for value in values))
        for key, label, values in exact.rows
    )
    return replace(exact, rows=rows, small=SMALL, as_of=period.last)
