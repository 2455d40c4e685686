"""Errors as pages, for whoever asks for pages; API clients are told in problem documents."""

from fastapi import Request, Response

from service.problems import Told
from service.web.rendering import html


def error_page(request: Request, told: Told) -> Response | None:
    """What went wrong, in words, with a way on; where a token is missing, with the form that takes it.

    `None` for whoever does not take HTML by name, as a browser does.
    """
    accepted = request.headers.get("accept", "")
    if "text/html" not in accepted or "json" in accepted:
        return None
    address = request.url.path + (f"?{request.url.query}" if request.url.query else "")
    return html("error.html", told.status, told.headers, problem=told.body, next=address)
