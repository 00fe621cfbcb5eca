"""The limit of mails to people who did not ask for them.

A receipt or a request to a guardian goes to an address that somebody typed. All such mails share
one limit, by mailbox and by network, so that no site of ours is a tool to pester others. They hold
no text of the sender either.
"""

from datetime import timedelta

from enishi.kit import ratelimit

_PER_MAILBOX = ratelimit.Limit("mail.stranger.mailbox", 3, timedelta(days=1))
_PER_NETWORK = ratelimit.Limit("mail.stranger.network", 20, timedelta(hours=1))


async def count(address: str, network: str) -> None:
    """Count a mail to a typed address from a network. Raises TooManyRequestsError."""
    # The narrow limit first: a mail that it refuses takes nothing from the network's.
    await ratelimit.take(_PER_MAILBOX, address.lower())
    await ratelimit.take(_PER_NETWORK, network)
