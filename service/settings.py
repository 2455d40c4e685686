"""Everything that can be set, read once from the environment."""

import re
from ipaddress import IPv4Network, IPv6Network
from pathlib import Path
from typing import Annotated, Self, TypeVar

from pydantic import BeforeValidator, Field
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

Item = TypeVar("Item")


def _by_commas(text: object) -> object:
    return [one.strip() for one in text.split(",") if one.strip()] if isinstance(text, str) else text


Listed = Annotated[tuple[Item, ...], NoDecode, BeforeValidator(_by_commas)]
"""Several values of one setting, by commas."""


def is_dsn(named: str) -> bool:
    """Whether this names a database of PostgreSQL: an address, or `host=… dbname=…`; else it is a file."""
    if named.startswith(("postgresql://", "postgres://")):
        return True
    return re.match(r"\s*\w+\s*=", named) is not None and not Path(named).exists()


class Settings(BaseSettings):
    """The settings of one service process. The store keeps the names that `eventsourcing` gives it."""

    model_config = SettingsConfigDict(env_prefix="DEPOSITARY_", frozen=True)

    database: Path = Field(Path("depositary.db"), validation_alias="SQLITE_DBNAME")
    """The SQLite file that holds the record."""
    dsn: str | None = None
    """The PostgreSQL database that holds the record, in the place of a file: a connection string of libpq."""
    read_dsn: str | None = None
    """The standbys that views are read from, as a connection string; else they are read where is written."""
    persistence_module: str | None = Field(None, validation_alias="PERSISTENCE_MODULE")
    """The store, as the library names it; by default that of the file, or of the database."""
    tokens: Path | None = None
    """The file of those who may write; beside the database where it is not set."""
    log_key: Path | None = None
    """The file of the key that the log is signed with; beside the database where it is not set."""
    witnesses: Path | None = None
    """The file of the witnesses' public keys, one a line; beside the database where it is not set."""
    checkpoint_every: float = Field(1.0, gt=0, le=60)
    """How often what has been recorded is put under a signed checkpoint, in seconds."""
    open_reads: bool = True
    """Whether anybody may read; otherwise reading needs a token as well."""
    largest_body: int = Field(1_048_576, ge=1_024)
    """The largest body of a request, in bytes."""
    patience: float = Field(2.0, ge=0, le=60)
    """How long a read waits to be as fresh as it was asked to be, in seconds."""
    public_url: str | None = Field(None, pattern=r"^https?://[^\s?#]+$")
    """The address at which others reach the service; events that are told name it as their source."""
    feed_every: float = Field(0.1, gt=0, le=60)
    """How often it is looked for what other processes have recorded, while somebody listens, in seconds."""
    feed_heartbeat: float = Field(10.0, gt=0, le=600)
    """How often a feed in which nothing happens says that it is alive, in seconds."""
    webhook_hosts: Listed[str] = ()
    """The only hosts that webhooks may go to, by commas; `*.example.org` is all below it. All if empty."""
    webhook_networks: Listed[IPv4Network | IPv6Network] = ()
    """Networks that webhooks may go to though they are not public, such as `10.20.0.0/16`, by commas."""
    webhook_loopback: bool = False
    """Whether webhooks may go to this machine itself, without TLS too: for tests and development alone."""
    webhook_retries: Listed[Annotated[float, Field(gt=0)]] = (5, 60, 300, 1_800, 7_200)
    """After how many seconds what was not taken is sent again, by commas; in the end it is a dead letter."""
    webhook_give_up: float = Field(259_200, gt=0)
    """For how many seconds a receiver may take nothing before its webhook is paused (three days)."""
    feed_patience: float = Field(30.0, gt=0, le=600)
    """How long one who follows the feed may take to take in a message before it is cut off, in seconds."""

    @classmethod
    def of(cls, named: str | Path | None) -> Self:
        """The settings of the record that this names, a file or a database; else of the environment's."""
        if named is None:
            return cls()
        if is_dsn(str(named)):
            return cls(dsn=str(named))
        return cls(SQLITE_DBNAME=Path(named), dsn=None)

    @property
    def tokens_file(self) -> Path:
        """The file of those who may write."""
        return self.tokens or self._beside(".tokens")

    @property
    def log_key_file(self) -> Path:
        """The file of the key that the log is signed with."""
        return self.log_key or self._beside(".key")

    @property
    def witnesses_file(self) -> Path:
        """The file of the witnesses' public keys."""
        return self.witnesses or self._beside(".witnesses")

    def _beside(self, ending: str) -> Path:
        return self.database.with_name(self.database.name + ending)

    @property
    def store_environment(self) -> dict[str, str]:
        """The store's part, in the library's own names."""
        engine = "postgres" if self.dsn else "sqlite"
        place = {"DEPOSITARY_DSN": self.dsn} if self.dsn else {"SQLITE_DBNAME": str(self.database)}
        place |= {"DEPOSITARY_READ_DSN": self.read_dsn} if self.dsn and self.read_dsn else {}
        return {"PERSISTENCE_MODULE": self.persistence_module or f"service.store.{engine}:Factory", **place}
