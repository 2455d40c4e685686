"""What can be said of a development: one address for each command, each under If-Match."""

from collections.abc import Callable
from dataclasses import dataclass

from fastapi import APIRouter, Response

from domain.commands import (
    AdoptRectification,
    Amend,
    Corroborate,
    Dispute,
    JudgeNotSame,
    JudgeSame,
    Object,
    ProposeRectification,
    RefuseRectification,
    Reinstate,
    Resolve,
    Retract,
    Saying,
)
from domain.errors import StaleVersion
from service.answers import Recorded
from service.api.asking import DevelopmentId
from service.api.calling import CallerOf, RecordOf, Seen
from service.api.developments import recorded, recording
from service.api.openapi import SAYING
from service.api.strict import StrictRoute
from service.problems import NOTHING_CHANGED, UNRESOLVED_REFERENCE, Kind

router = APIRouter(prefix="/v1/developments/{development}", tags=["developments"], route_class=StrictRoute)


@dataclass(frozen=True, slots=True)
class Address:
    """Where a command is sent, what it does, and how it can be refused besides the ways that all can."""

    path: str
    operation: str
    command: type[Saying]
    does: str
    refusals: tuple[Kind, ...] = ()


ADDRESSES = (
    Address(
        "/amendments",
        "amend",
        Amend,
        "Correct fields. What was known before stays known as it was.",
        (NOTHING_CHANGED, UNRESOLVED_REFERENCE),
    ),
    Address(
        "/corroborations",
        "corroborate",
        Corroborate,
        "Add a source that reports the same.",
        (NOTHING_CHANGED,),
    ),
    Address(
        "/disputes",
        "dispute",
        Dispute,
        "Put a party's contradiction on record. The dispute's number is the `version` in the answer.",
        (NOTHING_CHANGED, UNRESOLVED_REFERENCE),
    ),
    Address("/resolutions", "resolve", Resolve, "Close a dispute."),
    Address(
        "/rectifications",
        "propose_rectification",
        ProposeRectification,
        "Propose a correction that parties can object to until a day. Views change on its adoption alone. "
        "Its number is the `version` in the answer.",
        (NOTHING_CHANGED, UNRESOLVED_REFERENCE),
    ),
    Address("/objections", "object_to_rectification", Object, "Object to a proposed rectification in time."),
    Address(
        "/adoptions",
        "adopt_rectification",
        AdoptRectification,
        "Adopt a rectification to which nobody has objected in time.",
    ),
    Address(
        "/refusals",
        "refuse_rectification",
        RefuseRectification,
        "Refuse a proposed rectification: what was recorded stands.",
    ),
    Address(
        "/identifications",
        "judge_same",
        JudgeSame,
        "Judge it to be the same happening as another development, so that the two are counted once.",
        (UNRESOLVED_REFERENCE,),
    ),
    Address(
        "/distinctions",
        "judge_not_same",
        JudgeNotSame,
        "Take back the judgement that it is the same happening as another: both count again.",
    ),
    Address(
        "/retractions",
        "retract",
        Retract,
        "Take a development back. It stays in the history, and what rests on it says so.",
    ),
    Address("/reinstatements", "reinstate", Reinstate, "Put a retracted development back on record."),
)


def _endpoint(command: type[Saying]) -> Callable[..., Recorded]:
    def say(
        development: DevelopmentId,
        body: command,  # type: ignore[valid-type]
        caller: CallerOf,  # who calls is asked before which version they saw
        seen: Seen,
        record: RecordOf,
        response: Response,
    ) -> Recorded:
        try:
            return recorded(record.say(development, body, seen.versions, caller), response)
        except StaleVersion as error:
            raise seen.stale(error.current) from error

    return say


for _address in ADDRESSES:
    router.add_api_route(
        _address.path,
        _endpoint(_address.command),
        methods=["POST"],
        status_code=201,
        name=_address.operation,
        description=_address.does,
        responses=recording(*SAYING, *_address.refusals),
    )
