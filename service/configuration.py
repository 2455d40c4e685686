"""What is set, where each setting comes from, and what is wrong with one that cannot be."""

import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path
from typing import Any

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from service.settings import DSNS, Settings

MASK = "***"
SECRET = frozenset({"password", "sslpassword", "oauth_client_secret"})
"""What of a connection string is shown to nobody."""
OF_THE_LIBRARY: Mapping[str, str] = {
    "CIPHER_KEY": "The key that the state of events is encrypted with; the library's own.",
    "CIPHER_TOPIC": "The cipher that the state of events is encrypted with; the library's own.",
    "COMPRESSOR_TOPIC": "The compressor of the state of events; the library's own.",
}
"""Variables that the `eventsourcing` library itself reads."""
OF_COMMANDS = frozenset({"DEPOSITARY_TOKEN", "DEPOSITARY_URL"})
"""Variables that commands read which ask a service: they set nothing of it."""
OF_OTHERS = ("DEPOSITARY_TEST_", "DEPOSITARY_DATABASE_")
"""How variables begin that tests and the deployed database read."""
ENVIRONMENT = "environment"
DEFAULT = "default"


class Unfit(ValueError):
    """A setting is wrong; each line says which, what was given, and what would be right."""


@dataclass(frozen=True, slots=True)
class Told:
    """A setting as it is told: nothing in it is secret."""

    variable: str
    value: str
    source: str
    meaning: str


def settings_from(
    environment: Mapping[str, str] = os.environ, database: str | Path | None = None
) -> Settings:
    """The settings of the environment, or with another record; raise `Unfit`."""
    try:
        return Settings.of(database)
    except ValidationError as error:
        raise Unfit("\n".join(_wrong(one, environment) for one in error.errors())) from None


def variable_of(field: str) -> str:
    """The variable of a field of `Settings`."""
    alias = Settings.model_fields[field].validation_alias
    return str(alias) if alias else f"{Settings.model_config['env_prefix']}{field}".upper()


def told(settings: Settings, environment: Mapping[str, str] = os.environ) -> Iterator[Told]:
    """Every setting, in the order of its fields, then those of the library."""
    for name, field in Settings.model_fields.items():
        source = ENVIRONMENT if name in settings.model_fields_set else DEFAULT
        value = settings.in_effect.get(name, getattr(settings, name))
        shown = masked(value) if name in DSNS and value else _text(value)
        yield Told(variable_of(name), shown, source, _line(field.description))
    for variable, meaning in OF_THE_LIBRARY.items():
        given = environment.get(variable, "")
        secret = MASK if given and variable == "CIPHER_KEY" else given
        yield Told(variable, secret, ENVIRONMENT if given else DEFAULT, meaning)


def unknown(environment: Mapping[str, str] = os.environ) -> dict[str, str | None]:
    """Variables that look like settings and are none, each with the one that may be meant."""
    names = [variable_of(name) for name in Settings.model_fields]
    known = {*names, *OF_COMMANDS}
    strange = [
        one
        for one in map(str.upper, environment)
        if one.startswith("DEPOSITARY_") and one not in known and not one.startswith(OF_OTHERS)
    ]
    return {one: next(iter(get_close_matches(one, names, 1)), None) for one in sorted(strange)}


def masked(dsn: str) -> str:
    """A connection string without its passwords, as libpq reads it."""
    from psycopg.conninfo import conninfo_to_dict, make_conninfo  # noqa: PLC0415 - a file needs none of it

    given = conninfo_to_dict(dsn)
    return make_conninfo("", **{name: MASK if name in SECRET else one for name, one in given.items()})


def _text(value: Any) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    return "" if value is None else str(value)


def _line(described: str | None) -> str:
    return " ".join((described or "").split())


def _wrong(error: ErrorDetails, environment: Mapping[str, str]) -> str:
    place = str(error["loc"][0])
    field = next(one for one in Settings.model_fields if place in {one, variable_of(one)})
    variable = variable_of(field)
    given = next((value for name, value in environment.items() if name.upper() == variable), error["input"])
    shown = "" if field in DSNS else f" {given!r}"
    default = _text(Settings.model_fields[field].default)
    otherwise = f"; where it is not set, it is {default}" if default else ""
    return f"{variable}{shown} is wrong: {error['msg'].removeprefix('Value error, ')}{otherwise}"
