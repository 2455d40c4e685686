"""What the whole suite shares: the same hypothesis examples everywhere, and the engine of records."""

from collections.abc import Iterator

import pytest
from hypothesis import settings

from tests.postgres import postgres, postgres_dsn  # noqa: F401 - fixtures
from tests.service.stores import ENGINE

settings.register_profile("ci", deadline=None, derandomize=True, max_examples=100, print_blob=True)
settings.load_profile("ci")

ENGINES = ["sqlite", "postgres"]
OPENS = {"tmp_path", "tmp_path_factory"}
"""A test that has a place to put a file has one to put a record."""


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Have a test whose records may be on either engine run on each, or on the one that it is about."""
    if "engine" in metafunc.fixturenames and OPENS & set(metafunc.fixturenames):
        named = [one for one in ENGINES if metafunc.definition.get_closest_marker(one)]
        metafunc.parametrize("engine", named or ENGINES, indirect=True, scope="session")


@pytest.fixture(scope="session")
def engine(request: pytest.FixtureRequest) -> Iterator[str]:
    """The engine on which records are opened. There is one of it, as there is one `ENGINE` that it sets."""
    name: str = getattr(request, "param", "sqlite")
    ENGINE.postgres = name == "postgres"
    yield name
    ENGINE.postgres = False
    ENGINE.close()
