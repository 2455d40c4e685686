"""Every operation once, for the client that waits and the one that is awaited alike.

An operation is described by a function that answers a `Call`. As an attribute of a client it is a method of
the same parameters, which sends the call and answers what the call is read as.
"""

from collections.abc import AsyncIterator, Awaitable, Callable, Generator, Iterator
from typing import TYPE_CHECKING, Any, Generic, ParamSpec, TypeVar, overload

from service.client import reading, writing
from service.client.calls import Call, Lines, Pages
from service.client.writing import Saying

if TYPE_CHECKING:
    from domain import commands  # noqa: F401 - what is in strings below
    from service.client.senders import AsyncClient, Client

P = ParamSpec("P")
T = TypeVar("T")


class Operation(Generic[P, T]):
    """A method that sends one call."""

    def __init__(self, describe: Callable[P, Call[T]]) -> None:
        self._describe = describe
        self.__doc__ = describe.__doc__

    @overload
    def __get__(self, client: None, owner: type) -> "Operation[P, T]": ...
    @overload
    def __get__(self, client: "Client", owner: type) -> Callable[P, T]: ...
    @overload
    def __get__(self, client: "AsyncClient", owner: type) -> Callable[P, Awaitable[T]]: ...
    def __get__(self, client: Any, owner: type) -> Any:
        return self if client is None else _bound(client.send, self._describe)


class Paging(Generic[P, T]):
    """A method that goes through pages, and answers what is on them one by one."""

    def __init__(self, describe: Callable[P, Pages[Any, T]]) -> None:
        self._describe = describe
        self.__doc__ = describe.__doc__

    @overload
    def __get__(self, client: None, owner: type) -> "Paging[P, T]": ...
    @overload
    def __get__(self, client: "Client", owner: type) -> Callable[P, Iterator[T]]: ...
    @overload
    def __get__(self, client: "AsyncClient", owner: type) -> Callable[P, AsyncIterator[T]]: ...
    def __get__(self, client: Any, owner: type) -> Any:
        return self if client is None else _bound(client.each, self._describe)


class Streaming(Generic[P, T]):
    """A method that answers line by line, as the lines come."""

    def __init__(self, describe: Callable[P, Lines[T]]) -> None:
        self._describe = describe
        self.__doc__ = describe.__doc__

    @overload
    def __get__(self, client: None, owner: type) -> "Streaming[P, T]": ...
    @overload
    def __get__(self, client: "Client", owner: type) -> Callable[P, Generator[T]]: ...
    @overload
    def __get__(self, client: "AsyncClient", owner: type) -> Callable[P, AsyncIterator[T]]: ...
    def __get__(self, client: Any, owner: type) -> Any:
        return self if client is None else _bound(client.stream, self._describe)


def _bound(send: Callable[[Any], Any], describe: Callable[..., Any]) -> Callable[..., Any]:
    def method(*given: Any, **named: Any) -> Any:
        return send(describe(*given, **named))

    method.__doc__ = describe.__doc__
    return method


class Operations:
    """What can be asked of the service, and recorded in it."""

    dossiers = Operation(reading.dossiers)
    dossier = Operation(reading.dossier)
    open_dossier = Operation(writing.open_dossier)
    export = Streaming(reading.export)

    record = Operation(writing.record)
    import_lines = Streaming(writing.import_lines)
    development = Operation(reading.development)
    history = Operation(reading.history)

    say = Operation(writing.say)
    amend = Operation(
        Saying["commands.Amend"]("amend", "Correct fields. What was known before stays known as it was.")
    )
    corroborate = Operation(
        Saying["commands.Corroborate"]("corroborate", "Add a source that reports the same.")
    )
    dispute = Operation(
        Saying["commands.Dispute"](
            "dispute", "Put a party's contradiction on record. Its number is the `version` in the answer."
        )
    )
    resolve = Operation(Saying["commands.Resolve"]("resolve", "Close a dispute."))
    propose = Operation(
        Saying["commands.ProposeRectification"](
            "propose", "Propose a correction that parties can object to until a day."
        )
    )
    object = Operation(Saying["commands.Object"]("object", "Object to a proposed rectification in time."))
    adopt = Operation(
        Saying["commands.AdoptRectification"](
            "adopt", "Adopt a rectification to which nobody has objected in time."
        )
    )
    refuse = Operation(
        Saying["commands.RefuseRectification"](
            "refuse", "Refuse a proposed rectification: what was recorded stands."
        )
    )
    same = Operation(
        Saying["commands.JudgeSame"]("same", "Judge it to be the same happening as another development.")
    )
    distinct = Operation(
        Saying["commands.JudgeNotSame"](
            "distinct", "Take back the judgement that it is the same happening as another."
        )
    )
    retract = Operation(
        Saying["commands.Retract"]("retract", "Take a development back. It stays in the history.")
    )
    reinstate = Operation(
        Saying["commands.Reinstate"]("reinstate", "Put a retracted development back on record.")
    )

    timeline = Operation(reading.timeline)
    all_happened = Paging(reading.all_happened)
    view = Operation(reading.view)
    ceasefire = Operation(reading.ceasefire)
    ceasefire_course = Operation(reading.ceasefire_course)
    exchanges = Operation(reading.exchanges)
    exchanges_series = Operation(reading.exchanges_series)
    agreements = Operation(reading.agreements)
    positions = Operation(reading.positions)
    agenda = Operation(reading.agenda)
    contacts = Operation(reading.contacts)
    disputes = Operation(reading.disputes)
    actors = Operation(reading.actors)
    items = Operation(reading.items)
    all_items = Paging(reading.all_items)

    diff = Operation(reading.diff)
    changes = Operation(reading.changes)
    all_changes = Paging(reading.all_changes)

    kinds = Operation(reading.kinds)
    checkpoint = Operation(reading.checkpoint)
    checkpoints = Operation(reading.checkpoints)
    all_checkpoints = Paging(reading.all_checkpoints)
    inclusion = Operation(reading.inclusion)
    consistency = Operation(reading.consistency)

    get = Operation(reading.get)
    text = Operation(reading.text)
    lines = Streaming(reading.lines)
    post = Operation(writing.post)
    delete = Operation(writing.delete)
    post_lines = Streaming(writing.post_lines)
