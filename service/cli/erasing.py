"""The command that erases personal texts, on the file of the record itself."""

from typing import Annotated
from uuid import UUID

import typer
from pydantic import ValidationError

from domain.errors import Refusal
from service.cli.terms import Database, console, fail, opened, settings_of


def erase(
    development: Annotated[UUID, typer.Option(help="Its id.")],
    reason: Annotated[str, typer.Option(help="Why; it stays on record, so name nobody in it.")],
    by: Annotated[str, typer.Option(help="Who erases: the name that goes into the record.")],
    database: Database = None,
) -> None:
    """Erase for good what is marked as personal in a development; a service may be running meanwhile."""
    from service import erasing

    with opened(settings_of(database)) as record:
        try:
            console.print(erasing.erase(record, development, reason, by).told, soft_wrap=True)
        except (Refusal, ValidationError) as error:
            raise fail(str(error)) from error
