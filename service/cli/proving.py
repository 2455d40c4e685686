"""Commands that prove: a whole record, one answer, or that a log goes on from a checkpoint that was kept.

Exit codes: 0 it holds, 1 it does not, 2 it could not be checked.
"""

import json
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated, Any

import httpx2
import typer
from pydantic import ValidationError
from rich.progress import Progress

from service.cli.lazily import examples
from service.cli.proved import print_as_json, refuse, say, tell_record
from service.cli.reaching import reached
from service.cli.terms import LOCAL, NOT_CARRIED_OUT, REFUSED, At, Token, errors, fail, is_url
from service.client import Refused
from service.keyfiles import UnsafeKey, read_key, read_witnesses
from service.log.checkpoint import Checkpoint
from service.log.cosignature import WitnessKey
from service.log.errors import BadSignature, Malformed, NoKnownSigner, Unproven
from service.log.keys import encode
from service.log.notes import VerifierKey
from service.settings import Settings, is_dsn

DOES_NOT_HOLD = REFUSED
NOT_CHECKED = NOT_CARRIED_OUT
ACTS_STAY = (
    "who may do what does not travel with the record of a service: look for the act among `kept_as` of GET "
    "/v1/administration/acts, or verify the file or the database itself"
)

Where = Annotated[
    str,
    typer.Argument(
        metavar="FILE|DSN|URL",
        help="The record: a SQLite file, a PostgreSQL database, or a running service.",
        show_default=False,
    ),
]
Key = Annotated[str | None, typer.Option(help="The public key of the log, as its keeper handed it on.")]
Witness = Annotated[list[str] | None, typer.Option(help="The public key of a witness; several may be given.")]
Act = Annotated[
    str | None, typer.Option(help="An administrative act that was kept, as PLACE:HASH; not of a service.")
]
Json = Annotated[bool, typer.Option("--json", help="Answer in JSON.")]
Since = Annotated[
    Path, typer.Option(exists=True, dir_okay=False, help="The checkpoint that was kept: a signed note.")
]


@examples('depositary verify var/demo.db --key "$KEY"')
def verify(
    record: Where,
    key: Key = None,
    witness: Witness = None,
    act: Act = None,
    token: Token = "",
    as_json: Json = False,
) -> None:
    """Walk a whole record, and say that all of it holds, or which position, stream and field does not.

    It is only read; a service may be running on it. The log's signatures are checked by --key, else by the
    key file that lies beside the record. Of a running service, all that `export --record` takes out of it is
    walked, here, by the --token of an auditor. Exit codes: 0 it holds, 1 it does not, 2 it could not be
    checked.
    """
    from service.cli.travelling import at_hand
    from service.proving.administration import check_kept
    from service.proving.checkpoints import Keys
    from service.proving.opening import mapper_of_environment, opened
    from service.proving.verifying import check_file
    from service.proving.verifying import verify as verify_record
    from service.travelling.lines import Altered

    if act is not None and is_url(record):
        raise fail(ACTS_STAY, NOT_CHECKED)
    with _answering(as_json):
        try:
            with (
                at_hand(record, token, key) as place,
                opened(place) as snapshot,
                _progress("Verifying events") as progress,
            ):
                keys = Keys(_key_of(place, key), _witnesses_of(place, witness))
                verified = verify_record(snapshot, mapper_of_environment(), keys, progress)
                check_file(snapshot, verified.findings)
                if act is not None:
                    check_kept(snapshot, act, verified.findings)
        except Altered as error:
            refuse(as_json, {"line": error.line, "says": str(error)}, str(error))
            raise typer.Exit(DOES_NOT_HOLD) from error
        if as_json:
            print_as_json(verified.as_json())
        else:
            tell_record(verified)
        if not verified.holds:
            raise typer.Exit(DOES_NOT_HOLD)


@examples('depositary verify-receipt R.json --key "$KEY"')
def verify_receipt(
    file: Annotated[str, typer.Argument(help="An answer with a receipt, as JSON; - is standard input.")],
    key: Annotated[str, typer.Option(help="The public key of the log, as its keeper handed it on.")],
    witness: Witness = None,
    as_json: Json = False,
) -> None:
    """Verify one answer of the API that was asked with receipt=true or proof=true, offline.

    Its events are proved to be in the signed log, and the answer is computed anew from them. Exit codes: 0 it
    holds, 1 it does not, 2 it could not be checked.
    """
    from service.proving.receipts import DoesNotHold, verify_answer

    with _answering(as_json):
        try:
            witnesses = [WitnessKey.parse(one) for one in witness or ()]
            verified = verify_answer(_read_json(file), VerifierKey.parse(key), witnesses)
        except DoesNotHold as error:
            refuse(as_json, {"pointer": error.pointer, "says": error.says}, str(error))
            raise typer.Exit(DOES_NOT_HOLD) from error
        if as_json:
            print_as_json(verified.as_json())
            return
        asked = ", ".join(f"{name} {value}" for name, value in verified.question.items())
        say(
            f"It holds: the answer of {verified.view}, {asked}, follows from {verified.events} proven events."
        )
        say(f"They are under the checkpoint of {verified.checkpoint.size} of {verified.checkpoint.origin}.")
        if verified.cosigned_by:
            say(f"Cosigned by {', '.join(verified.cosigned_by)}.")
        if verified.sealed:
            places = ", ".join(verified.sealed)
            say(f"Sealed in the log, so not proved in what they say, are the texts at {places}.")
        say("It cannot be proved so that nothing else was recorded that bears on the answer.")


@examples('depositary audit var/demo.db --since checkpoint.txt --key "$KEY"')
def audit(
    since: Since,
    record: Annotated[
        str | None, typer.Argument(metavar="FILE|DSN", help="A SQLite file, or a PostgreSQL database.")
    ] = None,
    url: Annotated[str | None, typer.Option(help="A running service, in place of these.")] = None,
    key: Key = None,
    token: Token = "",
    keep: Annotated[Path | None, typer.Option(help="Keep the service's checkpoint of now here.")] = None,
    as_json: Json = False,
) -> None:
    """Prove that the record of today goes on from a checkpoint that was kept: nothing in it was rewritten.

    Of a file or database, every leaf is computed from its event; a service is asked for its checkpoint of
    now and the proof. Exit codes: 0 it holds, 1 it does not, 2 it could not be checked.
    """
    with _answering(as_json):
        if (record is None) == (url is None):
            raise fail(
                "give the file or the DSN of a record, or --url of a service: one of them", NOT_CHECKED
            )
        try:
            audited = (
                _audit_record(record, since, key) if record else _audit_service(str(url), token, since, key)
            )
        except Malformed:
            raise
        except Unproven as error:
            refuse(as_json, {"says": str(error)}, str(error))
            raise typer.Exit(DOES_NOT_HOLD) from error
        if keep is not None and audited.note is not None:
            keep.write_text(audited.note)
        if as_json:
            print_as_json({"holds": True, **audited.as_json()})
            return
        say(
            f"It holds: the log of {audited.size} events goes on from the checkpoint of {audited.since.size}."
        )
        say(f"Its root is {encode(audited.root)}.")


@examples('depositary checkpoint --key "$KEY" > checkpoint.txt')
def checkpoint(
    key: Annotated[str, typer.Option(help="The public key of the log, as its keeper handed it on.")],
    at: At = LOCAL,
    token: Token = "",
) -> None:
    """Print the checkpoint of now, once its signature holds: keep it elsewhere.

    It is what `depositary audit --since` compares a later record with. Exit codes as those of audit.
    """
    from service.proving.auditing import read_checkpoint

    with _answering(as_json=False), reached(at, token) as client:
        note = client.text("/checkpoint")
        try:
            read_checkpoint(note.encode(), VerifierKey.parse(key))
        except (BadSignature, NoKnownSigner) as error:
            raise fail(str(error)) from error
        sys.stdout.write(note)


# Parts


def _audit_record(record: str, since: Path, key: str | None) -> Any:
    from service.proving.auditing import audit_record
    from service.proving.opening import mapper_of_environment, opened

    with opened(record) as snapshot, _progress("Computing leaves") as progress:
        trusted = _key_of(record, key)
        kept = _kept(since, trusted)
        if trusted is None:
            errors.print("The checkpoint's signature was not checked: give the log's public key as --key.")
        return audit_record(snapshot, mapper_of_environment(), kept, progress)


def _audit_service(url: str, token: str, since: Path, key: str | None) -> Any:
    from service.proving.auditing import audit_service

    if key is None:
        raise fail("a service is audited by the key that was handed on: give it as --key", NOT_CHECKED)
    trusted = VerifierKey.parse(key)
    kept = _kept(since, trusted)
    with reached(url, token) as client:
        return audit_service(client, kept, trusted)


def _kept(since: Path, key: VerifierKey | None) -> Checkpoint:
    from service.proving.auditing import read_checkpoint

    return read_checkpoint(since.read_bytes(), key)


def _key_of(record: str, key: str | None) -> VerifierKey | None:
    """The key that is given, else the public half of the one that lies beside the record."""
    if key is not None:
        return VerifierKey.parse(key)
    beside = read_key(_settings(record).log_key_file)
    return beside.verifier if beside else None


def _witnesses_of(record: str, witness: list[str] | None) -> tuple[WitnessKey, ...]:
    if witness:
        return tuple(WitnessKey.parse(one) for one in witness)
    return read_witnesses(_settings(record).witnesses_file)


def _settings(record: str) -> Settings:
    from service.proving.opening import file_of

    return Settings.of(record if is_dsn(record) else file_of(record))


def _read_json(file: str) -> Any:
    try:
        return json.loads(sys.stdin.read() if file == "-" else Path(file).read_text())
    except (ValueError, RecursionError) as error:
        raise fail(f"{file} is not JSON: {error}", NOT_CHECKED) from error


@contextmanager
def _answering(as_json: bool) -> Iterator[None]:
    """Say why something could not be checked."""
    from service.proving.findings import NotChecked

    try:
        yield
    except (NotChecked, Malformed, UnsafeKey, Refused, OSError, ValidationError) as error:
        says = str(error)
    except httpx2.TransportError as error:
        says = f"no service answers: {error}"
    else:
        return
    if as_json:
        print_as_json({"holds": None, "says": says})
    raise fail(f"It could not be checked: {says}", NOT_CHECKED)


@contextmanager
def _progress(what: str) -> Iterator[Callable[[int, int], None]]:
    with Progress(console=errors, transient=True, disable=not errors.is_terminal) as progress:
        task = progress.add_task(what, total=None)
        yield lambda done, of: progress.update(task, completed=done, total=of)
