"""Claims about groups, which sentences.py puts into words; each can be computed again from ballots.

Statements are chosen so that negating every vote changes the side of each claim and nothing else:
no list prefers agreement, and ties go to the statement with the lower number.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

import numpy as np

from enishi.landscape.consensus import group_aware_consensus
from enishi.landscape.engine import Floats
from enishi.landscape.figures import Figures, fifths_of, tens_of, whole_percent
from enishi.landscape.representative import Z90, Side
from enishi.landscape.results import LEAST_SHOWN

COMMON_LENGTH = 10  # statements of the common ground
LIST_LENGTH = 5  # of what divides
SHORT_LENGTH = 3  # of what marks a group, and of what bridges
UNSTABLE_BELOW = 0.5  # a group of smaller split-half stability (`firm`) gets a warning
SIDES: tuple[Side, Side] = ("disagree", "agree")


class Kind(StrEnum):
    """What a claim says. Sentences, parser and checks have one case for each."""

    COMMON = "common"  # most of each compared group are on one side
    MARKS = "marks"  # most of one group are on a side, more than of the others
    DIVIDES = "divides"  # most of one group agree, most of another disagree
    BRIDGES = "bridges"  # each compared group leans to one side, whatever else divides them
    CARD = "card"  # one of the few statements that together stand for all groups
    SIZE = "size"  # how large a group is
    SMALL = "small"  # a group is too small to be compared
    UNSTABLE = "unstable"  # a group's members depend on few votes
    FEW_VOTES = "few_votes"  # how many statements have too few votes
    NEAREST = "nearest"  # which group a participant votes like
    DIFFERS = "differs"  # where a participant differs from that group


@dataclass(frozen=True, slots=True)
class GroupShare:
    """A share of the votes of one group on the claim's statement, in whole percent.

    side None: agreement and disagreement have as many votes; percent is that of each.
    """

    group: int
    side: Side | None
    percent: int


@dataclass(frozen=True, slots=True)
class Claim:
    """What one sentence says. statement: index 0..m-1, or None.

    shares: of the groups it names. others: whole percentage of all other groups. left_out: groups
    too small to be compared, named beside *every*. sure: whether the intervals exclude chance; None
    where it says nothing of it. own: the participant's side. number: see the kind.
    """

    kind: Kind
    statement: int | None = None
    side: Side | None = None
    shares: tuple[GroupShare, ...] = ()
    others: int | None = None
    left_out: tuple[int, ...] = ()
    sure: bool | None = None
    own: Side | None = None
    number: int | None = None
    tens: int | None = None

    def query(self, letters: Sequence[str], numbers: Sequence[int]) -> str:
        """How it is computed again from ballots: `kind card=12 side=agree A:agree=93% …`.

        letters of the groups, numbers of the statements: those that people see.
        """
        parts = [str(self.kind)]
        if self.statement is not None:
            parts.append(f"card={numbers[self.statement]}")
        if self.side is not None:
            parts.append(f"side={self.side}")
        parts += [
            f"{letters[share.group]}:{share.side or 'equal'}={share.percent}%"
            for share in self.shares
        ]
        if self.others is not None:
            parts.append(f"others={self.others}%")
        if self.left_out:
            parts.append("left_out=" + ",".join(letters[group] for group in self.left_out))
        return " ".join(parts)


def common_ground(figures: Figures) -> list[Claim]:
    """Statements with a majority of each compared group on one side, and no small group against.

    Ordered by group-aware consensus of that side.
    """
    if not figures.may_show or not figures.compared:
        return []
    disagree, agree = group_aware_consensus(figures.counts)[::-1]
    found: list[tuple[float, int, Side]] = []
    for side, consensus in zip(SIDES, (disagree, agree), strict=True):
        common = np.flatnonzero(figures.is_common(side)).tolist()
        found += [(-float(consensus[j]), j, side) for j in common]
    return [
        _compared_claim(figures, Kind.COMMON, j, side)
        for _consensus, j, side in sorted(found)[:COMMON_LENGTH]
    ]


def _compared_claim(figures: Figures, kind: Kind, statement: int, side: Side) -> Claim:
    return Claim(
        kind,
        statement,
        side,
        shares=shares_of(figures, figures.compared, statement, side),
        left_out=tuple(figures.left_out),
        sure=figures.is_sure(figures.compared, statement, side) if kind is Kind.COMMON else None,
    )


def shares_of(
    figures: Figures, groups: list[int], statement: int, side: Side
) -> tuple[GroupShare, ...]:
    """The shares of the groups of which enough members voted on the statement."""
    shares = [(group, figures.percent(group, statement, side)) for group in groups]
    return tuple(GroupShare(group, side, share) for group, share in shares if share is not None)


def marks(figures: Figures, group: int) -> list[Claim]:
    """The statements that tell a group from the others: most of it are on the side that is told."""
    if not figures.may_show:
        return []
    metric, is_agree = _telling(figures, group)
    order = np.argsort(-metric, kind="stable")[:SHORT_LENGTH]
    claims = []
    for j in order[metric[order] > 0].tolist():
        side: Side = "agree" if is_agree[j] else "disagree"
        claims.append(
            Claim(
                Kind.MARKS,
                j,
                side,
                shares=shares_of(figures, [group], j, side),
                others=figures.others_percent(group, j, side),
            )
        )
    return claims


def _telling(figures: Figures, group: int) -> tuple[Floats, Floats]:
    """Of each statement: r · rt · p · pt of its sufficient side, else 0; whether it is agree."""
    s, seen = figures.statistics, figures.seen
    enough = (seen[group] >= LEAST_SHOWN) & (seen.sum(0) - seen[group] >= LEAST_SHOWN)
    allowed = figures.listed & enough
    agree = (s.pat[group] > Z90) & (s.rat[group] > Z90)
    disagree = (s.pdt[group] > Z90) & (s.rdt[group] > Z90)
    metric = np.where(
        agree,
        s.ra[group] * s.rat[group] * s.pa[group] * s.pat[group],
        s.rd[group] * s.rdt[group] * s.pd[group] * s.pdt[group],
    )
    # Below the printed precision two metrics count as equal: a tie goes to the lower number.
    return np.where(allowed & (agree | disagree), np.round(metric, 9), 0.0), agree.astype(float)


def divides(figures: Figures) -> list[Claim]:
    """Statements that most of one compared group agree with and most of another disagree with.

    Ordered by the difference of (agrees - disagrees) / seen between two groups.
    """
    groups = figures.compared
    if not figures.may_show or not figures.comparable.any():
        return []
    counts, seen = figures.counts[groups], figures.seen[groups]
    for_it, against = (2 * counts[:, :, k] > seen for k in (2, 0))
    balance = (counts[:, :, 2] - counts[:, :, 0]) / np.maximum(seen, 1)
    spread = np.round(balance.max(0) - balance.min(0), 9)
    spread = np.where(figures.comparable & for_it.any(0) & against.any(0), spread, 0.0)
    order = np.argsort(-spread, kind="stable")[:LIST_LENGTH]
    return [
        Claim(Kind.DIVIDES, j, shares=_leanings(figures, j), left_out=tuple(figures.left_out))
        for j in order[spread[order] > 0].tolist()
    ]


def _leanings(figures: Figures, statement: int) -> tuple[GroupShare, ...]:
    shares = []
    for group in figures.compared:
        side = figures.leaning(group, statement)
        percent = figures.percent(group, statement, side or "agree")
        if percent is not None:
            shares.append(GroupShare(group, side, percent))
    return tuple(shares)


def bridges(figures: Figures, common: list[Claim]) -> list[Claim]:
    """Statements beside the common ground to which each compared group leans the same way.

    Ordered by the bridging score: the support that remains once what divides is explained.
    """
    if not figures.may_show or not figures.comparable.any():
        return []
    taken = {claim.statement for claim in common}
    large, small = figures.counts[figures.compared], figures.counts[figures.left_out]
    scores = np.nan_to_num(figures.bridging)
    leans = np.where(scores > 0, 1, -1)
    same = ((large[:, :, 2] - large[:, :, 0]) * leans > 0).all(0)
    opposed = ((small[:, :, 2] - small[:, :, 0]) * leans < 0).any(0)
    strength = np.where(figures.comparable & same & ~opposed, np.round(np.abs(scores), 6), 0.0)
    order = np.argsort(-strength, kind="stable").tolist()
    chosen = [j for j in order if strength[j] > 0 and j not in taken][:SHORT_LENGTH]
    return [
        _compared_claim(figures, Kind.BRIDGES, j, "agree" if scores[j] > 0 else "disagree")
        for j in chosen
    ]


def sizes(figures: Figures, *, is_open: bool) -> list[Claim]:
    """How large each group is: in fifths of those grouped while open, then percent and tens.

    `number` is the fifths (0: less than a tenth), or the percentage.
    """
    if not figures.may_show:
        return []
    total = int(figures.members.sum())
    claims = []
    for group, members in enumerate(figures.members.tolist()):
        named = (GroupShare(group, None, 0),)
        if is_open:
            claims.append(Claim(Kind.SIZE, shares=named, number=fifths_of(members, total)))
        else:
            percent = whole_percent(members, total)
            claims.append(Claim(Kind.SIZE, shares=named, number=percent, tens=tens_of(members)))
    return claims


def uncertainty(figures: Figures) -> list[Claim]:
    """What is not certain: groups too small to compare, unstable groups, statements with few votes.

    The number of statements is that with fewer than TOO_FEW votes of all groups.
    """
    if not figures.may_show:
        return []
    claims = [Claim(Kind.SMALL, shares=(GroupShare(group, None, 0),)) for group in figures.left_out]
    claims += [
        Claim(Kind.UNSTABLE, shares=(GroupShare(int(group), None, 0),))
        for group in np.flatnonzero(figures.firm < UNSTABLE_BELOW)
    ]
    few = int(figures.few.sum())
    return [*claims, Claim(Kind.FEW_VOTES, number=few)] if few else claims
