"""The tables of a run as CSV, and the Polis export set after the close.

The tables are made from the view that the pages have, so they say no more: a cell that may not be
shown is empty.
"""

from collections.abc import Iterator

from enishi.consultations.landscape_runs.kinds import Disclosure
from enishi.consultations.landscape_runs.schemas import Apart, LandscapeView, PanelRun, Share
from enishi.kit import clock
from enishi.kit.i18n import LazyText, gettext, gettext_lazy
from enishi.kit.spreadsheets import Column, Kind, Layout, Row
from enishi.kit.workbooks import Sheet, dictionary_sheet, table_sheet

_RUN = Column("run", gettext_lazy("計算の番号"), gettext_lazy("何回目の計算か。"), Kind.NUMBER)
_GROUP = Column("group", gettext_lazy("グループ"), gettext_lazy("AからHまでの文字。"))
_STATEMENT = Column(
    "statement", gettext_lazy("カードの番号"), gettext_lazy("対話の中での番号。"), Kind.NUMBER
)
_FIFTHS = Column(
    "fifths",
    gettext_lazy("五人のうち"),
    gettext_lazy("グループの大きさ。グループに入った人を五人としたときの人数。0は半人より少ない。"),
    Kind.NUMBER,
    gettext_lazy("人"),
)
_SOURCE = gettext_lazy("いちばん新しい計算。ページに出ている数と同じで、隠した数は空です。")
_PEOPLE, _PERCENT = gettext_lazy("人"), gettext_lazy("%")


def _percent(name: str, title: LazyText, meaning: LazyText) -> Column:
    return Column(name, title, meaning, Kind.NUMBER, _PERCENT)


GROUPS = Layout(
    "groups",
    gettext_lazy("グループの大きさ"),
    _SOURCE,
    (
        _RUN,
        _GROUP,
        _FIFTHS,
        _percent(
            "percent",
            gettext_lazy("割合"),
            gettext_lazy("終わった対話だけ。グループに入った人のうちの割合。"),
        ),
        Column(
            "tens",
            gettext_lazy("人数（十人単位）"),
            gettext_lazy("終わった対話だけ。十人単位に丸めた人数。"),
            Kind.NUMBER,
            _PEOPLE,
        ),
        Column(
            "people",
            gettext_lazy("人数（人）"),
            gettext_lazy("全投票を公開すると約束した対話だけ。グループの人数。"),
            Kind.NUMBER,
            _PEOPLE,
        ),
        Column(
            "compared",
            gettext_lazy("比べるか"),
            gettext_lazy("1なら、ほかのグループと比べられる大きさがある。"),
            Kind.NUMBER,
        ),
    ),
)
SHARES = Layout(
    "shares",
    gettext_lazy("カードごとのグループの割合"),
    _SOURCE,
    (
        _RUN,
        _STATEMENT,
        _GROUP,
        _percent(
            "agree_percent",
            gettext_lazy("賛成の割合"),
            gettext_lazy("そのカードに投票したグループの人のうちの割合。少ないときは空。"),
        ),
        _percent("disagree_percent", gettext_lazy("反対の割合"), gettext_lazy("同じく反対。")),
        _percent("pass_percent", gettext_lazy("パスの割合"), gettext_lazy("同じくパス。")),
        Column(
            "sure",
            gettext_lazy("確かか"),
            gettext_lazy("1なら、多いほうの割合の95%信頼区間が半分より上にある。"),
            Kind.NUMBER,
        ),
        Column(
            "votes",
            gettext_lazy("投票の数"),
            gettext_lazy("全投票を公開すると約束した対話だけ。"),
            Kind.NUMBER,
            gettext_lazy("票"),
        ),
        Column("text", gettext_lazy("意見カード"), gettext_lazy("書かれたままの本文。")),
    ),
)
CELLS = Layout(
    "map",
    gettext_lazy("意見の地図のます目"),
    _SOURCE,
    (
        _RUN,
        _GROUP,
        Column(
            "column",
            gettext_lazy("列"),
            gettext_lazy("左から数え、0から始まる。ます目にはグループの五人以上がいる。"),
            Kind.NUMBER,
        ),
        Column("row", gettext_lazy("行"), gettext_lazy("上から数え、0から始まる。"), Kind.NUMBER),
        Column("rows", gettext_lazy("一辺のます目"), gettext_lazy("地図の大きさ。"), Kind.NUMBER),
    ),
)
RUNS = Layout(
    "runs",
    gettext_lazy("計算の一覧"),
    gettext_lazy("その対話のこれまでの計算。新しい順です。"),
    (
        _RUN,
        Column(
            "kind",
            gettext_lazy("種類"),
            gettext_lazy("liveは募集中の計算、finalは締め切ったあとの計算。"),
        ),
        Column("day", gettext_lazy("公表した日"), gettext_lazy("日本時間の日。"), Kind.DAY),
        Column("groups", gettext_lazy("グループの数"), gettext_lazy("示した数。"), Kind.NUMBER),
        Column(
            "best_groups",
            gettext_lazy("最もよく分かれる数"),
            gettext_lazy("シルエット値が最も大きいグループの数。"),
            Kind.NUMBER,
        ),
        Column(
            "silhouette",
            gettext_lazy("シルエット値"),
            gettext_lazy("グループの分かれ方。-1から1まで。"),
            Kind.NUMBER,
        ),
        _GROUP,
        _FIFTHS,
        _percent(
            "firm_percent",
            gettext_lazy("安定"),
            gettext_lazy("意見カードのどちらの半分だけを使っても、同じグループに入る人の割合。"),
        ),
    ),
    is_public=False,
)
APART = Layout(
    "guests",
    gettext_lazy("ゲストを除くと変わるカード"),
    gettext_lazy("終わった対話の最後の票数。賛成の割合が、ゲストを除くと最も変わる順です。"),
    (
        _STATEMENT,
        _percent(
            "agree_percent",
            gettext_lazy("全員の賛成の割合"),
            gettext_lazy("そのカードに投票した人のうちの割合。"),
        ),
        _percent(
            "account_agree_percent",
            gettext_lazy("アカウントの賛成の割合"),
            gettext_lazy("そのカードに投票したアカウントのうちの割合。"),
        ),
        Column(
            "text",
            gettext_lazy("意見カード"),
            gettext_lazy("本文。訳があれば、ファイルの言語の文。"),
        ),
    ),
    is_public=False,
)


def group_rows(view: LandscapeView) -> Iterator[Row]:
    """A row for each group. Sizes are as exact as the page has them."""
    for group in view.groups:
        yield (
            view.stamp.number,
            group.letter,
            group.fifths,
            group.percent,
            group.tens,
            group.members,
            int(group.is_compared),
        )


def share_rows(view: LandscapeView) -> Iterator[Row]:
    """A row for each statement and group: whole percent of its votes, empty for too few."""
    for each in view.statements:
        for group, share in zip(view.groups, each.shares, strict=True):
            yield (
                view.stamp.number,
                each.statement.number,
                group.letter,
                *_figures(share),
                each.statement.text,
            )


def cell_rows(view: LandscapeView) -> Iterator[Row]:
    """A row for each cell of the map; at least five members of the group lie on it."""
    for cell in view.map.cells if view.map else ():
        size = view.map.size if view.map else 0
        letter = view.groups[cell.group].letter
        yield (view.stamp.number, letter, cell.column, cell.row, size)


def run_rows(runs: list[PanelRun]) -> Iterator[Row]:
    """For the office: a row for each run and group, the newest first."""
    for run in runs:
        day = clock.in_tokyo(run.published_at).date()
        silhouette = run.silhouettes.get(run.groups)
        told = None if silhouette is None else round(silhouette, 3)
        named = (run.number, run.kind, day, run.groups, run.best_groups, told)
        if not run.letters:
            yield (*named, None, None, None)
        for letter, fifths, firm in zip(run.letters, run.fifths, run.firm, strict=True):
            yield (*named, letter, fifths, firm)


def apart_rows(apart: list[Apart]) -> Iterator[Row]:
    """For the office: a row for each statement on which guests change the result."""
    for each in apart:
        yield (each.number, each.everybody, each.accounts, each.text)


def _figures(share: Share | None) -> tuple[int | None, ...]:
    if share is None:
        return (None,) * 5
    return (share.agree, share.disagree, share.passed, int(share.is_sure), share.seen)


def sheets(
    view: LandscapeView,
    runs: list[PanelRun],
    office: list[tuple[Layout, Iterator[Row]]],
    source: str,
    *,
    is_sample: bool,
) -> list[Sheet]:
    """All tables, for one workbook.

    office: further tables that the office alone has. source: the address of the public page.
    """
    return [
        Sheet(gettext("出典"), _source_rows(view, source, is_sample=is_sample)),
        table_sheet(GROUPS, group_rows(view)),
        table_sheet(SHARES, share_rows(view)),
        table_sheet(CELLS, cell_rows(view)),
        table_sheet(RUNS, run_rows(runs)),
        *(table_sheet(layout, rows) for layout, rows in office),
        dictionary_sheet((GROUPS, SHARES, CELLS, RUNS, *(layout for layout, _ in office))),
    ]


def _source_rows(view: LandscapeView, source: str, *, is_sample: bool) -> Iterator[Row]:
    stamp = view.stamp
    yield ("name", "value")
    yield ("source", source)
    yield ("sample", int(is_sample))
    yield ("run", stamp.number)
    yield ("kind", stamp.kind)
    yield ("votes_until", clock.in_tokyo(stamp.votes_until).isoformat(timespec="seconds"))
    yield ("published_at", clock.in_tokyo(stamp.published_at).isoformat(timespec="seconds"))
    yield ("people", stamp.people)
    yield ("input_hash", stamp.input_hash)
    yield ("engine", stamp.engine)


def has_ballots(view: LandscapeView) -> bool:
    """Whether the export set of this run contains the ballots."""
    return view.disclosure is Disclosure.BALLOTS
