"""All configuration, read once from the environment (prefix `ENISHI_`).

Each setting is explained in docs/operations.md.
"""

import hashlib
import tempfile
from enum import StrEnum
from functools import cache
from pathlib import Path

from pydantic import Field, SecretStr
from pydantic_settings import BaseSettings, SettingsConfigDict

# sun_path holds 107 bytes; PostgreSQL adds "/.s.PGSQL.5432.lock".
_LONGEST_SOCKET_FOLDER = 86


class Environment(StrEnum):
    DEVELOPMENT = "development"
    TEST = "test"
    PRODUCTION = "production"


class Settings(BaseSettings):
    model_config = SettingsConfigDict(env_prefix="ENISHI_", frozen=True)

    environment: Environment = Environment.DEVELOPMENT
    data_dir: Path = Path(".enishi")
    base_url: str = "http://127.0.0.1:8000"
    # Empty: the embedded servers of this data folder.
    database_url: str = ""
    # The role that owns the tables, for `enishi migrate`, `backup` and `restore`; empty: the same.
    database_owner_url: str = ""
    valkey_url: str = ""
    # Folders with the programs of PostgreSQL (postgres, initdb) and Valkey; empty: found.
    postgres_bin: Path | None = None
    valkey_bin: Path | None = None
    database_pool_size: int = Field(default=10, ge=2, le=100)
    # "kid:base64url,kid:base64url": the first signs and encrypts, all of them verify and decrypt.
    keys: SecretStr = SecretStr("")
    # smtp://user:password@host:587 or smtps://…; empty in development: the mailbox page.
    mail_url: SecretStr = SecretStr("")
    # Who runs this site, as shown under the terms and the privacy notice.
    operator_name: str = ""
    operator_contact: str = ""
    mail_from: str = "Enishi <no-reply@enishi.invalid>"
    # People of the sample content that `enishi up --demo` loads at its first start; 0: none of it.
    demo_people: int = Field(default=100_000, ge=0, le=1_000_000)
    worker_concurrency: int = Field(default=10, ge=1, le=100)
    # How long a job of a killed worker waits until another takes it.
    job_lease_seconds: int = Field(default=30, ge=1, le=3600)
    metrics_token: SecretStr = SecretStr("")
    # Addresses of reverse proxies whose X-Forwarded-For is believed.
    trusted_proxies: tuple[str, ...] = ()
    # For each network and consultation: new guests in 10 minutes, guests' votes and texts an hour.
    new_guests_per_network: int = Field(default=60, ge=1)
    guest_votes_per_network: int = Field(default=3000, ge=1)
    texts_per_network: int = Field(default=60, ge=1)
    # Registrations with places of one account: new ones a day, and those that stand.
    registrations_per_day: int = Field(default=5, ge=1)
    registrations_per_account: int = Field(default=20, ge=1)
    # How long a certificate of a registration is valid.
    certificate_days: int = Field(default=365, ge=1, le=3660)

    @property
    def is_development(self) -> bool:
        return self.environment is Environment.DEVELOPMENT

    @property
    def socket_dir(self) -> Path:
        """Folder of the embedded servers' Unix sockets: short enough for the kernel's limit."""
        near = self.data_dir.resolve() / "run"
        if len(str(near).encode()) <= _LONGEST_SOCKET_FOLDER:
            return near
        digest = hashlib.sha256(str(near).encode()).hexdigest()[:12]
        return Path(tempfile.gettempdir()) / f"enishi-{digest}"

    @property
    def database_dsn(self) -> str:
        """The database as web processes and workers use it: without the right to change tables."""
        return self.database_url or self._embedded_database("enishi_app")

    @property
    def database_owner_dsn(self) -> str:
        """The same database by the role that owns its tables."""
        return self.database_owner_url or self.database_url or self._embedded_database("enishi")

    def _embedded_database(self, role: str) -> str:
        return f"postgresql://{role}@/enishi?host={self.socket_dir}&port=5432"

    @property
    def valkey_dsn(self) -> str:
        return self.valkey_url or f"unix://{self.socket_dir}/valkey.sock"


@cache
def get_settings() -> Settings:
    return Settings()
