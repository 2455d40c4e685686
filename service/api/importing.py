"""Import: many developments in one request, a line each, every line with an answer of its own."""

import json
from collections.abc import AsyncIterator, Iterator, Sequence
from dataclasses import asdict, dataclass
from functools import partial
from itertools import islice
from typing import Annotated

from fastapi import APIRouter, Depends, Query, Request
from fastapi.concurrency import run_in_threadpool
from pydantic import Field, ValidationError
from pydantic_core import to_json
from starlette.requests import ClientDisconnect

from domain.access import Authority, Right
from domain.developments import DEVELOPMENT, KINDS, Development
from domain.developments.base import Happening
from service.api.answering import NDJSON, Answering
from service.api.asking import DossierId
from service.api.authorising import WriterOf, known_by, readable_to
from service.api.calling import Confirmation, IdempotencyKey, RecordOf, fingerprint
from service.api.developments import as_recorded
from service.api.limits import too_large
from service.api.lines import Line, Splitter
from service.api.observing import slug_of
from service.api.openapi import IMPORTING, answers
from service.api.problems import log, tell_logged
from service.api.strict import StrictRoute, parse, require_type
from service.api.wording import tell_invalid
from service.callers import Caller, Receipt
from service.foreseeing import Foreseen, foresee
from service.metrics import Metrics
from service.problems import Problem, Told, tell
from service.record import Record

router = APIRouter(prefix="/v1", route_class=StrictRoute)

Answered = Receipt | Foreseen | Told
"""What a line comes to."""

MOST_AT_ONCE = 256
"""So many lines are recorded together, or as many as have arrived."""

BODY = {
    "required": True,
    "description": "Developments, one a line. The limit of a body elsewhere is that of a line here.",
    "content": {
        NDJSON: {
            "schema": {"type": "string"},
            "example": "".join(
                json.dumps(KINDS[kind].example) + "\n" for kind in ("call-held", "round-held")
            ),
        }
    },
}


class ImportQuery(Confirmation):
    """Which part of a file is sent, and what is confirmed of all of it."""

    from_line: int = Field(
        1,
        ge=1,
        le=2**53,
        description="The number that the first line has in its file, for whoever goes on in its middle.",
        examples=[1],
    )
    dry_run: bool = Field(
        default=False,
        description="Decide on every line as if it were to be recorded, and record nothing.",
        examples=[True],
    )


def takes_lines(path: str) -> bool:
    """Whether the body of a request to this address is lines, of which each is limited, and not their sum."""
    return path.endswith("/developments:import")


async def require_lines(request: Request) -> None:
    """Raise `Problem` for a body that is not sent as lines of JSON."""
    require_type(request, NDJSON)


def opened(request: Request, dossier: DossierId, record: RecordOf, authority: WriterOf) -> str:
    """A dossier that is open; raise `UnknownDossier`.

    Whoever may not record there is refused line by line, whether it is open or not.
    """
    if authority.may(Right.RECORD, dossier):
        record.require_dossier(dossier, readable_to(request, authority))
    return dossier


@router.post(
    "/dossiers/{dossier}/developments:import",
    tags=["developments"],
    dependencies=[Depends(require_lines)],
    response_class=Answering,
    responses=answers(*IMPORTING),
    openapi_extra={"requestBody": BODY},
)
async def import_developments(
    request: Request,
    authority: WriterOf,
    dossier: Annotated[str, Depends(opened)],
    record: RecordOf,
    query: Annotated[ImportQuery, Query()],
    key: IdempotencyKey = None,
) -> Answering:
    """Record developments of any kind, one a line, and answer line by line while more of them arrive.

    Any number of lines may be sent (NDJSON). Each is what `POST …/developments` takes, and is recorded or
    refused as there, by itself: `{"line": 1, "status": 201, "id": …}`, `{"line": 2, "status": 422, "problem":
    {…}}`, in the order of the lines. Blank lines are counted and not answered. What has been answered as
    recorded is on disk. The last answer sums up: how many `lines` were sent; how many were `recorded`,
    `repeated` (on record before, under the same key) and `refused`; and the last `position` among them, for
    `min_position`. Where it is missing, the connection broke: send the lines again.

    With an `Idempotency-Key` K, line 17 is recorded under the key `K line 17`, which has spaces, so that it
    is no other request's. Sent again, byte for byte, a line is answered as the first time and recorded once,
    also after a crash. Whoever was answered up to line 16 sends the rest with `from_line=17`.

    An export is imported by its `development`s, one a line, once the ids of others that are in them are those
    that the others got here. What was said of a development is said at its own address.

    With `dry_run=true` nothing is recorded. Each line is answered as it would be: what would be recorded
    with `{"line": 1, "status": 200, "would_be": "recorded", "kind": …, "headline": …}`, what is on record
    under the key with `"would_be": "repeated"`, and what would be refused with its problem. The last answer
    counts them.
    """
    largest = request.app.state.settings.largest_body
    clerk = Clerk(
        request, record, dossier, authority, key, query.years_confirmed, largest, dry_run=query.dry_run
    )
    return Answering(_answers(clerk, Splitter(largest, query.from_line)))


@dataclass(frozen=True, slots=True)
class Clerk:
    """Has the lines of one import recorded, all that have arrived together."""

    request: Request
    record: Record
    dossier: str
    authority: Authority
    key: str | None
    any_year: bool
    largest: int
    dry_run: bool = False

    def take(self, lines: Sequence[Line]) -> list[Answered]:
        """What each line is answered, in their order."""
        read = [self._read(line) for line in lines]
        told = [
            (one, self._caller(line))
            for line, one in zip(lines, read, strict=True)
            if isinstance(one, Happening)
        ]
        decide = partial(foresee, self.record) if self.dry_run else self.record.record_all
        outcomes = iter(decide(self.dossier, told))
        return [self._told(next(outcomes)) if isinstance(one, Happening) else one for one in read]

    def count(self, outcome: Answered) -> None:
        """Have a line that is refused counted as a request that is."""
        metrics: Metrics | None = self.request.app.state.metrics
        if metrics is not None and isinstance(outcome, Told):
            metrics.count_problem(slug_of(outcome))

    def _read(self, line: Line) -> Development | Told:
        if line.is_too_long:
            return tell(too_large(self.largest))
        try:
            value = parse(line.content)
        except Problem as problem:
            return tell(problem)
        try:
            return DEVELOPMENT.validate_python(value)
        except ValidationError as error:
            return tell_invalid(error.errors(), value)

    def _caller(self, line: Line) -> Caller:
        key = f"{self.key} line {line.number}" if self.key else None
        own = fingerprint(self.request, line.content)
        return Caller(
            self.authority.principal,
            key,
            own,
            self.any_year,
            self.authority,
            known_by(self.request),
            readable_to(self.request, self.authority),
        )

    def _told(self, outcome: Receipt | Foreseen | Exception) -> Answered:
        return tell_logged(self.request, outcome) if isinstance(outcome, Exception) else outcome


@dataclass(slots=True)
class Tally:
    """How many lines came to what."""

    lines: int = 0
    recorded: int = 0
    repeated: int = 0
    refused: int = 0
    position: int = 0

    def count(self, outcome: Answered) -> None:
        """Count what one line came to."""
        match outcome:
            case Told():
                self.refused += 1
                return
            case Receipt(repeated=True):
                self.repeated += 1
            case Foreseen():
                self.recorded += 1
                return
            case Receipt():
                self.recorded += 1
        self.position = max(self.position, outcome.position)


async def _answers(clerk: Clerk, splitter: Splitter) -> AsyncIterator[bytes]:
    tally, answer = Tally(), partial(_answer, dry_run=clerk.dry_run)
    try:
        async for lines in _chunks(clerk.request, splitter):
            outcomes = await run_in_threadpool(clerk.take, lines)
            for outcome in outcomes:
                tally.count(outcome)
                clerk.count(outcome)
            yield b"".join(map(answer, lines, outcomes))
    except ClientDisconnect:
        log.info("the caller left in the middle of an import into %s", clerk.dossier)
        return
    tally.lines = splitter.count
    yield to_json({**asdict(tally), **({"dry_run": True} if clerk.dry_run else {})}) + b"\n"


async def _chunks(request: Request, splitter: Splitter) -> AsyncIterator[list[Line]]:
    """What has arrived, in lists of lines that are to be answered."""
    async for piece in request.stream():
        for lines in _listed(splitter.split(piece)):
            yield lines
    for lines in _listed(splitter.rest()):
        yield lines


def _listed(lines: Iterator[Line]) -> Iterator[list[Line]]:
    answered = (line for line in lines if not line.is_blank)
    while listed := list(islice(answered, MOST_AT_ONCE)):
        yield listed


def _answer(line: Line, outcome: Answered, *, dry_run: bool) -> bytes:
    match outcome:
        case Foreseen():
            answer = {"status": 200, "would_be": "recorded", **asdict(outcome)}
        case Receipt() if dry_run:
            answer = {"status": 200, "would_be": "repeated", **as_recorded(outcome).model_dump(mode="json")}
        case Receipt():
            answer = {"status": 201, **as_recorded(outcome).model_dump(mode="json")}
        case Told():
            answer = {"status": outcome.status, "problem": outcome.body}
    return to_json({"line": line.number, **answer}) + b"\n"
