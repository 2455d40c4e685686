"""The service behind its API: an empty one for each test, and one that has a dossier opened."""

from collections.abc import Iterator

import pytest

from tests.service.api.desk import Desk, open_desk


@pytest.fixture
def empty_desk(tmp_path) -> Iterator[Desk]:
    """A service that has recorded nothing."""
    with open_desk(tmp_path) as desk:
        yield desk


@pytest.fixture
def desk(empty_desk) -> Desk:
    """A service with one dossier opened."""
    empty_desk.open_dossier()
    return empty_desk


@pytest.fixture(scope="module")
def busy_desk(tmp_path_factory) -> Iterator[Desk]:
    """A service that a module's tests share, for all that is refused and so leaves no trace."""
    with open_desk(tmp_path_factory.mktemp("busy"), largest_body=65_536) as desk:
        desk.open_dossier()
        yield desk


@pytest.fixture
def call(desk) -> str:
    """A call that was recorded."""
    return desk.record("call-held")


@pytest.fixture(scope="module")
def held(busy_desk) -> str:
    """A call that is only ever spoken of in ways that are refused."""
    return busy_desk.record("call-held")
