"""Labels of the states of a draw, its strata, its tickets and its officials."""

from collections.abc import Mapping
from typing import Any

from enishi.kit.i18n import LazyText, gettext, gettext_lazy
from enishi.programmes.allocation.draws.entries import GENERAL, JOINED
from enishi.programmes.allocation.draws.schemas import DrawView
from enishi.programmes.allocation.draws.tables import DrawState

STATES: Mapping[DrawState, LazyText] = {
    DrawState.OPEN: gettext_lazy("申込を受け付けています"),
    DrawState.CLOSED: gettext_lazy("申込の一覧が決まり、担当者の番号を待っています"),
    DrawState.DRAWN: gettext_lazy("抽選が終わりました"),
    DrawState.CANCELLED: gettext_lazy("開催が中止になり、抽選をしませんでした"),
}
STRATA: Mapping[str, LazyText] = {
    "family": gettext_lazy("子ども連れの組"),
    GENERAL: gettext_lazy("そのほかの組"),
    JOINED: gettext_lazy("まとめた区分"),
}
TICKETS: Mapping[str, LazyText] = {
    "first_time": gettext_lazy("この主催者の体験に、まだ参加したことがない方"),
    "lost_before": gettext_lazy("1年以内にこの主催者の抽選に外れ、席を得ていない方"),
}


def official(draw: DrawView, place: int) -> dict[str, Any]:
    """One of the two officials for a page: who, their commitment, and what became of the number."""
    found = next((each for each in draw.officials if each.place == place), None)
    number = found.number if found else None
    is_over = draw.state in (DrawState.DRAWN, DrawState.CANCELLED)
    return {
        "place": place,
        "post": found.post if found else "",
        "commitment": found.commitment if found else "",
        "committed_at": found.committed_at if found else None,
        "number": number or "",
        "revealed_at": found.revealed_at if found else None,
        "outcome": ""
        if number
        else _without_number(is_committed=found is not None, is_over=is_over),
    }


def _without_number(*, is_committed: bool, is_over: bool) -> str:
    if not is_over:
        return (
            gettext("締切のあとに明らかにします。")
            if is_committed
            else gettext("まだ預けていません。")
        )
    if is_committed:
        return gettext("明らかにしませんでした。規則のとおり、代わりの番号を使いました。")
    return gettext("預けませんでした。規則のとおり、代わりの番号を使いました。")
