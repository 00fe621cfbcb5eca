"""The sessions of an office's programmes, each by itself: who came, and which parties wait.

Of a day's acts neither can be said: a mark of attendance may be set days after the session, and a
party waits for one session only, so parties waiting for two are never added up.
"""

import uuid
from collections.abc import Iterator
from dataclasses import dataclass

from enishi.kit import charts, clock
from enishi.kit.formatting import format_date, format_number
from enishi.kit.i18n import gettext, gettext_lazy
from enishi.kit.spreadsheets import Column, Kind, Layout, Row, counted
from enishi.programmes.applications.policies import attendance_rate
from enishi.programmes.applications.queries import attendance
from enishi.programmes.applications.schemas import SessionCount
from enishi.statistics.metrics import Metric
from enishi.statistics.office.queries import Holdings
from enishi.statistics.office.schemas import PeriodForm
from enishi.statistics.session_metrics import ATTENDANCE_RATE, WAITING

NAME = "programmes-sessions"
_MOST_SHOWN = 50
_NO_RATE = "―"
_TITLE = gettext_lazy("回ごとの出席")
_PEOPLE = gettext_lazy("人")
_COUNTS = (
    (
        "confirmed",
        gettext_lazy("参加予定（延べ）"),
        gettext_lazy("その回に席のある人数。出席・欠席・未記録の和です。"),
    ),
    (
        "attended",
        gettext_lazy("出席（延べ）"),
        gettext_lazy("出席と記録した人数。最後の記録を数えます。"),
    ),
    (
        "absent",
        gettext_lazy("欠席（延べ）"),
        gettext_lazy("欠席と記録した人数。最後の記録を数えます。"),
    ),
    ("not_marked", gettext_lazy("未記録（延べ）"), gettext_lazy("出欠をまだ記録していない人数。")),
)


def _columns(metric: Metric) -> tuple[Column, Column]:
    return counted(metric.key, metric.title, metric.definition, metric.unit)


LAYOUT = Layout(
    f"office-{NAME}",
    _TITLE,
    gettext_lazy(
        "ファイルの名前にある日の間に始まる回。中止した回は除きます。いまの記録による数。"
    ),
    (
        Column("code", gettext_lazy("符号"), gettext_lazy("回の符号。")),
        Column("programme", gettext_lazy("体験・活動"), gettext_lazy("体験・活動の名前。")),
        Column("day", gettext_lazy("開催日"), gettext_lazy("始まる日。"), Kind.DAY),
        *(Column(*each, Kind.NUMBER, _PEOPLE) for each in _COUNTS),
        *_columns(ATTENDANCE_RATE),
        *_columns(WAITING),
    ),
    is_public=False,
)


@dataclass(frozen=True)
class Sessions:
    """The newest first; titles are by the id of the programme."""

    rows: list[SessionCount]
    titles: dict[uuid.UUID, str]
    name: str = NAME

    @property
    def rate(self) -> int | None:
        """Percent of those who came to the sessions that have begun. None: cannot be said."""
        begun = self._begun()
        return attendance_rate(
            sum(each.attended for each in begun),
            sum(each.absent for each in begun),
            sum(each.not_marked for each in begun),
        )

    @property
    def has_begun(self) -> bool:
        """Whether anybody had a place in a session that has begun."""
        return any(each.confirmed for each in self._begun())

    def _begun(self) -> list[SessionCount]:
        now = clock.now()
        return [each for each in self.rows if each.starts_at <= now]

    def table(self) -> charts.Table:
        """The newest of them."""
        titles = (*(title for _, title, _ in _COUNTS), ATTENDANCE_RATE.title, WAITING.title)
        return charts.Table(
            str(_TITLE),
            (gettext("回"), *((str(title), "number") for title in titles)),
            tuple(map(self._shown, self.rows[:_MOST_SHOWN])),
        )

    def _shown(self, row: SessionCount) -> tuple[str, ...]:
        day = format_date(clock.in_tokyo(row.starts_at).date())
        rate = _rate(row)
        return (
            gettext("%(programme)s（%(day)s）", programme=self.titles[row.programme_id], day=day),
            *(format_number(value) for value in _counts(row)),
            _NO_RATE if rate is None else f"{rate}%",
            format_number(row.waiting),
        )

    def layout(self) -> Layout:
        return LAYOUT

    def file_rows(self) -> Iterator[Row]:
        for row in self.rows:
            rate = _rate(row)
            yield (
                str(row.id),
                self.titles[row.programme_id],
                clock.in_tokyo(row.starts_at).date(),
                *_counts(row),
                rate,
                _NO_RATE if rate is None else "",
                row.waiting,
                "",
            )


def _counts(row: SessionCount) -> tuple[int, ...]:
    return row.confirmed, row.attended, row.absent, row.not_marked


def _rate(row: SessionCount) -> int | None:
    """None too before the session begins: nobody is marked then."""
    return attendance_rate(row.attended, row.absent, row.not_marked)


async def find(period: PeriodForm, holdings: Holdings) -> Sessions:
    """The sessions that start in the period, of the chosen programme or of all."""
    kind, _, subject_id = period.subject.partition(" ")
    if period.subject and kind != "programme":
        return Sessions([], {})
    programme_id = uuid.UUID(subject_id) if subject_id else None
    rows = await attendance.list_sessions(
        holdings.organisation_id, period.first, period.last, programme_id
    )
    titles = {
        uuid.UUID(key.partition(" ")[2]): title
        for key, title in holdings.titles.items()
        if key.startswith("programme ")
    }
    return Sessions([row for row in rows if row.programme_id in titles], titles)
