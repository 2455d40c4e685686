"""Templates into pages: everything in them is escaped, and nothing in them runs but what is served here."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from fastapi import Response
from fastapi.responses import HTMLResponse
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from service.web.assets import address_of
from service.words import counts, days, differences, events, sources, states, values

NO_TEXT = "'sha256-47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU='"
"""The hash of an empty style element, as plotly makes one and puts its rules into by script."""
POLICY = (
    f"default-src 'none'; script-src 'self'; style-src 'self' {NO_TEXT}; img-src 'self' data:; "
    "connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
"""Content-Security-Policy: no script or style that stands in a page, and nothing from another host."""

HEADERS = {
    "Content-Security-Policy": POLICY,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Vary": "Accept, Cookie",
}

TEMPLATES = Environment(
    loader=FileSystemLoader(Path(__file__).parent / "templates"),
    autoescape=True,
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
)
TEMPLATES.globals.update(
    asset=address_of,
    counts=counts,
    days=days,
    differences=differences,
    events=events,
    sources=sources,
    states=states,
    values=values,
)
TEMPLATES.filters.update(capital=lambda text: text[:1].upper() + text[1:], label=states.label)


def rendered(template: str, **told: Any) -> Markup:
    """A template with what it is told, to be put into another one."""
    return Markup(TEMPLATES.get_template(template).render(**told))  # noqa: S704  # nosec B704


def html(template: str, status: int = 200, headers: Mapping[str, str] | None = None, **told: Any) -> Response:
    """A page of a template and what it is told."""
    return part(rendered(template, **told), status, headers)


def part(content: Markup, status: int = 200, headers: Mapping[str, str] | None = None) -> Response:
    """A page, or a part of one, that has been rendered."""
    return HTMLResponse(content, status, HEADERS | dict(headers or {}))
