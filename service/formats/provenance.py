"""A dossier's history in W3C PROV, as PROV-JSON: which version came from which, by whom, on what authority.

An entity is a version of a development, an activity an event of the record, an agent whoever recorded it or
an outlet that reports it. What takes a development back invalidates the version before it.
"""

import json
from collections.abc import Iterator
from typing import Any
from urllib.parse import quote

from domain.entry import Entry, evolve
from domain.events import Corroborated, Retracted, Stamped
from service.formats.telling import Telling
from service.formats.whole import Ledger, Whole

NAMESPACE = "urn:depositary:"
WHY = "PROV tells where a version came from, and not all that it says"
TOLD = ("position", "version", "event", "recorded_at", "recorded_by")


def provenance(telling: Telling, ledger: Ledger) -> Iterator[bytes]:
    """The dossier's history as PROV-JSON, with its members in the order of their names."""
    from prov.model import ProvDocument  # noqa: PLC0415 - installed with depositary[export] alone

    document = ProvDocument()
    document.add_namespace("dep", NAMESPACE)
    agents: set[str] = set()
    for whole in telling.developments():
        _History(document, whole, agents).tell()
        ledger.close(whole, WHY)
    told = json.loads(document.serialize(format="json") or "{}")
    yield json.dumps(told, ensure_ascii=False, indent=1, sort_keys=True).encode() + b"\n"


class _History:
    """The versions of one development."""

    def __init__(self, document: Any, whole: Whole, agents: set[str]) -> None:
        self._document = document
        self._whole = whole
        self._agents = agents

    def tell(self) -> None:
        """Add all of them to the document."""
        whole = self._whole
        whole.take(
            "/id", "/version", "/recorded_at", "/standing", "/development/kind", "/development/occurred"
        )
        if whole.entry.development.summary:
            whole.take("/development/summary")
        entry: Entry | None = None
        standing: str | None = None
        for index, stamped in enumerate(whole.events):
            whole.take(*(f"/said/{index}/{name}" for name in TOLD))
            entry, before = evolve(entry, stamped), entry
            standing = self._event(index, stamped, entry, before, standing)

    def _event(
        self, index: int, stamped: Stamped, entry: Entry, before: Entry | None, standing: str | None
    ) -> str | None:
        """Add an event; the version that stands from then on."""
        activity, moment = f"dep:event/{stamped.position}", stamped.recorded_at
        event = stamped.event
        attributes = {"prov:type": event.stored_name}
        if (reason := getattr(event, "reason", None)) is not None:
            attributes["dep:reason"] = reason
            self._whole.take(f"/said/{index}/body/reason")
        self._document.activity(activity, moment, moment, attributes)
        self._document.association(activity, self._agent("principal", event.recorded_by))
        if isinstance(event, Retracted):
            self._document.invalidation(standing, activity, moment)
            return standing
        version = self._version(entry)
        self._document.generation(version, activity, moment)
        if before is not None and standing is not None:
            self._document.revision(version, standing, activity)
        self._attribute(version, stamped, entry)
        return version

    def _version(self, entry: Entry) -> str:
        development, version = entry.development, f"dep:development/{entry.id}/{entry.version}"
        attributes = {
            "prov:label": development.headline(),
            "prov:type": development.kind,
            "dep:occurred": str(development.occurred),
            "dep:standing": entry.standing,
            "dep:dossier": entry.dossier,
        }
        self._document.entity(version, attributes)
        return version

    def _attribute(self, version: str, stamped: Stamped, entry: Entry) -> None:
        """To the outlets that report it, and to a corroboration's own."""
        event = stamped.event
        sources = [event.source] if isinstance(event, Corroborated) else entry.development.sources
        for outlet in dict.fromkeys(source.outlet for source in sources):
            self._document.attribution(version, self._agent("source", outlet))
        for index in range(len(self._whole.entry.development.sources)):
            self._whole.take(f"/development/sources/{index}/outlet")
        for index in range(len(self._whole.entry.corroborations)):
            self._whole.take(f"/corroborations/{index}/outlet")

    def _agent(self, what: str, name: str) -> str:
        """Somebody, added to the document where they are not in it yet."""
        agent = f"dep:{what}/{quote(name, safe='')}"
        if agent not in self._agents:
            self._agents.add(agent)
            self._document.agent(agent, {"prov:label": name, "prov:type": what})
        return agent
