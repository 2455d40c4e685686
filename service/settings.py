"""Everything that can be set, read once from the environment."""

import re
from collections.abc import Mapping
from ipaddress import IPv4Network, IPv6Network
from pathlib import Path
from typing import Annotated, Any, Literal, Self, TypeVar

from pydantic import BeforeValidator, Field, field_validator
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

Item = TypeVar("Item")


def _by_commas(text: object) -> object:
    return [one.strip() for one in text.split(",") if one.strip()] if isinstance(text, str) else text


Listed = Annotated[tuple[Item, ...], NoDecode, BeforeValidator(_by_commas)]
"""Several values of one setting, by commas."""

LogForm = Literal["auto", "json", "console"]
MetricsFor = Literal["readers", "tokens", "off"]
LogLevel = Literal["debug", "info", "warning", "error"]

DSNS = ("dsn", "read_dsn")
"""The fields that hold connection strings, and so may hold a password."""


def is_dsn(named: str) -> bool:
    """Whether this names a database of PostgreSQL: an address, or `host=… dbname=…`; else it is a file."""
    if named.startswith(("postgresql://", "postgres://")):
        return True
    return re.match(r"\s*\w+\s*=", named) is not None and not Path(named).exists()


class Settings(BaseSettings):
    """The settings of one service process. The store keeps the names that `eventsourcing` gives it."""

    model_config = SettingsConfigDict(env_prefix="DEPOSITARY_", frozen=True, use_attribute_docstrings=True)

    database: Path = Field(Path("depositary.db"), validation_alias="SQLITE_DBNAME")
    """The SQLite file that holds the record."""
    dsn: str | None = None
    """The PostgreSQL database that holds the record, in the place of a file: a connection string of libpq."""
    read_dsn: str | None = None
    """The standbys that views are read from, as a connection string; else they are read where is written."""
    persistence_module: str | None = Field(None, validation_alias="PERSISTENCE_MODULE")
    """The store, as the library names it; by default that of the file, or of the database."""
    log_key: Path | None = None
    """The file of the key that the log is signed with; beside the database where it is not set."""
    witnesses: Path | None = None
    """The file of the witnesses' public keys, one a line; beside the database where it is not set."""
    checkpoint_every: float = Field(1.0, gt=0, le=60)
    """How often what has been recorded is put under a signed checkpoint, in seconds."""
    open_reads: bool = True
    """Whether anybody may read; otherwise reading needs a token as well."""
    requests_a_minute: int = Field(0, ge=0)
    """How many requests a minute one principal, or one address without a token, may send; 0 is any number."""
    guesses_a_minute: int = Field(60, ge=0)
    """How many tokens that are not valid one address may send a minute; 0 is any number."""
    issuer: str | None = None
    """The OpenID Connect issuer whose tokens are taken besides those of the record."""
    issuer_audience: str = "depositary"
    """The audience that the issuer's tokens have to name."""
    issuer_principal: str = "sub"
    """The claim of the issuer's tokens that says who it is."""
    issuer_roles: str | None = None
    """The claim of the issuer's tokens that lists roles, such as `recorder:lake`, if they are to count."""
    tls_in_front: bool = False
    """Whether something in front of the service ends TLS, so that it may listen beyond loopback."""
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
    log_format: LogForm = "auto"
    """How logs are written: `json`, a line each; `console`, to be read; `auto`, the latter on a terminal."""
    log_level: LogLevel = "info"
    """From which level on something is logged: `debug`, `info` (each request too), `warning` or `error`."""
    metrics: MetricsFor = "readers"
    """Who may read `/metrics`: `readers`, as all else; `tokens`, with a token alone; `off`, nobody."""
    drain: float = Field(0.0, ge=0, le=600)
    """How long the service, once told to stop, goes on while it says that it is not ready, in seconds."""

    @field_validator(*DSNS)
    @classmethod
    def _is_readable(cls, dsn: str | None) -> str | None:
        """A connection string that libpq takes; what is wrong with one is said without its password."""
        if dsn:
            from psycopg import ProgrammingError  # noqa: PLC0415 - a file needs none of it
            from psycopg.conninfo import conninfo_to_dict  # noqa: PLC0415 - the same

            try:
                conninfo_to_dict(dsn)
            except ProgrammingError:
                example = "postgresql://user@host/name, or host=… dbname=… user=…"
                raise ValueError(f"libpq cannot read it as a connection string such as {example}") from None
        return dsn

    @classmethod
    def of(cls, named: str | Path | None) -> Self:
        """The settings of the record that this names, a file or a database; else of the environment's."""
        if named is None:
            return cls()
        if is_dsn(str(named)):
            return cls(dsn=str(named))
        return cls(SQLITE_DBNAME=Path(named), dsn=None)

    @property
    def log_key_file(self) -> Path:
        """The file of the key that the log is signed with."""
        return self.log_key or self._beside(".key")

    @property
    def witnesses_file(self) -> Path:
        """The file of the witnesses' public keys."""
        return self.witnesses or self._beside(".witnesses")

    @property
    def in_effect(self) -> Mapping[str, Any]:
        """The values of the fields that are made up from others where they are not set."""
        return {
            "log_key": self.log_key_file,
            "witnesses": self.witnesses_file,
            "persistence_module": self.store_environment["PERSISTENCE_MODULE"],
        }

    def _beside(self, ending: str) -> Path:
        return self.database.with_name(self.database.name + ending)

    @property
    def store_environment(self) -> dict[str, str]:
        """The store's part, in the library's own names."""
        engine = "postgres" if self.dsn else "sqlite"
        place = {"DEPOSITARY_DSN": self.dsn} if self.dsn else {"SQLITE_DBNAME": str(self.database)}
        place |= {"DEPOSITARY_READ_DSN": self.read_dsn} if self.dsn and self.read_dsn else {}
        return {"PERSISTENCE_MODULE": self.persistence_module or f"service.store.{engine}:Factory", **place}
