"""The sample accounts with which the platform can be tried, in the role of each."""

from enishi.demo.content import words


def describe(base_url: str) -> str:
    """The list of accounts and how to sign in with them: printed after the sample is loaded."""
    lines = [f"  {each.address:<24} {each.who}" for each in words().guides]
    mailbox = f"{base_url.rstrip('/')}/ja/mailbox"
    head = f"Sample accounts (the code to sign in arrives at {mailbox}):"
    return "\n".join([head, *lines])
