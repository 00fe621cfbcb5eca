"""Accounts for trying the platform: who signs in with them sees what that kind of person sees."""

from enishi.demo.content import words


def invitation(base_url: str) -> str:
    """How to sign in with them, for whoever has just loaded the sample."""
    lines = [f"  {each.address:<24} {each.who}" for each in words().guides]
    mailbox = f"{base_url.rstrip('/')}/ja/mailbox"
    head = f"Sample accounts (the code to sign in arrives at {mailbox}):"
    return "\n".join([head, *lines])
