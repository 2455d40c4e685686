"""The service behind its API, and one that has recorded the invented chronology whole."""

from collections.abc import Iterator

import pytest

from service.chronology import play, read
from tests.service.api.conftest import desk, empty_desk  # noqa: F401 - fixtures
from tests.service.api.desk import Desk, open_desk
from tests.service.api.test_export import SOLACE, TODAY, Player


@pytest.fixture(scope="session")
def solace(tmp_path_factory) -> Iterator[Desk]:
    """The invented chronology, which has every kind, outcome and standing; nothing is recorded after it."""
    with open_desk(tmp_path_factory.mktemp("solace")) as told:
        told.clock.now = TODAY
        play(read(SOLACE), Player(told), "solace", lambda _: None)
        yield told
