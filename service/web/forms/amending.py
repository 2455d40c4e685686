"""Amending a development by form: what it says now, what it should, and why; refused where it is stale."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from itertools import islice
from typing import Any
from uuid import UUID

from fastapi import APIRouter, Depends, Request, Response
from fastapi.responses import RedirectResponse
from pydantic import ValidationError

from domain.access import Authority, Right
from domain.commands import Amend
from domain.developments import KINDS
from domain.entry import Entry, replay
from domain.errors import NotAllowed, StaleVersion, UnknownDevelopment
from projections.history import Version
from service.api.asking import DevelopmentId
from service.api.calling import RecordOf
from service.api.wording import tell_invalid
from service.callers import Caller
from service.diffs import Diffs
from service.moments import Asked
from service.problems import UNAUTHORIZED, Problem
from service.record import Record
from service.views import Views
from service.web.access import require_same_origin
from service.web.forms.fields import CHAIN_FIELDS, MORE_FIELD, SOURCE_FIELDS, Field, fields_of, sources_of
from service.web.forms.filling import Filled, Typed, Wrong, shown, take_sources
from service.web.forms.foreseen import Foreseen, foresee
from service.web.forms.offering import Offers, offers
from service.web.forms.sending import (
    REFUSED,
    SIGN_IN,
    AuthorOf,
    SenderOf,
    TypedOf,
    as_wrong,
    caller_of,
    key_of,
    new_key,
    refusal,
)
from service.web.rendering import html
from service.words import states
from service.words.headlines import headline

router = APIRouter(prefix="/developments/{development}/amend", include_in_schema=False)
OUTDATED = (
    "It was changed while you typed, so nothing was amended. What changed is told below, and each field that "
    "you left alone shows it. Look whether your changes still apply, and send them again."
)


REASON = Field("reason", "reason", "text", required=True, about="Why, for whoever reads its versions.")


@dataclass(frozen=True, slots=True)
class Draft:
    """A form with what a development says at the version that is shown, and what was typed over it."""

    id: UUID
    kind: str
    headline: str
    version: str
    now: Mapping[str, str]
    typed: Typed
    key: str
    offered: Callable[[], Offers] = dict
    meanwhile: Sequence[Version] = ()

    @classmethod
    def of(cls, request: Request, who: Authority, entry: Entry, sent: Typed, key: str) -> "Draft":
        """The form of what is on record."""
        told, version = entry.development, str(entry.version)
        offered = partial(offers, request, who, entry.dossier, changeable(told.kind))
        record: Record = request.app.state.record
        names = request.app.state.views.names(entry.dossier, record.store.max_notification_id())
        line = headline(told, names)
        return cls(entry.id, told.kind, line, version, values_of(entry), sent, key, offered)

    def page(self, status: int = 200, wrong: Wrong | None = None, moved: Foreseen | None = None) -> Response:
        """The form, with what is wrong beside each field, or with what it would change."""
        told: dict[str, Any] = {
            "draft": self,
            "fields": changeable(self.kind),
            "source_fields": (*SOURCE_FIELDS, *CHAIN_FIELDS, MORE_FIELD),
            "typed": {**self.now, **self.typed},
            "reason": REASON,
            "offered": self.offered(),
            "wrong": wrong or {},
            "moved": moved,
        }
        return html("amend.html", status, {"Cache-Control": "private, no-cache"}, **told)


def changeable(kind: str) -> list[Field]:
    """The fields that an amendment can change."""
    return [*(one for one in fields_of(kind) if one.name != "personal"), sources_of(kind)]


def values_of(entry: Entry) -> dict[str, str]:
    """What each field shows at a version."""
    told = entry.development.model_dump(mode="json", exclude_unset=True)
    return {one.id: shown(one, told.get(one.name)) for one in changeable(entry.development.kind)}


def entry_at(record: Record, development: UUID, version: int | None = None) -> Entry:
    """A development as it was at a version, or as it is; raise `UnknownDevelopment`."""
    entry = replay(None, islice(record.stream(development), version))
    if entry is None:
        raise UnknownDevelopment(development)
    return entry


@router.get("")
def show_form(development: DevelopmentId, request: Request, record: RecordOf, who: AuthorOf) -> Response:
    """What it says now, to be changed; whoever may not amend it is told so before typing."""
    entry = entry_at(record, development)
    if not who.may(Right.READ, entry.dossier):
        raise UnknownDevelopment(development)
    if not who.may(Right.EDIT, entry.dossier):
        raise NotAllowed(who.principal, Right.EDIT, entry.dossier)
    return Draft.of(request, who, entry, {}, new_key()).page()


@router.post("", dependencies=[Depends(require_same_origin)])
def take_form(
    development: DevelopmentId, request: Request, record: RecordOf, who: SenderOf, sent: TypedOf
) -> Response:
    """Amend what was changed; whatever is refused stays typed."""
    if who is None:
        return _unseen(development, sent).page(401, {"": [SIGN_IN]})
    now = entry_at(record, development)
    if not who.may(Right.READ, now.dossier):
        raise UnknownDevelopment(development)
    return _taken(request, record, entry_at(record, development, _version(sent, now)), who, sent)


def _unseen(development: UUID, sent: Typed) -> Draft:
    """The form again for nobody, who is shown only what the form itself held."""
    kind = sent.get("kind", "")
    if kind not in KINDS:
        raise Problem(UNAUTHORIZED, "to amend anything, show your token first")
    return Draft(development, kind, states.label(kind), sent.get("version", ""), {}, sent, key_of(sent))


def _taken(request: Request, record: Record, seen: Entry, who: Authority, sent: Typed) -> Response:
    filled, draft = Filled(), Draft.of(request, who, seen, sent, key_of(sent))
    changes = _changes(filled, seen, sent)
    take_sources(filled, sent, required=False)
    body = {**filled.body, "changes": changes, "reason": sent.get("reason", "").strip()}
    wrong = _missing(body) | filled.wrong
    try:
        caller = caller_of(request, who, sent, body)
        caller.require(Right.EDIT, seen.dossier)
        if wrong:
            return draft.page(422, wrong)
        command = Amend.model_validate(body)
        if sent.get("do") == "preview":
            return draft.page(moved=_foreseen(request, record, seen, command, caller))
        record.say(seen.id, command, (seen.version,), caller)
    except ValidationError as error:
        return draft.page(*as_wrong(tell_invalid(error.errors(), body), amending=True))
    except StaleVersion:
        return _outdated(request, who, seen, sent)
    except REFUSED as error:
        return draft.page(*refusal(request, error, amending=True))
    return RedirectResponse(f"/developments/{seen.id}", 303)


def _foreseen(request: Request, record: Record, seen: Entry, command: Amend, caller: Caller) -> Foreseen:
    """What it would change, with nothing recorded; raise whatever amending would."""
    diffs: Diffs = request.app.state.diffs
    decided = record.decide_said(seen.id, command, (seen.version,), caller)
    return foresee(record, diffs, seen.dossier, decided, seen)


def _version(sent: Typed, now: Entry) -> int:
    """The version that was seen, as the form holds it."""
    told = sent.get("version", "")
    seen = int(told) if told.isascii() and told.isdecimal() and len(told) < 10 else 0
    return seen if 1 <= seen <= now.version else now.version


def _changes(filled: Filled, seen: Entry, sent: Typed) -> dict[str, Any]:
    """What was typed that is not what stood there."""
    before = values_of(seen)
    told = Filled()
    for one in changeable(seen.development.kind):
        told.change(one, before[one.id], sent.get(one.id, before[one.id]))
    filled.wrong |= told.wrong
    return told.body


def _missing(body: dict[str, Any]) -> Wrong:
    """What an amendment cannot do without."""
    wrong: Wrong = {}
    if not body["changes"]:
        wrong[""] = ["no field says another thing than it did: change what is to be amended"]
    if not body["reason"]:
        wrong["reason"] = ["required: say why, for whoever reads its versions"]
    return wrong


def _outdated(request: Request, who: Authority, seen: Entry, sent: Typed) -> Response:
    """What changed since the version that was seen, and the form on what stands now."""
    views: Views = request.app.state.views
    now = entry_at(request.app.state.record, seen.id)
    before = values_of(seen)
    own = {name: value for name, value in sent.items() if before.get(name) != value}
    since = [one for one in views.history(seen.id, Asked()).versions if one.version > seen.version]
    draft = replace(Draft.of(request, who, now, own, new_key()), meanwhile=since)
    return draft.page(412, {"": [OUTDATED]})
