"""Webhooks: what is recorded, sent to an address of the subscriber's, signed, at least once and in order."""

from dataclasses import asdict
from datetime import datetime
from typing import Annotated, Any, Literal
from uuid import UUID, uuid4

from fastapi import APIRouter, Body, Depends, Path, Request, Response
from fastapi import Query as QueryParameters
from pydantic import BaseModel, ConfigDict, Field

from domain.errors import Conflict
from projections.pages import LIMIT
from service.api.asking import PageSize, Position, Query
from service.api.authorising import IdentifiedOf, readable_to
from service.api.calling import RecordOf
from service.api.feed import FeedOf, first_after
from service.api.openapi import WRITING, answers
from service.api.strict import StrictRoute
from service.feed.wanted import Wanted
from service.problems import (
    CONFLICT,
    FAULT,
    INVALID,
    NOT_FOUND,
    UNAUTHORIZED,
    UNAVAILABLE,
    UNKNOWN_DOSSIER,
    Problem,
)
from service.store.webhooks import Webhooks
from service.webhooks.destinations import Destinations
from service.webhooks.signing import new_secret
from service.webhooks.subscription import DeadLetter, Progress, Subscription

router = APIRouter(prefix="/v1/webhooks", tags=["webhooks"], route_class=StrictRoute)

OWN = (UNAUTHORIZED, INVALID, UNAVAILABLE, FAULT)
"""How it can fail to ask for what is one's own."""
SOME_WEBHOOK = "4b8f6d0e-6d0c-4c1f-8a53-0f4f6c3a9e21"
SOME_URL = "https://newsroom.example/depositary"


class Subscribing(BaseModel):
    """Where to send which events; what is left out lets every event pass."""

    model_config = ConfigDict(
        extra="forbid",
        use_attribute_docstrings=True,
        json_schema_extra={
            "examples": [{"url": SOME_URL, "wanted": {"events": ["retracted"]}, "from": "now"}]
        },
    )

    url: Annotated[str, Field(min_length=1, max_length=2_000)]
    """An address of `https`, on a host that the public network can reach."""
    wanted: Wanted = Wanted()
    from_: Literal["now", "start"] | Annotated[int, Field(ge=1, le=2**62)] = Field("now", alias="from")
    """Begin with what is recorded from now on, with `start`, or at the position of the first event."""


class WebhookOnRecord(BaseModel):
    """A webhook, and how it fares."""

    id: UUID
    owner: str
    url: str
    wanted: Wanted
    created_at: datetime
    position: int
    """All that is wanted up to this position was taken, or is a dead letter."""
    attempts: int
    """How often the next event was sent in vain."""
    failing_since: datetime | None
    due: datetime | None
    """When it is sent again."""
    error: str | None
    """Why the last message was not taken."""
    paused: str | None
    """Why nothing is sent any more, until `POST …/retries` asks for it."""
    dead_letters: int
    """How many events were not taken, however often they were sent."""


class NewWebhook(WebhookOnRecord):
    """A webhook that was added, with its secret, which is shown this once."""

    secret: str


class WebhooksOnRecord(BaseModel):
    """The caller's webhooks, in the order in which they were added."""

    webhooks: tuple[WebhookOnRecord, ...]


class DeadLetterOnRecord(BaseModel):
    """An event that was not taken, however often it was sent."""

    position: int
    died_at: datetime
    attempts: int
    error: str
    again: bool
    """Whether it is about to be sent once more."""


class DeadLetters(BaseModel):
    """Dead letters, in the order of positions."""

    dead_letters: tuple[DeadLetterOnRecord, ...]
    next: int | None
    """The position to go on after; null at the end."""


class Retrying(BaseModel):
    """Which dead letters to send again; all of them where none are named."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"examples": [{"positions": [17]}]})

    positions: Annotated[tuple[Annotated[int, Field(ge=1, le=2**62)], ...], Field(max_length=500)] = ()


class AfterPosition(Query):
    """A page of dead letters."""

    after: Position = Field(0, description="Those of a later position than this.", examples=[0])
    limit: PageSize = Field(LIMIT, description="The most dead letters on a page.", examples=[2])


async def webhooks_of(request: Request) -> Webhooks:
    """The webhooks of this service."""
    webhooks: Webhooks = request.app.state.webhooks
    return webhooks


WebhooksOf = Annotated[Webhooks, Depends(webhooks_of)]


def may_manage(principal: str, webhook: Subscription) -> bool:
    """Whether somebody may see, remove or retry a webhook: whoever added it."""
    return webhook.owner == principal


def own(
    webhook: Annotated[
        UUID, Path(description="The webhook, by the id that it was added under.", examples=[SOME_WEBHOOK])
    ],
    webhooks: WebhooksOf,
    authority: IdentifiedOf,
) -> Subscription:
    """A webhook of the caller's; raise a `Problem` for others, of which nobody learns whether they exist."""
    found = webhooks.find(webhook)
    if found is None or not may_manage(authority.principal, found):
        raise Problem(NOT_FOUND, f"no webhook {webhook} is yours")
    return found


OwnWebhook = Annotated[Subscription, Depends(own)]


@router.post(
    "",
    status_code=201,
    responses=answers(*WRITING, CONFLICT, UNKNOWN_DOSSIER, status=201, headers=["Location"]),
)
def add_webhook(
    request: Request,
    authority: IdentifiedOf,
    body: Annotated[Subscribing, Body()],
    webhooks: WebhooksOf,
    feed: FeedOf,
    record: RecordOf,
    _: Annotated[Query, QueryParameters()],
    response: Response,
) -> NewWebhook:
    """Have events sent to an address, as they are recorded: each a CloudEvent, POSTed and signed.

    They are signed as Standard Webhooks has it, with the `secret` that is shown this once. They come in the
    order of positions, and at least once: what may not have been taken is sent again, under the same
    `webhook-id`. Any status of 2xx says that it was taken.
    """
    destinations: Destinations = request.app.state.destinations
    destinations.require_url(body.url, "/url")
    body.wanted.require_names("/wanted/kinds", "/wanted/events")
    wanted = body.wanted if request.app.state.settings.open_reads else body.wanted.within(authority)
    for dossier in body.wanted.dossiers:
        record.require_dossier(dossier, readable_to(request, authority))
    added = Subscription(
        id=uuid4(),
        owner=authority.principal,
        url=body.url,
        wanted=wanted,
        secret=new_secret(),
        created_at=request.app.state.clock(),
        progress=Progress(first_after(body.from_, feed.teller.last(), "/from")),
    )
    if not webhooks.add(added):
        raise Conflict("you have a webhook for these events to this address already: remove it first")
    response.headers["Location"] = f"/v1/webhooks/{added.id}"
    return NewWebhook(**_shown(added), secret=added.secret)


@router.get("", responses=answers(*OWN))
def list_webhooks(
    authority: IdentifiedOf, webhooks: WebhooksOf, _: Annotated[Query, QueryParameters()]
) -> WebhooksOnRecord:
    """List the caller's webhooks, and how each fares."""
    shown = [WebhookOnRecord(**_shown(one)) for one in webhooks.all() if may_manage(authority.principal, one)]
    return WebhooksOnRecord(webhooks=tuple(shown))


@router.get("/{webhook}", responses=answers(*OWN, NOT_FOUND))
def read_webhook(webhook: OwnWebhook, _: Annotated[Query, QueryParameters()]) -> WebhookOnRecord:
    """Read how a webhook of the caller's fares."""
    return WebhookOnRecord(**_shown(webhook))


@router.delete("/{webhook}", status_code=204, responses=answers(*OWN, NOT_FOUND, status=204))
def remove_webhook(webhook: OwnWebhook, webhooks: WebhooksOf, _: Annotated[Query, QueryParameters()]) -> None:
    """Remove a webhook, with its secret and its dead letters. What is under way may still arrive."""
    webhooks.remove(webhook.id)


@router.get("/{webhook}/dead-letters", responses=answers(*OWN, NOT_FOUND))
def list_dead_letters(
    webhook: OwnWebhook, webhooks: WebhooksOf, query: Annotated[AfterPosition, QueryParameters()]
) -> DeadLetters:
    """List the events that were not taken, however often they were sent; later ones were sent after them."""
    found = webhooks.dead_letters(webhook.id, query.after, query.limit + 1)
    shown = [_letter(one) for one in found[: query.limit]]
    following = shown[-1].position if len(found) > query.limit else None
    return DeadLetters(dead_letters=tuple(shown), next=following)


@router.post("/{webhook}/retries", responses=answers(*WRITING, NOT_FOUND))
def retry_dead_letters(
    webhook: OwnWebhook,
    body: Annotated[Retrying, Body()],
    webhooks: WebhooksOf,
    _: Annotated[Query, QueryParameters()],
) -> WebhookOnRecord:
    """Send dead letters once more, out of their order, and go on with a webhook that is paused or waits."""
    webhooks.try_again(webhook.id, body.positions)
    found = webhooks.find(webhook.id)
    if found is None:
        raise Problem(NOT_FOUND, f"no webhook {webhook.id} is yours")
    return WebhookOnRecord(**_shown(found))


def _shown(one: Subscription) -> dict[str, Any]:
    progress = asdict(one.progress)
    plain = {name: getattr(one, name) for name in ("id", "owner", "url", "wanted", "created_at")}
    return {**plain, **progress, "dead_letters": one.letters}


def _letter(one: DeadLetter) -> DeadLetterOnRecord:
    return DeadLetterOnRecord(**asdict(one))
