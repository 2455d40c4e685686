"""What the suite tells: all of it invented, and its sources say so."""

from typing import Any

PARTIES = [{"actor": "XA", "name": "Arvenia"}, {"actor": "XB", "name": "Belmark"}]
REASON = "So that a promise of the service is checked."
GAZETTE = {"outlet": "The Port Solace Gazette (invented)", "published": "2021-04-01"}
RADIO = {"outlet": "Lake Radio (invented)", "published": "2021-04-02"}


def opening(name: str) -> dict[str, Any]:
    """The suite's own dossier."""
    return {
        "id": name,
        "title": "A check of what this service promises (all of it invented)",
        "parties": PARTIES,
        "description": "Written by `depositary conformance`. Nothing in it has happened.",
    }


def race(**fields: Any) -> dict[str, Any]:
    """Something of no consequence, by default on 10 March 2021."""
    told = {
        "kind": "other-development",
        "label": "A ferry race",
        "occurred": "2021-03-10",
        "sources": [GAZETTE],
    }
    return {**told, **fields}


def stage(side: str, count: dict[str, Any], **fields: Any) -> dict[str, Any]:
    """A stage of an exchange, in which so many persons returned to a side."""
    told = {
        "kind": "exchange-stage-carried-out",
        "occurred": "2021-03-12",
        "parties": ["XA", "XB"],
        "persons": [{"side": side, "count": count}],
        "sources": [GAZETTE],
    }
    return {**told, **fields}


def according_to(party: str, outlet: str) -> dict[str, Any]:
    """A source whose word is a party's."""
    return {
        "outlet": f"{outlet} (invented)",
        "published": "2021-04-01",
        "chain": [{"actor": party, "role": "speaker"}],
    }
