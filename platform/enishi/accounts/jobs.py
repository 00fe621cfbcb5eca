import uuid
from typing import ClassVar

from enishi.kit.jobs import Job


class EraseAccount(Job):
    """Erase what every domain holds of a closed account."""

    name: ClassVar[str] = "accounts.account.erase"

    account_id: uuid.UUID

    def key(self) -> str | None:
        return str(self.account_id)
