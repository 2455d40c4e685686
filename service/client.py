"""A client of the HTTP interface, for the command line and the demonstration."""

import json
from collections.abc import Generator, Iterator, Mapping
from types import TracebackType
from typing import Any, Self

import httpx2


class Refused(Exception):
    """The service answered with a problem; its words are for whoever sent the request."""

    def __init__(self, problem: Mapping[str, Any]) -> None:
        super().__init__(str(problem.get("detail") or problem.get("title") or problem))
        self.problem = dict(problem)


class Client:
    """Sends requests to one service and answers what it says, or raises `Refused`."""

    def __init__(self, url: str, token: str | None = None, timeout: float = 30.0) -> None:
        headers = {"Authorization": f"Bearer {token}"} if token else {}
        self._http = httpx2.Client(base_url=url, headers=headers, timeout=timeout)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._http.close()

    def get(self, path: str, **query: str | int) -> dict[str, Any]:
        """Read something."""
        return _answer(self._http.get(path, params=query))

    def text(self, path: str) -> str:
        """Read something that is not JSON."""
        response = self._http.get(path)
        if not response.is_success:
            raise _refused(response)
        return response.text

    def lines(self, path: str) -> Iterator[str]:
        """Read something line by line, without holding it whole."""
        with self._http.stream("GET", path) as response:
            yield from _lines(response)

    def download(self, path: str, **query: str | int) -> Iterator[bytes]:
        """Read something of any kind, by and by."""
        with self._http.stream("GET", path, params=query) as response:
            if not response.is_success:
                response.read()
                raise _refused(response)
            yield from response.iter_bytes()

    def post(
        self, path: str, body: Any, *, key: str | None = None, seen: int | None = None
    ) -> dict[str, Any]:
        """Write something: `key` makes a repetition harmless, `seen` is the version it is said of."""
        headers = {"Idempotency-Key": key} if key else {}
        if seen is not None:
            headers["If-Match"] = f'"{seen}"'
        return _answer(self._http.post(path, json=body, headers=headers))

    def delete(self, path: str) -> None:
        """Remove something."""
        response = self._http.delete(path)
        if not response.is_success:
            raise _refused(response)

    def post_lines(
        self, path: str, lines: bytes, *, key: str, **query: int | str
    ) -> Generator[dict[str, Any]]:
        """Write something line by line; what the service answers, as it comes."""
        headers = {"Content-Type": "application/x-ndjson", "Idempotency-Key": key}
        with self._http.stream("POST", path, content=lines, headers=headers, params=query) as response:
            yield from map(json.loads, _lines(response))


def _answer(response: httpx2.Response) -> dict[str, Any]:
    if not response.is_success:
        raise _refused(response)
    answer: dict[str, Any] = response.json()
    return answer


def _lines(response: httpx2.Response) -> Iterator[str]:
    if not response.is_success:
        response.read()
        raise _refused(response)
    yield from response.iter_lines()


def _refused(response: httpx2.Response) -> Refused:
    """The problem in an answer; a proxy that finds no service behind it answers something else."""
    try:
        problem = response.json()
    except ValueError:
        problem = None
    said = (
        problem
        if isinstance(problem, dict)
        else {"title": f"{response.status_code} {response.reason_phrase}"}
    )
    return Refused({"status": response.status_code, **said})
