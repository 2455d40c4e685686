"""The service behind its API, as the tests of the API have it."""

from tests.service.api.conftest import desk, empty_desk  # noqa: F401 - fixtures
