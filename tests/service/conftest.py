"""Every test of the service that opens a record runs on both engines: `engine` is in `tests/conftest.py`."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from service.record import Record
from tests.service.recording import open_record
from tests.service.stores import ENGINE


@pytest.fixture(autouse=True)
def _tidied(engine: str) -> Iterator[None]:
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
