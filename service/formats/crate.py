"""A dossier as a release that can be cited: an RO-Crate, zipped, with its data, its losses and its proof.

The same dossier of the same day and position, under the same checkpoint, is the same to the byte.
"""

import json
from collections.abc import Iterable, Iterator
from dataclasses import asdict
from typing import Any

from pydantic_core import to_json

from service.formats.archive import File, zipped
from service.formats.csv_text import csv_lines
from service.formats.ftm import statements
from service.formats.json_lines import dossier_lines
from service.formats.parquet import parquet
from service.formats.provenance import provenance
from service.formats.read_me import CONVENTIONS, read_me
from service.formats.tables import TABLES
from service.formats.telling import Telling
from service.formats.timeline_js import timeline_js
from service.formats.whole import Ledger

METADATA = "ro-crate-metadata.json"
UNSTATED = "#no-licence"
PROOF = """
checkpoint.txt is the signed checkpoint of the log that the record was under. proof.json is the timeline of
the dossier with every event behind it and its proof in that log: `depositary verify-receipt proof.json --key`
and the public key of the log verify it, without asking whoever keeps the record.
"""
NO_PROOF = "\nThe log was not signed when this was released, so there is no proof in it.\n"


def crate(telling: Telling, licence: str | None) -> Iterator[bytes]:
    """The release: it loses nothing, for JSON Lines are in it; what its other formats lose is beside them."""
    files = {name: (b"".join(pieces), about) for name, about, pieces in _files(telling)}
    described = _metadata(telling, licence, {name: about for name, (_, about) in files.items()})
    plain: list[File] = [(name, [content]) for name, (content, _) in files.items()]
    return zipped([(METADATA, [described]), *plain])


def _files(telling: Telling) -> Iterator[tuple[str, str, Iterable[bytes]]]:
    """Each file with its name and what it is."""
    proof = telling.proof()
    ending = NO_PROOF if proof is None else PROOF
    yield "README.txt", "How to read this", [f"{read_me(telling)}\n{CONVENTIONS}{ending}".encode()]
    lines = dossier_lines(telling.moment, telling.opening, telling.exported())
    yield "dossier.jsonl", "The dossier, whole", (line.encode() for line in lines)
    for name, table in TABLES.items():
        yield f"tables/{name}.csv", table.says, csv_lines(table.columns, table.rows(telling))
        yield f"tables/{name}.parquet", table.says, parquet(table, telling, None)
    for name, about, write in OTHERS:
        own = Ledger()
        yield name, about, write(telling, own)
        yield f"losses/{name}.jsonl", f"What {name} does not hold", [_lost(own)]
    if proof is not None:
        yield "checkpoint.txt", "The signed checkpoint of the log", [proof.checkpoint]
        yield "proof.json", "The timeline with its receipt", [proof.receipt]


OTHERS = (
    ("timeline.json", "The timeline for TimelineJS", timeline_js),
    ("prov.json", "The history in PROV-JSON", provenance),
    ("ftm.statements.csv", "Statements of FollowTheMoney", statements),
)
"""The formats that lose something."""


def _lost(ledger: Ledger) -> bytes:
    return b"".join(to_json(asdict(loss)) + b"\n" for loss in ledger.losses)


def _metadata(telling: Telling, licence: str | None, files: dict[str, str]) -> bytes:
    from rocrate.model.contextentity import ContextEntity  # type: ignore[import-untyped] # noqa: PLC0415
    from rocrate.rocrate import ROCrate  # type: ignore[import-untyped] # noqa: PLC0415

    made = ROCrate()
    moment = telling.moment
    released = moment.known_at.isoformat() if moment.known_at else moment.as_of.isoformat()
    made.name = telling.dossier.title
    at = f"as of {moment.as_of}, position {moment.position}"
    made.description = f"Dossier {telling.dossier.id} of a Depositary record, {at}."
    made.datePublished = released
    made.root_dataset["version"] = f"{moment.as_of}/{moment.position}"
    made.root_dataset["identifier"] = f"{telling.dossier.id}@{moment.position}"
    made.license = made.add(ContextEntity(made, licence or UNSTATED, properties=_licence(licence)))
    for name, about in files.items():
        made.add_file(dest_path=name, properties={"name": about, "encodingFormat": _type_of(name)})
    told: dict[str, Any] = made.metadata.generate()
    return json.dumps(told, ensure_ascii=False, indent=1, sort_keys=True).encode() + b"\n"


def _licence(licence: str | None) -> dict[str, str]:
    name = licence or "No licence is stated: ask whoever keeps the record before you reuse it"
    return {"@type": "CreativeWork", "name": name}


def _type_of(name: str) -> str:
    types = {
        "txt": "text/plain",
        "csv": "text/csv",
        "json": "application/json",
        "jsonl": "application/x-ndjson",
        "parquet": "application/vnd.apache.parquet",
    }
    return types[name.rpartition(".")[2]]
