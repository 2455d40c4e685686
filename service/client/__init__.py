"""The Python client: what the service's interface has, with types, for whoever writes Python.

    with Client("http://127.0.0.1:8000", token) as client:
        ceasefire = client.ceasefire("ua-ru-2025", as_of="2025-05-16")

`AsyncClient` has the same operations to be awaited. Views are answered as the models of `projections`.
What is safe to repeat is repeated while a service cannot be reached; a refusal is raised in its own words.
"""

from service.client.calls import Call, Lines, Pages
from service.client.frames import to_frame
from service.client.refusals import (
    Elsewhere,
    NotAuthorized,
    NotFound,
    NotUnderstood,
    Refused,
    StaleVersion,
    Unavailable,
    Wrong,
)
from service.client.senders import AsyncClient, Client
from service.client.sessions import DEFAULT_PATIENCE, Patience

__all__ = [
    "DEFAULT_PATIENCE",
    "AsyncClient",
    "Call",
    "Client",
    "Elsewhere",
    "Lines",
    "NotAuthorized",
    "NotFound",
    "NotUnderstood",
    "Pages",
    "Patience",
    "Refused",
    "StaleVersion",
    "Unavailable",
    "Wrong",
    "to_frame",
]
