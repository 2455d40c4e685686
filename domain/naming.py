"""Who is named: every actor and every outlet in what is recorded, by key."""

from domain.commands import Party
from domain.developments.base import actor_name
from domain.values import Organisation, Person, Place, Source, State, Unnamed, actor_key
from domain.within import within


def named_in(value: object) -> dict[str, str]:
    """What each actor and outlet in a value is called, by its key; not the states that places lie in.

    Whom an actor acts for or is part of is named with it. Of several names for one key, it is the first.
    """
    named: dict[str, str] = {}
    for one in within(value, but=(Place,)):
        match one:
            case State() | Organisation() | Person() | Unnamed():
                named.setdefault(actor_key(one), actor_name(one))
            case Party(actor=actor, name=str(name)):
                named.setdefault(actor_key(actor), name)
            case Source(outlet=outlet):
                named.setdefault(f"outlet: {outlet}", outlet)  # as `origin_key` of one without a chain
    return named
