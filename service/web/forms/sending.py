"""What every form that writes goes by: who sends it, under which key, and what it is told if refused."""

import hashlib
import json
import re
from collections.abc import Mapping
from typing import Annotated, Any
from uuid import uuid4

from eventsourcing.persistence import PersistenceError
from fastapi import Depends, Request

from domain.access import Authority
from domain.errors import ImprobableYear, NotAllowed, Refusal
from service.access.bearers import Judging
from service.api.authorising import COOKIE, readable_to
from service.api.calling import KEY
from service.api.problems import tell_logged
from service.callers import Caller, KeyReused
from service.problems import UNAUTHORIZED, Problem, Told
from service.store.group_commit import Closed
from service.web.access import visitor
from service.web.forms.filling import Typed, Wrong, as_typed, misfits

REFUSED = (Refusal, NotAllowed, PersistenceError, Closed)
"""What a form is told in its own page, with all that was typed."""
SIGN_IN = (
    "No valid token is in this browser any more. Show yours under “Your token” in another tab, "
    "then send this form again: nothing that you typed is lost."
)
SENT_BEFORE = (
    "This form was sent before with other content, and that was recorded. If this is another development, "
    "send it again and it is recorded as well; if it is the same, amend that one."
)
CONFIRM = "improbable-year"


async def typed(request: Request) -> Typed:
    """What was typed, by the id of the field."""
    form = await request.form()
    return {name: as_typed(value) for name, value in form.multi_items() if isinstance(value, str)}


async def author(who: Annotated[Authority | None, Depends(visitor)]) -> Authority:
    """Who is about to write; raise `Problem` for nobody, so that it is told before anything is typed."""
    if who is None:
        raise Problem(UNAUTHORIZED, "to record anything, show your token first")
    return who


TypedOf = Annotated[Typed, Depends(typed)]
AuthorOf = Annotated[Authority, Depends(author)]
SenderOf = Annotated[Authority | None, Depends(visitor)]


def new_key() -> str:
    """An idempotency key for one form."""
    return str(uuid4())


def key_of(sent: Typed) -> str:
    """The key that a form was given; a new one where it has none that could be."""
    key = sent.get("key", "")
    return key if re.fullmatch(KEY, key) else new_key()


def caller_of(request: Request, who: Authority, sent: Typed, body: Mapping[str, Any]) -> Caller:
    """Who sends a form. Sent twice it is one request, whatever button was pressed before."""
    bearers: Judging = request.app.state.bearers
    token = request.cookies.get(COOKIE, "")
    told = f"{request.url.path}\n{sent.get('version', '')}\n{json.dumps(body, sort_keys=True)}"
    return Caller(
        who.principal,
        key_of(sent),
        hashlib.sha256(told.encode("utf-8", "surrogatepass")).digest(),
        sent.get("confirm") == CONFIRM,
        who,
        lambda: bearers.known(token),
        readable_to(request, who),
    )


def refusal(request: Request, error: Exception, *, amending: bool = False) -> tuple[int, Wrong]:
    """What a form is told of a refusal: the status, and what is wrong with which field."""
    told = tell_logged(request, error)
    if isinstance(error, KeyReused):
        return told.status, {"": [SENT_BEFORE]}
    status, wrong = as_wrong(told, amending=amending)
    if isinstance(error, ImprobableYear):
        wrong = {where: [one.partition(", such as")[0] + ", or say below that it is meant" for one in several]
                 for where, several in wrong.items()}  # fmt: skip
        wrong["confirm"] = ["tick this only if the year is meant as it stands"]
    return status, wrong


def as_wrong(told: Told, *, amending: bool = False) -> tuple[int, Wrong]:
    """The same of a problem document."""
    errors = told.body.get("errors")
    wrong = misfits(errors, amending=amending) if errors else {"": [str(told.body["detail"])]}
    return told.status, wrong
