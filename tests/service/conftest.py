"""Every test of the service that opens a record runs on both engines."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from service.record import Record
from tests.service.recording import open_record
from tests.service.stores import ENGINE

ENGINES = ["sqlite", "postgres"]
OPENS = {"tmp_path", "tmp_path_factory"}
"""A test that has a place to put a file has one to put a record."""


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Have a test run on each engine, or on the one that it is about."""
    if OPENS & set(metafunc.fixturenames):
        named = [one for one in ENGINES if metafunc.definition.get_closest_marker(one)]
        engines = named or ENGINES
        metafunc.parametrize("engine", engines, indirect=True, scope="session")


@pytest.fixture(scope="session", autouse=True)
def engine(request: pytest.FixtureRequest) -> Iterator[str]:
    """The engine on which records are opened."""
    name: str = getattr(request, "param", "sqlite")
    ENGINE.postgres = name == "postgres"
    yield name
    ENGINE.postgres = False
    ENGINE.close()


@pytest.fixture(autouse=True)
def _tidied() -> Iterator[None]:
    with ENGINE.tidied():
        yield


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """Where a test's record is."""
    return tmp_path / "record.db"


@pytest.fixture
def record(file: Path) -> Iterator[Record]:
    """A record with its dossier opened."""
    with open_record(file) as opened:
        yield opened
