"""PostgreSQL for the rows that need it: where its server is started, and the stores on it are named."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from importlib.util import find_spec

from psycopg.conninfo import conninfo_to_dict

from tests.benchmarks.measuring import NotMeasured

STORE = "service.store.postgres"

Environment = Mapping[str, str]


@contextmanager
def two_databases() -> Iterator[tuple[Environment, Environment]]:
    """The environments of the record and of a stock application, each on an empty database of its own.

    The server syncs every commit. Raise `NotMeasured` where there is no store for it.
    """
    if find_spec(STORE) is None:
        raise NotMeasured(f"there is no {STORE} yet")
    from tests.postgres import server

    with server() as postgres, postgres.database() as ours, postgres.database() as theirs:
        yield _on_postgres(ours), _stock_on_postgres(theirs)


def _on_postgres(dsn: str) -> Environment:
    return {"PERSISTENCE_MODULE": f"{STORE}:Factory", "DEPOSITARY_DSN": dsn}


def _stock_on_postgres(dsn: str) -> Environment:
    parts = conninfo_to_dict(dsn)
    return {
        "PERSISTENCE_MODULE": "eventsourcing.postgres",
        "POSTGRES_DBNAME": str(parts["dbname"]),
        "POSTGRES_HOST": str(parts.get("host", "")),
        "POSTGRES_PORT": str(parts.get("port", "5432")),
        "POSTGRES_USER": str(parts.get("user", "")),
        "POSTGRES_PASSWORD": str(parts.get("password", "")),
    }
