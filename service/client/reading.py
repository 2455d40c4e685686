"""The calls that read: dossiers, developments, views, what changed, kinds, and the log."""

from typing import TYPE_CHECKING, Any, Unpack
from urllib.parse import quote
from uuid import UUID

import httpx2

from service.client.calls import Call, Lines, Pages, as_json, as_model, asked
from service.client.questions import Clocks, Compared, Lensed, Listed, Proved, Sought, Window

if TYPE_CHECKING:
    from pydantic import JsonValue

    from projections.actors import Actors
    from projections.agenda import Agenda
    from projections.agreements import Agreements
    from projections.ceasefire import CeasefireStatus
    from projections.contacts import Contacts
    from projections.course import CeasefireCourse
    from projections.diff import KnowledgeDiff, TimeDiff
    from projections.disputes import Disputes
    from projections.exchanges import Exchanges
    from projections.history import ChangeInFull, Changes, History
    from projections.on_record import DevelopmentOnRecord
    from projections.pages import Items
    from projections.positions import Positions
    from projections.series import ExchangeSeries
    from projections.timeline import Happened, Timeline
    from projections.view import View
    from service.answers import (
        CheckpointOnRecord,
        ConsistencyProof,
        DossierOnRecord,
        Dossiers,
        InclusionProof,
        KeptCheckpoints,
        Kinds,
    )

# Dossiers and developments


def dossiers(**when: Unpack[Clocks]) -> "Call[Dossiers]":
    """List the dossiers."""
    return _get("/v1/dossiers", "service.answers:Dossiers", when)


def dossier(dossier: str, **when: Unpack[Clocks]) -> "Call[DossierOnRecord]":
    """Read a dossier: its title, its parties, its observers."""
    return _get(_dossier(dossier), "service.answers:DossierOnRecord", when)


def development(development: UUID | str, **when: Unpack[Proved]) -> "Call[DevelopmentOnRecord]":
    """Read a development as known at a moment; its `version` is what is said to have been seen."""
    return _get(f"/v1/developments/{development}", "projections.on_record:DevelopmentOnRecord", when)


def history(development: UUID | str, **when: Unpack[Proved]) -> "Call[History]":
    """Read every version: who made it, when, why, from which source, and field by field what changed."""
    return _get(f"/v1/developments/{development}/history", "projections.history:History", when)


def export(dossier: str, **when: Unpack[Clocks]) -> Lines[str]:
    """Take out a dossier, line by line: a line for itself, then one for each development."""
    return lines(_dossier(dossier) + "/export", **asked(when))


# Views


def view(name: str, dossier: str, **question: Unpack[Lensed]) -> "Call[View]":
    """Ask for any view by its name, as `projections.registry.VIEWS` has it."""
    return _view(name, dossier, question)


def timeline(dossier: str, **sought: Unpack[Sought]) -> "Call[Timeline]":
    """One page of what had happened, in the order of time."""
    return _get(_dossier(dossier) + "/timeline", "projections.timeline:Timeline", sought)


def all_happened(dossier: str, **sought: Unpack[Sought]) -> "Pages[Timeline, Happened]":
    """Every development on the timeline, page after page, at one moment of knowledge."""
    return Pages(timeline(dossier, **sought), lambda page: page.developments)


def ceasefire(dossier: str, **question: Unpack[Lensed]) -> "Call[CeasefireStatus]":
    """Whether a ceasefire held, since when, its terms, and what each party put on record about it."""
    return _view("ceasefire", dossier, question)


def ceasefire_course(dossier: str, **question: Unpack[Lensed]) -> "Call[CeasefireCourse]":
    """The status of the ceasefire over time, step by step, in all and of each ceasefire."""
    return _view("ceasefire/course", dossier, question)


def exchanges(dossier: str, **question: Unpack[Lensed]) -> "Call[Exchanges]":
    """Stages and persons that returned, as intervals, against what was promised."""
    return _view("exchanges", dossier, question)


def exchanges_series(dossier: str, **question: Unpack[Lensed]) -> "Call[ExchangeSeries]":
    """Cumulative exchanges, releases and remains as series over days."""
    return _view("exchanges/series", dossier, question)


def agreements(dossier: str, **question: Unpack[Lensed]) -> "Call[Agreements]":
    """Each agreement on its separate clocks, and every stipulation's promise against its performance."""
    return _view("agreements", dossier, question)


def positions(dossier: str, **question: Unpack[Lensed]) -> "Call[Positions]":
    """What each party holds on each issue: stances, red lines, demands and ultimatums with their answers."""
    return _view("positions", dossier, question)


def agenda(dossier: str, **question: Unpack[Lensed]) -> "Call[Agenda]":
    """How each issue stood, and which planned steps wait for what."""
    return _view("agenda", dossier, question)


def contacts(dossier: str, **question: Unpack[Lensed]) -> "Call[Contacts]":
    """Who spoke with whom, how, how often, how long, and each participant's own readout."""
    return _view("contacts", dossier, question)


def disputes(dossier: str, **question: Unpack[Lensed]) -> "Call[Disputes]":
    """Where accounts differ: each party's version beside what is on record, resolved or not."""
    return _view("disputes", dossier, question)


def actors(dossier: str, **question: Unpack[Lensed]) -> "Call[Actors]":
    """Who is named: every actor and outlet with its id, the names used, roles, and to whom it belongs."""
    return _view("actors", dossier, question)


def items(view: str, dossier: str, path: str, **question: Unpack[Listed]) -> "Call[Items]":
    """One page of a list of an answer, by the `path` that the answer has for it in `left_out`."""
    asked_for = {"view": view, "list": path, **question}
    return _get(_dossier(dossier) + "/items", "projections.pages:Items", asked_for)


def all_items(
    view: str, dossier: str, path: str, **question: Unpack[Listed]
) -> "Pages[Items, dict[str, JsonValue]]":
    """Every item of a list of an answer, page after page, at one day and one moment of knowledge."""
    return Pages(items(view, dossier, path, **question), lambda page: page.items, cursor=None)


# What changed


def diff(dossier: str, view: str, **between: Unpack[Compared]) -> "Call[KnowledgeDiff | TimeDiff]":
    """How the answer of a view changed, field by field, and what changed it.

    Between two moments of knowledge (`known_from`, `known_to`), or two days (`as_of_from`, `as_of_to`).
    """
    model = "TimeDiff" if between.get("as_of_from") is not None else "KnowledgeDiff"
    return _get(_dossier(dossier) + "/diff", f"projections.diff:{model}", {"view": view, **between})


def changes(dossier: str, **window: Unpack[Window]) -> "Call[Changes]":
    """One page of every event that was recorded between two moments: by whom, why, and all that it says."""
    return _get(_dossier(dossier) + "/changes", "projections.history:Changes", window)


def all_changes(dossier: str, **window: Unpack[Window]) -> "Pages[Changes, ChangeInFull]":
    """Every event that was recorded between two moments, page after page."""
    return Pages(changes(dossier, **window), lambda page: page.changes)


# Kinds, and the log


def kinds() -> "Call[Kinds]":
    """List every kind of development: its schema, its codes, an example."""
    return Call("GET", "/v1/kinds", as_model("service.answers:Kinds"))


def checkpoint(size: int | None = None) -> "Call[CheckpointOnRecord]":
    """The signed checkpoint of all that is recorded by now, or one that was signed before."""
    return Call(
        "GET", "/v1/log/checkpoint", as_model("service.answers:CheckpointOnRecord"), asked({"size": size})
    )


def checkpoints(after: int = 0, limit: int | None = None) -> "Call[KeptCheckpoints]":
    """One page of the checkpoints that were signed, the smallest first."""
    query = asked({"after": after, "limit": limit})
    return Call("GET", "/v1/log/checkpoints", as_model("service.answers:KeptCheckpoints"), query)


def all_checkpoints(after: int = 0) -> "Pages[KeptCheckpoints, CheckpointOnRecord]":
    """Every checkpoint that was signed, page after page."""
    return Pages(checkpoints(after), lambda page: page.checkpoints, cursor="after")


def inclusion(position: int, size: int | None = None) -> "Call[InclusionProof]":
    """The proof that an event is in the log of a size, or of the present one."""
    query = asked({"position": position, "size": size})
    return Call("GET", "/v1/log/proofs/inclusion", as_model("service.answers:InclusionProof"), query)


def consistency(first: int, second: int | None = None) -> "Call[ConsistencyProof]":
    """The proof that the log of one size is the beginning of that of another, or of the present one."""
    query = asked({"from": first, "to": second})
    return Call("GET", "/v1/log/proofs/consistency", as_model("service.answers:ConsistencyProof"), query)


# Anything


def get(path: str, **query: Any) -> Call[dict[str, Any]]:
    """Read something as the JSON that it is."""
    return Call("GET", path, as_json, query)


def text(path: str) -> Call[str]:
    """Read something that is not JSON."""
    return Call("GET", path, _as_text)


def lines(path: str, **query: Any) -> Lines[str]:
    """Read something line by line, without holding it whole."""
    return Lines("GET", path, str, query)


def _get(path: str, model: str, question: Any) -> Call[Any]:
    return Call("GET", path, as_model(model), asked(question), takes_position=True)


def _view(name: str, dossier: str, question: Any) -> Call[Any]:
    def read(response: httpx2.Response) -> Any:
        from projections.registry import VIEWS  # noqa: PLC0415 - when the first view is read

        return VIEWS[name].answer.model_validate_json(response.content)

    return Call("GET", f"{_dossier(dossier)}/{name}", read, asked(question), takes_position=True)


def _dossier(dossier: str) -> str:
    return "/v1/dossiers/" + quote(dossier, safe="")


def _as_text(response: httpx2.Response) -> str:
    return response.text
