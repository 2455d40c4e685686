"""The command that erases personal texts, on the file of the record itself."""

from typing import Annotated
from uuid import UUID

import typer
from pydantic import ValidationError

from domain.errors import Refusal
from service.cli.lazily import examples
from service.cli.terms import AsJson, Database, fail, opened, print_part, settings_of


@examples('depositary erase --development $ID --reason "On request." --by me --at var/demo.db')
def erase(
    development: Annotated[UUID, typer.Option(help="Its id.")],
    reason: Annotated[str, typer.Option(help="Why; it stays on record, so name nobody in it.")],
    by: Annotated[str, typer.Option(help="Who erases: the name that goes into the record.")],
    database: Database = None,
    as_json: AsJson = False,
) -> None:
    """Erase for good what is marked as personal in a development; a service may be running meanwhile."""
    from service import erasing

    with opened(settings_of(database)) as record:
        try:
            told = erasing.erase(record, development, reason, by).told
            print_part({"development": str(development), "says": told}, None if as_json else "says")
        except (Refusal, ValidationError) as error:
            raise fail(str(error)) from error
