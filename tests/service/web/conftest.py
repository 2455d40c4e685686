"""Both chronologies, served once for all tests that only read them; and a browser for those that write."""

from collections.abc import Iterator

import httpx2
import pytest

from tests.service.api.desk import Desk, open_desk
from tests.service.web.forms import sign_in
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


@pytest.fixture(scope="module")
def shared(tmp_path_factory) -> Iterator[Desk]:
    """A dossier that the tests of a module share."""
    with open_desk(tmp_path_factory.mktemp("forms")) as one:
        one.open_dossier()
        yield one


@pytest.fixture
def desk(shared) -> Desk:
    """A browser that carries the token of one who may do anything."""
    sign_in(shared)
    return shared
