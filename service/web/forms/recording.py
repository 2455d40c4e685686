"""Recording a development by form: choose a kind, say what happened and who says so, look what it moves."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from functools import partial
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query, Request, Response
from fastapi.responses import RedirectResponse
from pydantic import ValidationError

from domain.access import Authority, Right
from domain.developments import DEVELOPMENT, KINDS, Development
from domain.errors import NotAllowed
from service.api.authorising import readable_to
from service.api.calling import RecordOf
from service.api.wording import tell_invalid
from service.callers import Caller, KeyReused
from service.diffs import Diffs
from service.record import Record
from service.web.access import require_same_origin
from service.web.drawing.timeline import kinds_by_group
from service.web.forms import foreseen
from service.web.forms.fields import ASIDE, CHAIN_FIELDS, MORE_FIELD, SOURCE_FIELDS, fields_of
from service.web.forms.filling import Filled, Typed, Wrong, take_sources
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

router = APIRouter(prefix="/dossiers/{dossier}/record", include_in_schema=False)


@dataclass(frozen=True, slots=True)
class Draft:
    """A form with what was typed so far."""

    dossier: str
    title: str
    kind: str
    typed: Typed
    key: str
    offered: Callable[[], Offers] = dict

    def page(
        self, status: int = 200, wrong: Wrong | None = None, moved: foreseen.Foreseen | None = None
    ) -> Response:
        """The form, with what is wrong beside each field, or with what it would change."""
        fields = fields_of(self.kind)
        told: dict[str, Any] = {
            "draft": self,
            "about": KINDS[self.kind].__doc__ or "",
            "fields": [one for one in fields if one.name not in ASIDE],
            "aside": [one for one in fields if one.name in ASIDE],
            "source_fields": (OUTLET, *SOURCE_FIELDS[1:], *CHAIN_FIELDS, MORE_FIELD),
            "offered": self.offered(),
            "wrong": wrong or {},
            "moved": moved,
        }
        return html("record.html", status, KEPT, **told)


OUTLET = replace(SOURCE_FIELDS[0], required=True)
KEPT = {"Cache-Control": "private, no-cache"}
"""A form is asked for anew, and is still there for whoever goes back to it."""


@dataclass(frozen=True, slots=True)
class Desk:
    """What a form that was sent is decided by."""

    request: Request
    record: Record
    dossier: str
    typed: Typed
    who: Authority | None = None
    filled: Filled = field(default_factory=Filled)

    def draft(self, who: object) -> Draft:
        """The form again. Nobody is told what the dossier is called who has not shown a token."""
        title = self.dossier
        if who is not None:
            title = title_of(self.record, self.dossier) or title
        kind = self.typed["kind"]
        offered = partial(offers, self.request, self.who if who else None, self.dossier, fields_of(kind))
        return Draft(self.dossier, title, kind, self.typed, key_of(self.typed), offered)


def title_of(record: Record, dossier: str) -> str | None:
    """What a dossier is called."""
    found = record.versions.dossier(dossier, record.store.max_notification_id())
    return found.title if found else None


@router.get("")
def show_form(
    dossier: str,
    request: Request,
    record: RecordOf,
    who: AuthorOf,
    kind: Annotated[str, Query(max_length=80)] = "",
) -> Response:
    """The kinds to choose from, or the form of one; whoever may not record is told so before typing."""
    if not who.may(Right.RECORD, dossier):
        raise NotAllowed(who.principal, Right.RECORD, dossier)
    record.require_dossier(dossier, readable_to(request, who))
    title = title_of(record, dossier)
    assert title is not None
    if kind in KINDS:
        offered = partial(offers, request, who, dossier, fields_of(kind))
        return Draft(dossier, title, kind, {}, new_key(), offered).page()
    told = {"dossier": dossier, "title": title, "kinds": KINDS, "groups": kinds_by_group()}
    return html("kinds.html", 422 if kind else 200, KEPT, unknown=kind, **told)


@router.post("", dependencies=[Depends(require_same_origin)])
def take_form(dossier: str, request: Request, record: RecordOf, who: SenderOf, sent: TypedOf) -> Response:
    """Record what was typed, or say what it would change; whatever is refused stays typed."""
    if sent.get("kind") not in KINDS:
        return RedirectResponse(f"/dossiers/{dossier}/record", 303)
    desk = Desk(request, record, dossier, sent, who)
    if who is None:
        return desk.draft(who).page(401, {"": [SIGN_IN]})
    try:
        caller = caller_of(request, who, sent, _fill(desk.filled, sent))
        caller.require(Right.RECORD, dossier)
        development = DEVELOPMENT.validate_python(desk.filled.body)
    except ValidationError as error:
        status, wrong = as_wrong(tell_invalid(error.errors(), desk.filled.body))
        return desk.draft(who).page(status, wrong | desk.filled.wrong)
    except NotAllowed as error:
        return desk.draft(None).page(*refusal(request, error))
    if desk.filled.wrong:
        return desk.draft(who).page(422, desk.filled.wrong)
    return _decided(desk, development, caller)


def _decided(desk: Desk, development: Development, caller: Caller) -> Response:
    try:
        if desk.typed.get("do") == "record":
            receipt = desk.record.record(desk.dossier, development, caller)
            return RedirectResponse(f"/developments/{receipt.id}", 303)
        diffs: Diffs = desk.request.app.state.diffs
        decided = desk.record.decide(desk.dossier, development, caller)
        moved = foreseen.foresee(desk.record, diffs, desk.dossier, decided)
        return desk.draft(caller).page(moved=moved)
    except KeyReused as error:
        return replace(desk.draft(caller), key=new_key()).page(*refusal(desk.request, error))
    except REFUSED as error:
        return desk.draft(caller).page(*refusal(desk.request, error))


def _fill(filled: Filled, sent: Typed) -> Mapping[str, Any]:
    """Take every field of the kind that was chosen."""
    filled.body["kind"] = sent["kind"]
    for one in fields_of(sent["kind"]):
        filled.take(one, sent.get(one.id, ""))
    take_sources(filled, sent, required=True)
    return filled.body
