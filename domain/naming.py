"""Who is named: every actor and every outlet in what is recorded, by key."""

from collections.abc import Collection

from domain.commands import Party
from domain.developments.base import actor_name
from domain.values import Organisation, Person, Place, Source, State, Unnamed, actor_key
from domain.within import within


def named_in(value: object, but: Collection[str] = ()) -> dict[str, str]:
    """What each actor and outlet in a value is called, by its key; not the states that places lie in.

    Whom an actor acts for or is part of is named with it. Of several names for one key, it is the first;
    whoever is called by one of the names in `but`, which are personal, goes by the key.
    """
    named: dict[str, str] = {}
    for one in within(value, but=(Place,)):
        match one:
            case State() | Organisation() | Person() | Unnamed():
                key, name = actor_key(one), actor_name(one)
                named.setdefault(key, key if name in but else name)
            case Party(actor=actor, name=str(name)):
                named.setdefault(actor_key(actor), name)
            case Source(outlet=outlet):
                named.setdefault(f"outlet: {outlet}", outlet)  # as `origin_key` of one without a chain
    return named
