"""Enumerations of landscape runs: what a run is, and what of it may be shown."""

from enum import StrEnum


class RunKind(StrEnum):
    """LIVE: while votes are accepted, from the run before it. FINAL: after the close, cold."""

    LIVE = "live"
    FINAL = "final"


class Disclosure(StrEnum):
    """How exact the figures of a run may be; `policies` has the rules.

    OPEN: shares in whole percent, sizes in fifths. CLOSED: also sizes in tens. BALLOTS: the ballots
    are published, so counts may be, too.
    """

    OPEN = "open"
    CLOSED = "closed"
    BALLOTS = "ballots"


class Showing(StrEnum):
    """Whether figures by group are shown.

    NO_GROUPS: the people who voted do not form groups. TOO_EARLY: a group is too small; which one,
    and how small, is not said.
    """

    SHOWN = "shown"
    TOO_EARLY = "too_early"
    NO_GROUPS = "no_groups"


class NotPlaced(StrEnum):
    """Why a participant has no place yet. NO_RUN: there are no groups to be shown yet."""

    NO_RUN = "no_run"
    TOO_FEW_VOTES = "too_few_votes"
