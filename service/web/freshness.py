"""Whether a browser has a page already: a page follows from its address, the record, the day and who asks."""

import hashlib
from collections.abc import Callable
from functools import cache
from pathlib import Path

from fastapi import Request, Response

from service.moments import Asked
from service.views import Views
from service.web.rendering import HEADERS


def unless_kept(request: Request, views: Views, who: str | None, page: Callable[[], Response]) -> Response:
    """The page with its tag; or word that the browser has it, where nothing of it can have changed since.

    Nothing changes an answer but another event (an erasure is one too), another day, or other code here.
    """
    now = views.moments.settle(Asked())
    state = (str(request.url), str(now.position), now.as_of.isoformat(), who or "", _code())
    digest = hashlib.sha256("\n".join(state).encode()).hexdigest()[:32]
    tag = f'W/"{digest}"'
    if tag in request.headers.get("if-none-match", ""):
        return Response(status_code=304, headers=HEADERS | {"ETag": tag})
    answer = page()
    answer.headers["ETag"] = tag
    return answer


@cache
def _code() -> str:
    """What all answers depend on that is no data: the files that this service runs on."""
    root = Path(__file__).parents[2]
    files = (path for package in ("domain", "projections", "service") for path in (root / package).rglob("*"))
    told = hashlib.sha256()
    for path in sorted(path for path in files if path.is_file() and path.suffix != ".pyc"):
        told.update(path.read_bytes())
    return told.hexdigest()
