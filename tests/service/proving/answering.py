"""A record of a random history behind its views and its log, and what it answers with a receipt."""

import json
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any
from uuid import UUID

from domain.commands import Party
from domain.developments import DEVELOPMENT
from domain.errors import Refusal
from domain.values import State
from projections.cut import Lens
from projections.explain import explain
from projections.registry import VIEWS
from projections.timeline import Sought
from service.callers import Caller
from service.log.notes import SigningKey
from service.moments import Asked
from service.record import Record
from service.transparency import Transparency
from service.views import Views
from tests.scenarios.chronicle import COMMANDS, DOSSIER
from tests.scenarios.histories import History, identity
from tests.service.recording import Clock

ADA = Caller("ada")
KEY = SigningKey("solace.example/log", bytes(range(1, 33)))
PARTIES = (Party(actor=State("XA"), name="Arvenia"), Party(actor=State("XB"), name="Belmark"))
"""So that a lens on either is one on somebody whom the dossier names."""
MEMORY = "/dev/shm" if Path("/dev/shm").is_dir() else None
"""Where there is no disk to wait for: these tests are not about the disk."""


@dataclass
class Answering:
    """A service without its HTTP."""

    record: Record
    views: Views
    log: Transparency

    def view(
        self, name: str, asked: Asked, lens: Lens | None = None, *, explained: bool = False
    ) -> dict[str, Any]:
        """A view with its receipt."""
        lens = lens or Lens()
        answer = self.views.view(VIEWS[name], DOSSIER.id, asked, lens)
        if explained:
            answer = answer.model_copy(update={"explanation": explain(answer)})
        return as_json(self.log.tied(answer, name, lens))

    def timeline(self, asked: Asked, sought: Sought, limit: int) -> dict[str, Any]:
        """A page of the timeline with its receipt."""
        page = self.views.timeline(DOSSIER.id, asked, sought, limit)
        return as_json(self.log.tied(page.timeline, "timeline", sought.lens))

    def development(self, of: UUID, asked: Asked) -> dict[str, Any]:
        """One development with its proof."""
        return as_json(self.log.tied(self.views.development(of, asked), "development"))

    def history(self, of: UUID, asked: Asked) -> dict[str, Any]:
        """Its versions with their proof."""
        return as_json(self.log.tied(self.views.history(of, asked), "history"))


@contextmanager
def answering(history: History) -> Iterator[Answering]:
    """The service of a record that has taken in a history."""
    clock = Clock()
    with (
        tempfile.TemporaryDirectory(dir=MEMORY) as folder,
        taken_in(history, {"SQLITE_DBNAME": f"{folder}/record.db"}, clock) as record,
    ):
        yield Answering(record, Views(record, clock), Transparency(record, clock, KEY))


@contextmanager
def taken_in(history: History, environment: dict[str, str], clock: Clock) -> Iterator[Record]:
    """A record that has taken in a history, some weeks after it."""
    clock.now, ids = datetime.fromisoformat("2031-01-01T12:00:00Z"), iter(map(identity, range(1_000)))
    record = Record(environment, clock, lambda: next(ids))
    try:
        record.open_dossier(DOSSIER.model_copy(update={"parties": PARTIES}), ADA)
        for act in history.acts:
            clock.now = act.at
            if act.verb == "record":
                record.record(DOSSIER.id, DEVELOPMENT.validate_python(act.body), ADA)
            else:
                seen = [record.versions.entry(act.identity, 1_000).version]
                with suppress(Refusal):  # A reference to what was retracted since, in other words.
                    record.say(act.identity, COMMANDS[act.verb].model_validate(act.body), seen, ADA)
        clock.now = datetime.fromisoformat("2031-05-01T12:00:00Z")
        yield record
    finally:
        record.close()


def as_json(answer: Any) -> dict[str, Any]:
    """An answer as a client reads it."""
    return json.loads(answer.model_dump_json())


def asked(as_of: date, known_at: datetime | None) -> Asked:
    """The two clocks, of which that of knowledge is not ahead of the last moment."""
    return Asked(as_of=as_of, known_at=known_at)
