"""Pure functions: which sums of votes may be shown apart."""

from enishi.consultations.voting.schemas import SharesApart, VoteSums

FEWEST_APART = 20
"""Voters of a card, in each channel, from which on their shares are public."""
FEWEST_SET_ASIDE = 20
"""Guests of one act: the sums before and after it would show the votes of fewer."""


def shares_apart(
    accounts: VoteSums, guests: VoteSums, *, ballots_promised: bool
) -> SharesApart | None:
    """The shares of accounts and of guests among a card's votes; None if they stay together.

    Never where ballots are published without names: a ballot's channel could be told from them.
    """
    if ballots_promised or min(accounts.votes, guests.votes) < FEWEST_APART:
        return None
    return SharesApart(accounts=accounts.percentages(), guests=guests.percentages())
