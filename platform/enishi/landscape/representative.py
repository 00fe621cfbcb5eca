"""Representative statements: those on which a group differs most from the other groups.

Formulas: Polis math/repness.clj and math/stats.clj. A group is compared with all other groups
together; n_s includes passes. Three known faults of the source are not repeated: the best-agreed
statement is told by its agreement, whichever test is higher; a statement that most of the group
disagrees with cannot be the best-agreed one (a product of two negative tests is positive); and the
side of a sufficient statement is the one that is sufficient. So more than half of a group's votes
on each of its representative statements are on the side that is told.
"""

from dataclasses import dataclass
from typing import Literal

import numpy as np
import numpy.typing as npt

from enishi.landscape.engine import Floats, Integers

Z90 = 1.2816  # one-sided 90 %, as Polis rounds it
LIST_LENGTH = 5

Side = Literal["agree", "disagree"]


@dataclass(frozen=True, slots=True)
class Statistics:
    """All (groups, m). Names as in Polis: a agree, d disagree, s seen; n count, p share, t test.

    r is the ratio of a group's share to the share of the other groups.
    """

    na: Floats
    nd: Floats
    ns: Floats
    pa: Floats
    pd: Floats
    pat: Floats
    pdt: Floats
    ra: Floats
    rd: Floats
    rat: Floats
    rdt: Floats


@dataclass(frozen=True, slots=True)
class Representative:
    """One statement of a group's list.

    statement: index 0..m-1. votes: of this side, in this group; agrees, disagrees: of both. seen:
    votes of any side, passes included. share, ratio and their tests: of this side. best_agree: the
    best-agreed statement of the group, whose side is always agree.
    """

    statement: int
    side: Side
    votes: int
    agrees: int
    disagrees: int
    seen: int
    share: float
    share_test: float
    ratio: float
    ratio_test: float
    metric: float
    best_agree: bool


def proportion_test(votes: npt.ArrayLike, seen: npt.ArrayLike) -> Floats:
    """The z score of a share against 1/2, 1 added to both: 2 sqrt(n+1) ((s+1)/(n+1) - 1/2)."""
    more = np.asarray(seen, np.float64) + 1
    return 2 * np.sqrt(more) * ((np.asarray(votes, np.float64) + 1) / more - 0.5)


def two_proportions_test(
    votes: npt.ArrayLike, other_votes: npt.ArrayLike, seen: npt.ArrayLike, other_seen: npt.ArrayLike
) -> Floats:
    """The pooled z score of two shares, 1 added to all counts; 0 where the pooled share is 1."""
    s1, s2, n1, n2 = (np.asarray(x, np.float64) + 1 for x in (votes, other_votes, seen, other_seen))
    pooled = (s1 + s2) / (n1 + n2)
    with np.errstate(divide="ignore", invalid="ignore"):
        z = (s1 / n1 - s2 / n2) / np.sqrt(pooled * (1 - pooled) * (1 / n1 + 1 / n2))
    return np.where(pooled == 1, 0.0, z)


def group_statistics(counts: Integers) -> Statistics:
    """Statistics of counts (groups, m, 3): disagrees, passes, agrees of each group."""
    nd, na = counts[:, :, 0].astype(np.float64), counts[:, :, 2].astype(np.float64)
    ns = counts.sum(2).astype(np.float64)
    pa, pd = (na + 1) / (ns + 2), (nd + 1) / (ns + 2)
    other_a, other_d, other_s = na.sum(0) - na, nd.sum(0) - nd, ns.sum(0) - ns
    return Statistics(
        na=na,
        nd=nd,
        ns=ns,
        pa=pa,
        pd=pd,
        pat=proportion_test(na, ns),
        pdt=proportion_test(nd, ns),
        ra=pa / ((other_a + 1) / (other_s + 2)),
        rd=pd / ((other_d + 1) / (other_s + 2)),
        rat=two_proportions_test(na, other_a, ns, other_s),
        rdt=two_proportions_test(nd, other_d, ns, other_s),
    )


def representative_statements(
    statistics: Statistics,
    moderated: npt.NDArray[np.bool_],
    limit: int = LIST_LENGTH,
    *,
    least_seen: int = 0,
) -> list[list[Representative]]:
    """The list of each group: the best-agreed statement, then by metric; agrees first.

    moderated (m,): statements that are never chosen. least_seen: nor are those on which fewer
    members of the group have voted. The list of a group is empty if more than half of its votes are
    on one side of no statement.
    """
    return [
        _choose(_Group(statistics, group), ~moderated & (statistics.ns[group] >= least_seen), limit)
        for group in range(len(statistics.na))
    ]


class _Group:
    """One group's rows of the statistics, and the figures of each statement's side.

    sufficient: both tests of a side exceed Z90; they cannot for both sides. The side is the
    sufficient one; where neither is, it is agree if rat > rdt, else disagree.
    """

    def __init__(self, s: Statistics, group: int) -> None:
        self.na, self.nd, self.ns = s.na[group], s.nd[group], s.ns[group]
        self.pa, self.pat, self.ra, self.rat = (x[group] for x in (s.pa, s.pat, s.ra, s.rat))
        self.pd, self.pdt, self.rd, self.rdt = (x[group] for x in (s.pd, s.pdt, s.rd, s.rdt))
        for_agree = (self.rat > Z90) & (self.pat > Z90)
        for_disagree = (self.rdt > Z90) & (self.pdt > Z90)
        self.sufficient = for_agree | for_disagree
        self.agree = np.where(self.sufficient, for_agree, self.rat > self.rdt)
        self.metric = np.where(
            self.agree,
            self.ra * self.rat * self.pa * self.pat,
            self.rd * self.rdt * self.pd * self.pdt,
        )


def _choose(g: _Group, allowed: npt.NDArray[np.bool_], limit: int) -> list[Representative]:
    sufficient = np.flatnonzero(allowed & g.sufficient)
    best = _best_agree(g, allowed)
    if len(sufficient) == 0 and best is None:
        fallback = _highest_test(g, allowed)
        return [] if fallback is None else [fallback]
    ranked = [
        int(j) for j in sufficient[np.argsort(-g.metric[sufficient], kind="stable")] if j != best
    ]
    entries = [] if best is None else [_entry(g, best, "agree", best_agree=True)]
    chosen = ranked[: max(0, limit - len(entries))]
    entries += [_entry(g, j, "agree" if g.agree[j] else "disagree") for j in chosen]
    # sorted() is stable, and "agree" comes before "disagree".
    return sorted(entries[:limit], key=lambda entry: entry.side)


def _best_agree(g: _Group, allowed: npt.NDArray[np.bool_]) -> int | None:
    """The best-agreed statement, found by one scan in the order of the statements, as in Polis.

    Only statements that more than half of the group's votes agree with are candidates. A vectorised
    maximum cannot replace the scan: the criterion depends on the best one so far.
    """
    # Lists, because a scan over NumPy scalars would cost more than all the statistics.
    by_ratio, by_share = (g.ra * g.rat * g.pa * g.pat).tolist(), (g.pa * g.pat).tolist()
    ra, pat = g.ra.tolist(), g.pat.tolist()
    best: int | None = None
    for j in np.flatnonzero(allowed & (g.pa > 0.5)).tolist():
        if best is None:
            better = pat[j] > Z90 or ra[j] > 1.0
        elif ra[best] > 1.0:
            better = by_ratio[j] > by_ratio[best]
        else:
            better = by_share[j] > by_share[best]
        if better:
            best = j
    return best


def _highest_test(g: _Group, allowed: npt.NDArray[np.bool_]) -> Representative | None:
    """The statement and the side with the highest test, among sides of more than half the votes."""
    tests = np.stack(
        [
            np.where(allowed & (g.pa > 0.5), g.rat, -np.inf),
            np.where(allowed & (g.pd > 0.5), g.rdt, -np.inf),
        ],
        axis=1,
    )
    if not np.isfinite(tests).any():
        return None
    j, side = divmod(int(np.argmax(tests)), 2)
    return _entry(g, j, "disagree" if side else "agree")


def _entry(g: _Group, j: int, side: Side, *, best_agree: bool = False) -> Representative:
    figures = (
        (g.na, g.pa, g.pat, g.ra, g.rat) if side == "agree" else (g.nd, g.pd, g.pdt, g.rd, g.rdt)
    )
    votes, share, share_test, ratio, ratio_test = (float(figure[j]) for figure in figures)
    return Representative(
        statement=j,
        side=side,
        votes=int(votes),
        agrees=int(g.na[j]),
        disagrees=int(g.nd[j]),
        seen=int(g.ns[j]),
        share=share,
        share_test=share_test,
        ratio=ratio,
        ratio_test=ratio_test,
        metric=ratio * ratio_test * share * share_test,
        best_agree=best_agree,
    )
