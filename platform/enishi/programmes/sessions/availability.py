"""Whether a session takes applications now: a label, a badge and an explanation for applicants."""

from dataclasses import dataclass, replace
from datetime import datetime

from enishi.kit import formatting
from enishi.kit.i18n import gettext, gettext_lazy, ngettext
from enishi.programmes.listings.schemas import ProgrammeRow, ProgrammeView
from enishi.programmes.listings.tables import ProgrammeState
from enishi.programmes.sessions import when_where
from enishi.programmes.sessions.schemas import Selection, SessionView
from enishi.programmes.sessions.tables import SessionState

MOST_SEATS_SHOWN = 10
FIRST_COME = gettext_lazy("先着順です。席があれば、申し込むとすぐに参加が決まります。")


@dataclass(frozen=True)
class Availability:
    """What applicants read of a session: `label` and `kind` of a badge, and an explanation.

    `explanation` says what applying leads to, or why it is not possible.
    """

    label: str
    kind: str
    explanation: str
    can_apply: bool = False
    is_open: bool = False  # within the time for applications, also when it is full


def of_session(programme: ProgrammeView, session: SessionView, now: datetime) -> Availability:
    if session.state is SessionState.CANCELLED:
        return Availability(gettext("中止"), "error", session.cancelled_reason)
    if session.starts_at <= now:
        return Availability(gettext("終了"), "neutral", "")
    if programme.state is not ProgrammeState.PUBLISHED or session.closes_at <= now:
        return Availability(gettext("受付終了"), "neutral", "")
    if now < session.opens_at:
        day = formatting.format_datetime(session.opens_at)
        return Availability(
            gettext("受付前"), "info", gettext("%(day)sから申し込めます。", day=day)
        )
    return replace(_of_open(session), is_open=True)


def _of_draw(session: SessionView) -> Availability:
    """Before a draw there are no free places: all who apply by its deadline have a chance."""
    if not session.takes_entries:
        return Availability(
            gettext("抽選中"), "info", gettext("結果は、申し込んだ方にメールでお知らせします。")
        )
    return Availability(gettext("抽選・受付中"), "success", draw_terms(session), True)


def draw_terms(session: SessionView) -> str:
    """How the places of a session with a draw are given; empty for other sessions."""
    if session.selection is not Selection.DRAW or session.draw_closes_at is None:
        return ""
    return gettext(
        "抽選です。%(until)sまでに申し込んだ方の中から、抽選で参加者を決めます。早く申し込んでも遅く申し込んでも、当たりやすさは同じです。",
        until=when_where.deadline(session.draw_closes_at),
    )


def _of_open(session: SessionView) -> Availability:
    if session.selection is Selection.DRAW:
        return _of_draw(session)
    if session.free > 0:
        return Availability(seats_left(session.free), "success", str(FIRST_COME), True)
    if session.waiting < session.waiting_limit:
        return Availability(
            gettext("満席・キャンセル待ち受付中"), "warning", waiting_list(session), True
        )
    return Availability(
        gettext("満席"),
        "neutral",
        gettext("キャンセル待ちの受付も終わりました。ほかの開催回をご覧ください。"),
    )


def seats_left(free: int) -> str:
    """The free places in words: exact up to MOST_SEATS_SHOWN."""
    if free > MOST_SEATS_SHOWN:
        return gettext("あと%(num)s席以上", num=MOST_SEATS_SHOWN)
    return ngettext("あと%(num)s席", "あと%(num)s席", free)


def public_seats(programme: ProgrammeView, session: SessionView, now: datetime) -> int | None:
    """The free places for programs: MOST_SEATS_SHOWN stands for that many or more.

    None unless the session takes applications now: after that, the number would tell how many
    people come or came, which statistics publish in bands only.
    """
    if session.selection is Selection.DRAW or not of_session(programme, session, now).is_open:
        return None
    return min(session.free, MOST_SEATS_SHOWN)


def waiting_list(session: SessionView) -> str:
    """An explanation of the waiting list of this session."""
    how = _how_places_go(session)
    if not session.waiting:
        return how
    many = ngettext(
        "いまキャンセル待ちは%(num)s組です。",
        "いまキャンセル待ちは%(num)s組です。",
        session.waiting,
    )
    return gettext("%(many)s%(how)s", many=many, how=how)


def _how_places_go(session: SessionView) -> str:
    if session.is_last_hours:
        return gettext(
            "席が空くと、待っている方全員にメールでお知らせします。席は、先に申し込むか参加を確定した方のものになります。"
        )
    if session.draw_closes_at is not None:
        return gettext(
            "席が空くと、抽選の順位の順に案内のメールを送ります。案内から%(hours)s時間以内に参加を確定しないと、次の組に移ります。%(from)sからは先着順になり、席が空くと、待っている方全員にお知らせします。",
            **_terms(session),
        )
    return gettext(
        "席が空くと、申込の順に案内のメールを送ります。案内から%(hours)s時間以内に参加を確定しないと、次の組に移ります。%(from)sからは先着順になり、席が空くと、待っている方全員にお知らせします。",
        **_terms(session),
    )


def _terms(session: SessionView) -> dict[str, object]:
    return {
        "hours": session.offer_hours,
        "from": formatting.format_datetime(session.first_come_from),
    }


def of_row(row: ProgrammeRow) -> Availability:
    """As `of_session`, one label for all coming sessions of a programme."""
    if row.with_places and row.sessions == 1:
        return Availability(seats_left(row.most_free), "success", "", True)
    if row.with_places:
        return Availability(gettext("空きあり"), "success", "", True)
    if row.with_queue:
        return Availability(gettext("満席・キャンセル待ち受付中"), "warning", "", True)
    if row.with_draw:
        return Availability(gettext("抽選・受付中"), "success", "", True)
    if row.opens_at is not None:
        return Availability(gettext("受付前"), "info", "")
    return Availability(gettext("満席・受付終了"), "neutral", "")
