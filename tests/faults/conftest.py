"""Every test here that opens a record runs on both engines, unless it is about one of them."""

from tests.service.api.conftest import desk, empty_desk  # noqa: F401 - fixtures
from tests.service.conftest import _tidied, file, record  # noqa: F401 - the same
