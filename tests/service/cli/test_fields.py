"""Fields as options: what each is read as, by the schema of what is recorded."""

import pytest
import typer

from domain.commands import Dispute
from domain.developments import DEVELOPMENT, KINDS
from service.cli.fields import read_fields

STAGE = KINDS["exchange-stage-carried-out"].model_json_schema()


def read(*options, schema=STAGE):
    return read_fields(options, schema, "exchange-stage-carried-out")


@pytest.mark.parametrize(
    ("options", "body"),
    [
        (["--occurred", "2021-03-08"], {"occurred": "2021-03-08"}),
        (["--occurred", "[2021-03-09..]"], {"occurred": "[2021-03-09..]"}),
        (["--occurred=2021"], {"occurred": "2021"}),
        (["--summary", "12"], {"summary": "12"}),
        (["--summary=--so they say"], {"summary": "--so they say"}),
        (["--summary", '{"so": "they say"}'], {"summary": '{"so": "they say"}'}),
        (["--stage", "3"], {"stage": 3}),
        (["--parties", "XA", "--parties", "XB"], {"parties": ["XA", "XB"]}),
        (["--parties", '["XA", "XB"]'], {"parties": ["XA", "XB"]}),
        (
            ["--parties", "XA", "--parties", '{"type": "unnamed", "description": "A host"}'],
            {"parties": ["XA", {"type": "unnamed", "description": "A host"}]},
        ),
        (
            ["--place.name", "Port Solace", "--place.country", "XA"],
            {"place": {"name": "Port Solace", "country": "XA"}},
        ),
        (
            ["--characterised-as", '{"by": "XA", "label": "a gift"}'],
            {"characterised_as": [{"by": "XA", "label": "a gift"}]},
        ),
        (["--under.stipulation", "pilots"], {"under": {"stipulation": "pilots"}}),
    ],
)
def test_an_option_is_read_as_its_field_takes_it(options, body):
    assert read(*options) == body


@pytest.mark.parametrize(
    ("options", "says"),
    [
        (["--ocurred", "2021"], "has no field 'ocurred'; did you mean --occurred?"),
        (
            ["--place.nam", "X"],
            "--place.nam: exchange-stage-carried-out has no field 'nam'; did you mean --name?",
        ),
        (["--xyz", "X"], "its fields: kind, occurred"),
        (["--occurred"], "--occurred has no value"),
        (["2021"], "'2021' belongs to no option"),
    ],
)
def test_a_field_that_there_is_not_is_said(options, says, capsys):
    with pytest.raises(typer.Exit) as ended:
        read(*options)
    assert ended.value.exit_code == 2
    assert says in capsys.readouterr().err.replace("\n", " ")


def test_what_is_said_is_read_by_its_command():
    schema = Dispute.model_json_schema()
    body = read("--by", "XB", "--says", '{"occurred": "2021"}', "--reason", "So.", schema=schema)

    assert body == {"by": "XB", "says": {"occurred": "2021"}, "reason": "So."}
    Dispute.model_validate(body)


@pytest.mark.parametrize("kind", KINDS)
def test_every_example_can_be_told_with_options(kind):
    import json

    told = KINDS[kind].example
    options = []
    for name, value in told.items():
        if name != "kind":
            text = value if isinstance(value, str) else json.dumps(value)
            options += [f"--{name}", text]
    body = {"kind": kind, **read_fields(options, KINDS[kind].model_json_schema(), kind)}

    assert body == told
    DEVELOPMENT.validate_python(body)
