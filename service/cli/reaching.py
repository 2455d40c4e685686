"""Reaches a record for a command: over HTTP, or in this process where a file or a database is named."""

from collections.abc import Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager
from getpass import getuser
from pathlib import Path
from typing import TYPE_CHECKING

import httpx2
import stamina.instrumentation

from service.cli.terms import NOT_CARRIED_OUT, REFUSED, errors, fail, is_url, settings_of
from service.client.refusals import Elsewhere, NotAuthorized, NotUnderstood, Refused, StaleVersion
from service.client.senders import Client
from service.client.sessions import Patience

if TYPE_CHECKING:
    from stamina.instrumentation import RetryDetails

PATIENCE = Patience(attempts=4, seconds=10.0)
"""Who sits before a terminal rather hears soon that nothing answers."""


@contextmanager
def talking(
    at: str | None, token: str = "", by: str | None = None, *, makes: bool = False
) -> Iterator[Client]:
    """A client of the record that this names, whose refusals end the command with its words.

    `makes` is whether the command may begin a record where there is none.
    """
    try:
        with reached(at, token, by, makes=makes) as client:
            yield client
    except Refused as error:
        raise fail(_words(error), _code(error)) from error
    except httpx2.TransportError as error:
        raise fail(f"no service answers at {at}: {error}", NOT_CARRIED_OUT) from error
    except Elsewhere as error:
        raise fail(str(error), NOT_CARRIED_OUT) from error
    except UnicodeEncodeError as error:
        raise fail("what was given is not UTF-8, as all texts here have to be", NOT_CARRIED_OUT) from error


def reached(
    at: str | None, token: str = "", by: str | None = None, *, makes: bool = False
) -> AbstractContextManager[Client]:
    """A client of the service at an address, or of the record in a file or a database.

    `None` is the file or the database that the settings name.
    """
    stamina.instrumentation.set_on_retry_hooks([_tell_again])
    if at is None:
        settings = settings_of(None)
        at = settings.dsn or str(settings.database)
    if is_url(at):
        if by is not None:
            raise fail(
                "a service knows who records by the token: --as is for a file or a database", NOT_CARRIED_OUT
            )
        return Client(at, token or None, patience=PATIENCE)
    return _opened(at, by or getuser(), makes=makes)


@contextmanager
def _opened(named: str, by: str, *, makes: bool) -> Iterator[Client]:
    from eventsourcing.persistence import PersistenceError
    from pydantic import ValidationError

    from service.client.within import opened
    from service.keyfiles import UnsafeKey
    from service.settings import is_dsn

    if not (is_dsn(named) or makes or Path(named).is_file()):
        raise fail(f"there is no record at {named}: `depositary open` begins one", NOT_CARRIED_OUT)
    if not is_dsn(named):
        Path(named).parent.mkdir(parents=True, exist_ok=True)
    with ExitStack() as stack:
        try:
            client = stack.enter_context(opened(named, by))
        except (PersistenceError, UnsafeKey, ValidationError, OSError) as error:
            raise fail(f"the record at {named} cannot be opened: {error}", NOT_CARRIED_OUT) from error
        yield client


def _code(error: Refused) -> int:
    """Whether it was refused, or could not be carried out by whoever asked, or by anybody for the moment."""
    outside = isinstance(error, NotAuthorized | NotUnderstood) or error.status >= 500
    return NOT_CARRIED_OUT if outside else REFUSED


def _words(error: Refused) -> str:
    """What was wrong, at each place that the service names, and what would be right."""
    if isinstance(error, StaleVersion):
        now = error.current_version
        return (
            f"the current version is {now}: read the development again, see what changed, and repeat with "
            f"--seen {now} if it still applies"
        )
    several = [f"{one.place}: {one.message}" for one in error.errors]
    return "\n".join(several) if len(several) > 1 else str(error)


def _tell_again(details: "RetryDetails") -> None:
    if errors.is_terminal:
        words = f"{details.caused_by}; trying again in {details.wait_for:.1f} s"
        errors.print(words, style="dim", markup=False, highlight=False, soft_wrap=True)
