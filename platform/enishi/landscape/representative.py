"""Representative statements: those on which a group differs most from the other groups.

Formulas: Polis math/repness.clj and math/stats.clj. A group is compared with all other groups
together; n_s includes passes.
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

    statement: index 0..m-1. votes: of this side, in this group. seen: votes of any side. share,
    ratio and their tests: of this side. best_agree: the best-agreed statement of the group.
    """

    statement: int
    side: Side
    votes: int
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
    statistics: Statistics, moderated: npt.NDArray[np.bool_], limit: int = LIST_LENGTH
) -> list[list[Representative]]:
    """The list of each group: the best-agreed statement, then by metric; agrees first.

    moderated (m,): statements that are never chosen.
    """
    return [
        _choose(_Group(statistics, group), ~moderated, limit) for group in range(len(statistics.na))
    ]


class _Group:
    """One group's rows of the statistics, and the figures of each statement's side.

    The side is agree if rat > rdt, else disagree.
    """

    def __init__(self, s: Statistics, group: int) -> None:
        self.na, self.nd, self.ns = s.na[group], s.nd[group], s.ns[group]
        self.ra, self.rat, self.rdt = s.ra[group], s.rat[group], s.rdt[group]
        self.pa, self.pat, self.pdt = s.pa[group], s.pat[group], s.pdt[group]
        self.agree = self.rat > self.rdt
        self.votes = np.where(self.agree, self.na, self.nd)
        self.share = np.where(self.agree, self.pa, s.pd[group])
        self.share_test = np.where(self.agree, self.pat, self.pdt)
        self.ratio = np.where(self.agree, self.ra, s.rd[group])
        self.ratio_test = np.where(self.agree, self.rat, self.rdt)
        self.metric = self.ratio * self.ratio_test * self.share * self.share_test


def _choose(g: _Group, allowed: npt.NDArray[np.bool_], limit: int) -> list[Representative]:
    sufficient = np.flatnonzero(
        allowed & (((g.rat > Z90) & (g.pat > Z90)) | ((g.rdt > Z90) & (g.pdt > Z90)))
    )
    best = _best_agree(g, allowed)
    if len(sufficient) == 0:
        if best is None:
            fallback = _highest_test(g, allowed)
            return [] if fallback is None else [_entry(g, fallback, best_agree=False)]
        return [_entry(g, best, best_agree=True)]
    ranked = [
        int(j) for j in sufficient[np.argsort(-g.metric[sufficient], kind="stable")] if j != best
    ]
    chosen = ([] if best is None else [best]) + ranked
    entries = [_entry(g, j, best_agree=j == best) for j in chosen[:limit]]
    return [e for e in entries if e.side == "agree"] + [e for e in entries if e.side == "disagree"]


def _best_agree(g: _Group, allowed: npt.NDArray[np.bool_]) -> int | None:
    """The best-agreed statement, found by one scan in the order of the statements, as in Polis.

    A vectorised maximum cannot replace the scan: the criterion depends on the best one so far.
    """
    # Lists, because a scan over NumPy scalars would cost more than all the statistics.
    by_ratio, by_share = (g.ra * g.rat * g.pa * g.pat).tolist(), (g.pa * g.pat).tolist()
    ra, pa, pat = g.ra.tolist(), g.pa.tolist(), g.pat.tolist()
    best: int | None = None
    for j in np.flatnonzero(allowed & ~((g.na == 0) & (g.nd == 0))).tolist():
        if best is None:
            better = pat[j] > Z90 or (ra[j] > 1.0 and pa[j] > 0.5)
        elif ra[best] > 1.0:
            better = by_ratio[j] > by_ratio[best]
        else:
            better = by_share[j] > by_share[best]
        if better:
            best = j
    return best


def _highest_test(g: _Group, allowed: npt.NDArray[np.bool_]) -> int | None:
    if not allowed.any():
        return None
    return int(np.argmax(np.where(allowed, np.maximum(g.rat, g.rdt), -np.inf)))


def _entry(g: _Group, j: int, *, best_agree: bool) -> Representative:
    return Representative(
        statement=j,
        side="agree" if g.agree[j] else "disagree",
        votes=int(g.votes[j]),
        seen=int(g.ns[j]),
        share=float(g.share[j]),
        share_test=float(g.share_test[j]),
        ratio=float(g.ratio[j]),
        ratio_test=float(g.ratio_test[j]),
        metric=float(g.metric[j]),
        best_agree=best_agree,
    )
