"""The references that are not ours: `eventsourcing` as it comes, with nothing added.

Its recorders keep their own defaults, which are durable: on SQLite the write-ahead log with
`synchronous=FULL`, as SQLite itself has it, and on PostgreSQL `synchronous_commit=on`.
"""

from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any
from uuid import UUID

from eventsourcing.application import Application
from eventsourcing.domain import Aggregate, event
from fastapi import Body, FastAPI

from domain.developments import Development


class Note(Aggregate):
    """One development as an aggregate: its dossier, and its body as it was sent."""

    @event("Noted")
    def __init__(self, dossier: str, body: dict[str, Any], id: UUID | None = None) -> None:  # noqa: A002
        self.dossier = dossier
        self.body = body


def on_sqlite(file: Path) -> Mapping[str, str]:
    """The environment of an application on a file."""
    return {"PERSISTENCE_MODULE": "eventsourcing.sqlite", "SQLITE_DBNAME": str(file)}


def create_app(env: Mapping[str, str]) -> FastAPI:
    """A plain service: the body is validated, and one aggregate saved for each request."""
    notes: Application[UUID] = Application(env=dict(env))
    app = FastAPI()

    @app.post("/dossiers/{dossier}/developments", status_code=201)
    def record(dossier: str, body: Annotated[Development, Body()]) -> dict[str, Any]:
        note = Note(dossier, body.model_dump(mode="json", exclude_unset=True))
        notes.save(note)
        return {"id": note.id, "version": note.version}

    return app
