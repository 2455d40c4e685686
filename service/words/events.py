"""What was recorded, as sentences: who did what to which development, and why."""

from collections.abc import Mapping

from projections.history import Change
from service.words.states import listed

DID = {
    "dossier-opened": "opened the dossier",
    "amended": "amended",
    "corroborated": "added a source to",
    "disputed": "put a dispute on record of",
    "dispute-resolved": "closed a dispute of",
    "rectification-proposed": "proposed a rectification of",
    "objection-raised": "put an objection on record to a rectification of",
    "rectification-adopted": "adopted a rectification of",
    "rectification-refused": "refused a rectification of",
    "retracted": "retracted",
    "reinstated": "reinstated",
    "same-as": "judged to be the same happening as another",
    "not-same-as": "judged no longer to be the same happening as another",
    "personal-data-erased": "erased the personal texts of",
}
"""By the stored name of the event; any other is a kind of development, which was recorded."""


def did(event: str) -> str:
    """What an event did, without who and of what: `amended`."""
    return DID.get(event, "recorded")


def detail(told: Mapping[str, object], names: Mapping[str, str]) -> str | None:
    """What an event says besides, in short: the fields that it changes, the party that disputes."""
    fields = told.get("changes") or told.get("says")
    match told.get("event"), fields:
        case "amended" | "rectification-proposed", dict() if fields:
            return f"changes {listed([_field(one) for one in fields])}"
        case "disputed", dict() if fields:
            return f"{_by(told, names)} gives another account of {listed([_field(one) for one in fields])}"
        case "disputed", _:
            return f"{_by(told, names)} says that it did not happen"
        case "objection-raised", _:
            return f"{_by(told, names)} objects"
        case "dispute-resolved", _:
            return f"the dispute was {told.get('outcome')}"
    return None


def sentence(change: Change) -> str:
    """One event in a sentence: `demo recorded: Talks between XA, XB`."""
    if change.event == "dossier-opened":
        return f"{change.recorded_by} opened the dossier: {change.headline}"
    return f"{change.recorded_by} {did(change.event)}: {change.headline}"


def _field(name: object) -> str:
    return "when it happened" if name == "occurred" else str(name).replace("_", " ")


def _by(told: Mapping[str, object], names: Mapping[str, str]) -> str:
    match told.get("by"):
        case str() as code:
            return names.get(code, code)
        case {"name": str() as name} | {"description": str() as name}:
            return name
    return "A party"
