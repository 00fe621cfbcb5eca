"""A one-page text summary: groups in sentences, common ground, differences, uncertainty."""

from collections.abc import Iterator

import numpy as np

from enishi.kit.i18n import gettext
from enishi.landscape.claims import LIST_LENGTH, UNSTABLE_BELOW
from enishi.landscape.engine import Floats
from enishi.landscape.figures import Figures
from enishi.landscape.polis_conversation import Statement
from enishi.landscape.representative import (
    Z90,
    Representative,
    Side,
    representative_statements,
)
from enishi.landscape.results import LEAST_SHOWN, Landscape
from enishi.landscape.uncertainty import TOO_FEW, shares

_MAX_CHARACTERS = 120  # of a statement


def summary(landscape: Landscape, name: str, statements: list[Statement]) -> str:
    """The page in the current language. statements: in the order of their indices."""
    page = _Page(landscape, [_shortened(s) for s in statements])
    lines = [gettext("意見の地図: %(name)s", name=name), "", *page.size(), ""]
    for title, body in (
        (gettext("グループ"), page.groups()),
        (gettext("共通点"), page.common_ground()),
        (gettext("意見が分かれるところ"), page.differences()),
        (gettext("確かでないこと"), page.uncertainty()),
    ):
        lines += [f"■ {title}", *body, ""]
    return "\n".join(lines)


def _shortened(statement: Statement) -> str:
    text = " ".join(statement.text.split()) or gettext("意見 %(id)d", id=statement.id)
    return text if len(text) <= _MAX_CHARACTERS else text[: _MAX_CHARACTERS - 1] + "…"


def _letter(group: int) -> str:
    return "ABCDEFGHIJKLMNOPQRSTUVWXYZ"[group] if group < 26 else str(group + 1)


def _percent(share: float) -> str:
    return f"{100 * share:.0f}%"


class _Page:
    def __init__(self, landscape: Landscape, texts: list[str]) -> None:
        self.landscape = landscape
        self.texts = texts
        self.counts = landscape.report.counts
        seen = self.counts.sum(2)
        with np.errstate(invalid="ignore"):
            self.agree: Floats = self.counts[:, :, 2] / seen
            self.disagree: Floats = self.counts[:, :, 0] / seen
        self.figures = Figures.of(landscape)

    def size(self) -> Iterator[str]:
        participants, statements = self.landscape.votes.shape
        disagrees, passes, agrees = self.landscape.counts.sum(0).tolist()
        yield gettext(
            "参加者 %(people)s 人、意見 %(statements)s 件、投票 %(votes)s 票"
            "（賛成 %(agrees)s、反対 %(disagrees)s、パス %(passes)s）。",
            people=f"{participants:,}",
            statements=f"{statements:,}",
            votes=f"{self.landscape.votes.count:,}",
            agrees=f"{agrees:,}",
            disagrees=f"{disagrees:,}",
            passes=f"{passes:,}",
        )

    def groups(self) -> Iterator[str]:
        if self.landscape.groups.count < 2:
            yield gettext("グループに分けるには投票が足りません。")
            return
        lists = representative_statements(
            self.landscape.report.statistics,
            ~self.figures.listed,
            LIST_LENGTH,
            least_seen=LEAST_SHOWN,
        )
        for group, size in enumerate(self.figures.members.tolist()):
            if not self.landscape.shown[group]:
                yield gettext(
                    "グループ %(letter)s は %(least)d 人に満たないので、内容を示しません。",
                    letter=_letter(group),
                    least=LEAST_SHOWN,
                )
                continue
            yield gettext(
                "グループ %(letter)s は %(people)s 人（グループに入った人の %(share)s）です。"
                "特徴となる意見:",
                letter=_letter(group),
                people=f"{size:,}",
                share=_percent(size / self.figures.members.sum()),
            )
            yield from (self._representative(group, entry) for entry in lists[group])
            if not lists[group]:
                yield gettext("  特徴といえるほど投票された意見は、まだありません。")

    def common_ground(self) -> Iterator[str]:
        if len(self.figures.compared) < 2:
            yield self._nothing_compared()
            return
        report = self.landscape.report
        everyone = not self.figures.left_out
        sides: tuple[tuple[Side, Floats, str], ...] = (
            (
                "agree",
                report.consensus_agree,
                gettext("どのグループも多くが賛成")
                if everyone
                else gettext("比べたグループは、いずれも多くが賛成"),
            ),
            (
                "disagree",
                report.consensus_disagree,
                gettext("どのグループも多くが反対")
                if everyone
                else gettext("比べたグループは、いずれも多くが反対"),
            ),
        )
        found = False
        for side, consensus, title in sides:
            share = self.agree if side == "agree" else self.disagree
            shared = np.flatnonzero(self.figures.is_common(side))
            for j in shared[np.argsort(-consensus[shared], kind="stable")][:LIST_LENGTH]:
                found = True
                yield f"  {title} — {self._by_group(share[:, j])}: {self.texts[j]}"
        if not found and everyone:
            yield gettext("  すべてのグループの過半数が同じ側に立つ意見は、まだ確かめられません。")
        elif not found:
            yield gettext("  比べたグループの過半数が同じ側に立つ意見は、まだ確かめられません。")
        if not everyone:
            yield gettext(
                "  比べていないグループ（%(least)d 人未満）: %(letters)s",
                least=TOO_FEW,
                letters=", ".join(_letter(g) for g in self.figures.left_out),
            )

    def differences(self) -> Iterator[str]:
        if len(self.figures.compared) < 2:
            yield self._nothing_compared()
            return
        if not self.figures.comparable.any():
            yield gettext("  グループの間で比べられるほど投票された意見は、まだありません。")
            return
        agree = np.nan_to_num(self.agree[self.figures.compared])
        spread = np.where(self.figures.comparable, agree.max(0) - agree.min(0), -1)
        for j in np.argsort(-spread, kind="stable")[:LIST_LENGTH]:
            if spread[j] > 0:
                yield f"  {gettext('賛成')} — {self._by_group(self.agree[:, j])}: {self.texts[j]}"

    def uncertainty(self) -> Iterator[str]:
        few = int((shares(self.landscape.counts).too_few & self.figures.listed).sum())
        yield gettext(
            "  まだ判断できるほど投票されていない意見（%(least)d 票未満）: %(few)s 件",
            few=f"{few:,}",
            least=TOO_FEW,
        )
        outliers = int(self.landscape.outliers.sum())
        ungrouped = int((self.landscape.labels < 0).sum()) - outliers
        if ungrouped:
            yield gettext(
                "  投票が少なく、どのグループにも入れていない人: %(people)s 人",
                people=f"{ungrouped:,}",
            )
        if outliers:
            yield gettext(
                "  投票がほかの人と大きく異なり、どのグループにも入れていない人: %(people)s 人",
                people=f"{outliers:,}",
            )
        sizes = self.landscape.sizes
        if sizes is not None and self.landscape.groups.count > 1:
            yield from self._group_uncertainty(sizes.interval, sizes.firm)
        yield gettext(
            "  参加者は自ら加わった人たちで、住民全体の縮図とは限りません。"
            "区間は、同じように投票する人たちから選ばれたとみた場合の幅です。"
        )

    def _group_uncertainty(self, interval: Floats, firm: Floats) -> Iterator[str]:
        for group, (low, high) in enumerate(interval.tolist()):
            if not self.landscape.shown[group]:
                continue
            yield gettext(
                "  グループ %(letter)s の割合は %(low)s〜%(high)s（95%%区間）。"
                "投票を半分ずつに分けても同じグループに入る人は %(firm)s です。",
                letter=_letter(group),
                low=_percent(low),
                high=_percent(high),
                firm=_percent(firm[group]) if np.isfinite(firm[group]) else "-",
            )
            if group in self.figures.left_out:
                yield gettext(
                    "  グループ %(letter)s は %(least)d 人に満たず、ほかのグループとは比べません。",
                    letter=_letter(group),
                    least=TOO_FEW,
                )
            if firm[group] < UNSTABLE_BELOW:
                yield gettext(
                    "  グループ %(letter)s の境目はゆるく、人数は目安です。", letter=_letter(group)
                )

    def _representative(self, group: int, entry: Representative) -> str:
        side = gettext("賛成") if entry.side == "agree" else gettext("反対")
        column = 2 if entry.side == "agree" else 0
        on_statement = self.counts[:, entry.statement]
        other_seen = int(on_statement.sum() - on_statement[group].sum())
        other_votes = int(on_statement[:, column].sum() - on_statement[group, column])
        compared = gettext(
            "%(side)s %(mine)s（ほかのグループ %(theirs)s）",
            side=side,
            mine=_percent(entry.votes / entry.seen),
            theirs=_percent(other_votes / other_seen) if other_seen >= LEAST_SHOWN else "-",
        )
        if entry.best_agree and entry.ratio_test <= Z90:
            compared = gettext("%(compared)s、このグループで賛成の多い意見", compared=compared)
        return f"  {compared}: {self.texts[entry.statement]}"

    def _nothing_compared(self) -> str:
        return gettext(
            "  %(least)d 人以上のグループが二つないので、グループどうしは比べていません。",
            least=TOO_FEW,
        )

    def _by_group(self, share: Floats) -> str:
        return " / ".join(f"{_letter(g)} {_percent(share[g])}" for g in self.figures.compared)
