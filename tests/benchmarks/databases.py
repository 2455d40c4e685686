"""PostgreSQL for the rows that need it: where the store of that name is named, and databases are made."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from importlib.util import find_spec
from uuid import uuid4

import psycopg
from psycopg.conninfo import conninfo_to_dict, make_conninfo
from psycopg.sql import SQL, Identifier

from tests.benchmarks.measuring import NotMeasured

STORE = "service.store.postgres"

Environment = Mapping[str, str]


@contextmanager
def two_databases(dsn: str | None) -> Iterator[tuple[Environment, Environment]]:
    """The environments of the record and of a stock application, each on an empty database of its own."""
    with database(dsn) as ours, database(dsn) as theirs:
        yield on_postgres(ours), stock_on_postgres(theirs)


@contextmanager
def database(dsn: str | None) -> Iterator[str]:
    """An empty database of the server, dropped in the end; raise `NotMeasured` where there is none."""
    if find_spec(STORE) is None:
        raise NotMeasured(f"there is no {STORE} yet")
    if dsn is None:
        raise NotMeasured("no server was named: give --dsn")
    name = f"bench_{uuid4().hex}"
    with psycopg.connect(dsn, autocommit=True) as connection:
        connection.execute(SQL("CREATE DATABASE {}").format(Identifier(name)))
        try:
            yield make_conninfo(dsn, dbname=name)
        finally:
            connection.execute(SQL("DROP DATABASE {} WITH (FORCE)").format(Identifier(name)))


def on_postgres(dsn: str) -> Environment:
    """The environment of the record."""
    return {"PERSISTENCE_MODULE": f"{STORE}:Factory", "DEPOSITARY_DSN": dsn}


def stock_on_postgres(dsn: str) -> Environment:
    """The environment of a stock application."""
    parts = conninfo_to_dict(dsn)
    return {
        "PERSISTENCE_MODULE": "eventsourcing.postgres",
        "POSTGRES_DBNAME": str(parts["dbname"]),
        "POSTGRES_HOST": str(parts.get("host", "")),
        "POSTGRES_PORT": str(parts.get("port", "5432")),
        "POSTGRES_USER": str(parts.get("user", "")),
        "POSTGRES_PASSWORD": str(parts.get("password", "")),
    }
