"""A client of the HTTP interface, for the command line and the demonstration."""

from collections.abc import Iterator, Mapping
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
            raise Refused(response.json())
        return response.text

    def lines(self, path: str) -> Iterator[str]:
        """Read something line by line, without holding it whole."""
        with self._http.stream("GET", path) as response:
            if not response.is_success:
                response.read()
                raise Refused(response.json())
            yield from response.iter_lines()

    def post(
        self, path: str, body: Any, *, key: str | None = None, seen: int | None = None
    ) -> dict[str, Any]:
        """Write something: `key` makes a repetition harmless, `seen` is the version it is said of."""
        headers = {"Idempotency-Key": key} if key else {}
        if seen is not None:
            headers["If-Match"] = f'"{seen}"'
        return _answer(self._http.post(path, json=body, headers=headers))


def _answer(response: httpx2.Response) -> dict[str, Any]:
    answer: dict[str, Any] = response.json()
    if response.is_success:
        return answer
    raise Refused(answer)
