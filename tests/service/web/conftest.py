"""Both chronologies, served once for all tests that only read them."""

from collections.abc import Iterator

import httpx2
import pytest

from tests.service.web.site import Site, open_site


@pytest.fixture(scope="session")
def site(tmp_path_factory) -> Iterator[Site]:
    """A service with both chronologies on record."""
    with open_site(tmp_path_factory.mktemp("site")) as one:
        yield one


@pytest.fixture(scope="session")
def browse(site) -> Iterator[httpx2.Client]:
    """Asks for pages as a browser does, without a script."""
    with httpx2.Client(base_url=site.url, headers={"Accept": "text/html,*/*;q=0.8"}) as client:
        yield client
