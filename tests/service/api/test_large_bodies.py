"""A body over the limit over a real connection: whoever sends all of it first still hears the answer."""

import http.client
import json

import pytest

from service.app import create_app
from service.serving import listen, serving
from tests.service.stores import settings_for

LIMIT = 1_048_576


@pytest.fixture(scope="module")
def address(tmp_path_factory):
    directory = tmp_path_factory.mktemp("large")
    settings = settings_for(directory / "record.db", largest_body=LIMIT)
    with serving(create_app(settings), listen("127.0.0.1")) as url:
        yield url.removeprefix("http://")


@pytest.mark.parametrize("in_chunks", [False, True])
@pytest.mark.parametrize("size", [LIMIT + 1, 3 * LIMIT, 15 * LIMIT])
def test_a_client_that_sends_all_of_it_before_it_listens_is_answered(address, size, in_chunks):
    for _ in range(3):
        connection = http.client.HTTPConnection(address, timeout=10)
        body = iter([b" " * 8_192] * (size // 8_192 + 1)) if in_chunks else b" " * size
        headers = {"Content-Type": "application/json", "Connection": "close"}
        connection.request("POST", "/v1/dossiers", body, headers, encode_chunked=in_chunks)
        response = connection.getresponse()
        told = json.loads(response.read())
        connection.close()
        assert (response.status, told["type"], told["limit"]) == (413, "/problems/body-too-large", LIMIT)
