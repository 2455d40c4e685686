"""What each event says, all of it: the command that it answers, told apart by the name of the event.

The models are made from the events and their commands, so that whatever can be said has its own here.
"""

from typing import TYPE_CHECKING, Annotated, Any, Literal, TypeAlias, Union

from pydantic import ConfigDict, Field, TypeAdapter, create_model, model_serializer

from domain.developments import KINDS
from domain.events import EVENTS, DevelopmentRecorded, DossierOpened, Event, PersonalDataErased
from domain.values import Slug, Text, Value


class Said(Value):
    """What an event says, under its name."""

    model_config = ConfigDict(json_schema_extra={})  # not the examples of the command, which have no event

    event: str

    @model_serializer
    def as_put_in(self) -> dict[str, Any]:
        """What was said exactly as it was put in, with nothing filled in."""
        given = (name for name in type(self).model_fields if name in self.model_fields_set)
        return {
            name: _PUT_IN.dump_python(getattr(self, name), mode="json", exclude_unset=True) for name in given
        }


_PUT_IN: TypeAdapter[Any] = TypeAdapter(Any)


class OpeningSaid(Said):
    """The dossier as it was opened."""

    event: Literal["dossier-opened"]
    dossier: dict[str, Any]


class RecordingSaid(Said):
    """The development as it was first told; see its kind."""

    event: Literal[tuple(KINDS)]  # type: ignore[valid-type]
    dossier: Slug
    development: dict[str, Any]


class ErasureSaid(Said):
    """The texts that had been marked personal until then were erased, at the record itself."""

    event: Literal["personal-data-erased"]
    by: Text
    """Who erased them."""
    reason: Text


def _saying(event: type[Event]) -> type[Said]:
    """The model of what is said in an event of a class: the fields of its command."""
    fields: dict[str, Any] = {"event": (Literal[event.name], ...)}
    bases: tuple[Any, ...] = (event.command, Said)
    return create_model(f"{event.__name__}Said", __base__=bases, __doc__=event.__doc__, **fields)


_SAYINGS = {
    name: _saying(event)
    for name, event in EVENTS.items()
    if not issubclass(event, DossierOpened | DevelopmentRecorded | PersonalDataErased)
}

if TYPE_CHECKING:
    AnySaid: TypeAlias = Said
else:
    AnySaid = Annotated[
        Union[OpeningSaid, RecordingSaid, ErasureSaid, *_SAYINGS.values()],
        Field(discriminator="event"),
    ]


def said(event: Event) -> Said:
    """What an event says: who, of what, what was proposed or disputed, and how it ended."""
    match event:
        case DossierOpened(name=name, dossier=dossier):
            return OpeningSaid(event=name, dossier=_as_put_in(dossier))
        case DevelopmentRecorded(stored_name=name, dossier=dossier, development=development):
            return RecordingSaid(event=name, dossier=dossier, development=_as_put_in(development))
        case PersonalDataErased(name=name, recorded_by=by, reason=reason):
            return ErasureSaid(event=name, by=by, reason=reason)
    command = event.as_command()
    told = {name: getattr(command, name) for name in command.model_fields_set}
    return _SAYINGS[event.name](event=event.name, **told)


def _as_put_in(value: Value) -> dict[str, Any]:
    return value.model_dump(mode="json", exclude_unset=True)
