"""The Python client against a real service: every resource, sync and async, in the models of the views."""

import asyncio
import json
from datetime import date, timedelta
from uuid import UUID

import pytest

from domain.commands import Amend
from domain.developments import DEVELOPMENT
from projections.ceasefire import CeasefireStatus
from projections.registry import VIEWS
from service.app import create_app
from service.client import AsyncClient, Client, NotAuthorized, NotFound, Refused, StaleVersion, Unavailable
from service.client.operations import Operations
from service.client.sessions import Patience
from service.keyfiles import make_key
from service.serving import listen, serving
from service.verbs import SAYINGS
from tests.service.api.desk import DOSSIER, OPENS, REASON, telling
from tests.service.api.desk import SAYINGS as BODIES
from tests.service.stores import settings_for
from tests.tokens import token_for

pytestmark = pytest.mark.sqlite
LAKE = DOSSIER["id"]
SOON = Patience(attempts=2, seconds=5, first_pause=0.01)


@pytest.fixture(scope="module")
def service(tmp_path_factory):
    """The address of a service with one dossier opened, and a token."""
    settings = settings_for(tmp_path_factory.mktemp("client") / "record.db", patience=0.1)
    make_key(settings.log_key_file, "archive.example/lake")
    app = create_app(settings)
    token = token_for(app.state.settings, "ada", "admin")
    with serving(app, listen("127.0.0.1")) as url, Client(url, token) as client:
        client.open_dossier(DOSSIER)
        yield url, token


@pytest.fixture
def client(service):
    with Client(*service, patience=SOON) as opened:
        yield opened


def test_a_development_is_recorded_from_json_or_from_its_model(client):
    from_json = client.record(LAKE, telling("call-held"))
    from_model = client.record(LAKE, DEVELOPMENT.validate_python(telling("call-held")))

    assert isinstance(from_json.id, UUID)
    assert from_model.position == from_json.position + 1
    read = [client.development(one.id).development for one in (from_json, from_model)]
    assert read[0] == read[1] == telling("call-held")


@pytest.mark.parametrize("verb", SAYINGS)
def test_everything_can_be_said_under_the_version_that_was_seen(client, verb):
    said, other = (client.record(LAKE, telling("call-held")) for _ in range(2))
    given = {"other": str(other.id), "objections_until": str(said.recorded_at.date() + timedelta(days=30))}

    def body(address):
        return {name: given.get(name, value) for name, value in BODIES[address].items()}

    if before := OPENS.get(SAYINGS[verb]):
        opening = next(name for name, address in SAYINGS.items() if address == before)
        said = client.say(opening, said.id, body(before), seen=said.version)
    say = getattr(client, verb)
    if verb == "adopt":
        with pytest.raises(Refused, match="until"):
            say(said.id, body(SAYINGS[verb]), seen=said.version)
        return
    answer = say(said.id, body(SAYINGS[verb]), seen=said.version)

    assert answer.version == said.version + 1
    assert client.history(said.id).versions[-1].event == answer.event


def test_a_command_of_the_domain_is_said_as_well(client):
    said = client.record(LAKE, telling("call-held"))
    client.amend(said.id, Amend(changes={"summary": "They called twice."}, reason=REASON), seen=1)

    assert client.development(said.id).development["summary"] == "They called twice."


@pytest.mark.parametrize("view", VIEWS)
def test_every_view_is_answered_as_its_model(client, view):
    method = getattr(client, view.replace("/", "_"))
    by_method, by_name = method(LAKE, as_of=date(2021, 3, 31)), client.view(view, LAKE, as_of="2021-03-31")

    assert type(by_method) is type(by_name) is VIEWS[view].answer
    assert by_method == by_name
    assert by_method.as_of == date(2021, 3, 31)


def test_both_clocks_and_the_lenses_are_asked_for(client):
    answer = client.ceasefire(
        LAKE, as_of="2021-03-31", at_position=2, according_to="XA", standing=["claimed"], explain=True
    )

    assert isinstance(answer, CeasefireStatus)
    assert (answer.position, answer.explanation is not None) == (2, True)
    assert client.ceasefire(LAKE, known_at=answer.known_at).position == 2


def test_dossiers_kinds_changes_and_differences_are_read(client):
    before = client.dossier(LAKE).known_at
    said = client.record(LAKE, telling("ceasefire-declared"))

    assert LAKE in [one["id"] for one in client.dossiers().dossiers]
    assert "call-held" in [one.kind for one in client.kinds().kinds]
    assert client.changes(LAKE, known_from=before).changes[0].id == said.id
    by_knowledge = client.diff(LAKE, "ceasefire", known_from=before, as_of="2021-12-31")
    assert any(cause.id == said.id for one in by_knowledge.differences for cause in one.made_by)
    by_time = client.diff(LAKE, "ceasefire", as_of_from="2021-01-01", as_of_to="2021-12-31")
    assert by_time.as_of_from == date(2021, 1, 1)


def test_the_log_is_read_with_its_proofs(client):
    client.record(LAKE, telling("call-held"))
    now = client.checkpoint()

    assert now.origin == "archive.example/lake"
    assert client.inclusion(1, now.size).root == now.root
    assert client.consistency(1, now.size).second_root == now.root
    assert [one.size for one in client.all_checkpoints()][-1] >= now.size
    assert now.size in [one.size for one in client.checkpoints(limit=500).checkpoints]


def test_an_export_and_an_import_go_line_by_line(client):
    lines = "".join(json.dumps(telling("visit-made")) + "\n" for _ in range(2)).encode()
    first, second, summed = client.import_lines(LAKE, lines, key="visits")
    dossier, *developments = map(json.loads, client.export(LAKE))

    assert (first["status"], second["line"], summed["recorded"]) == (201, 2, 2)
    assert dossier["dossier"]["id"] == LAKE
    assert {first["id"], second["id"]} <= {one["id"] for one in developments}


def test_pages_are_gone_through_at_one_moment_of_knowledge(client):
    for _ in range(5):
        client.record(LAKE, telling("call-held"))
    walk = client.all_happened(LAKE, kind=["call-held"], limit=2)
    first = next(walk)
    later = client.record(LAKE, telling("call-held"))
    every = [first.id, *(one.id for one in walk)]

    assert len(every) == len(set(every)) >= 5
    assert later.id not in every
    assert {one.kind for one in client.all_happened(LAKE, kind=["call-held"])} == {"call-held"}
    changes = list(client.all_changes(LAKE, limit=3))
    assert [one.position for one in changes] == sorted({one.position for one in changes})
    assert changes[-1].id == later.id


def test_what_a_page_of_an_answer_leaves_out_is_gone_through_too(client):
    for _ in range(5):
        client.record(LAKE, telling("call-held"))
    page = client.contacts(LAKE, limit=2)
    (left,) = (one for one in page.left_out if one.path == "/contacts")
    whole = client.contacts(LAKE, whole=True, known_at=page.known_at).contacts
    walk = client.all_items("contacts", LAKE, left.path, known_at=page.known_at, limit=2)

    assert page.contacts == whole[: left.shown]
    assert [one["id"] for one in walk] == [str(one.id) for one in whole]
    assert len(whole) == left.of > 2


def test_a_reader_sees_its_own_writes_and_can_leave_it(client, service):
    said = client.record(LAKE, telling("call-held"))

    assert client.position == said.position
    assert client.timeline(LAKE).position >= said.position
    with Client(*service, patience=Patience(attempts=1)) as ahead:
        ahead._session.position = said.position + 1_000
        with pytest.raises(Unavailable) as raised:
            ahead.timeline(LAKE)
        assert raised.value.retry_after == 1
    with Client(*service, read_own_writes=False) as plain:
        plain._session.position = said.position + 1_000
        assert plain.timeline(LAKE).position >= said.position


def test_refusals_are_told_apart_and_say_the_place(client, service):
    said = client.record(LAKE, telling("call-held"))
    client.retract(said.id, {"reason": REASON}, seen=1)

    with pytest.raises(StaleVersion) as stale:
        client.amend(said.id, {"changes": {"summary": "…"}, "reason": REASON}, seen=1)
    assert stale.value.current_version == 2
    with pytest.raises(NotFound, match="did you mean 'solace-2021'"):
        client.timeline("solace-2012")
    with Client(service[0], "depositary_nobody") as nobody, pytest.raises(NotAuthorized):
        nobody.record(LAKE, telling("call-held"))
    with pytest.raises(Refused) as invalid:
        client.record(LAKE, telling("call-held", occurred="2021-02-30"))
    problem = invalid.value
    assert (problem.type, problem.status, problem.pointer) == (
        "/problems/invalid-request",
        422,
        "/occurred",
    )
    assert problem.title == "Invalid request"
    assert "2021-02-30" in problem.errors[0].message
    assert "2021-02-30" in problem.detail


def test_an_improbable_year_is_confirmed(client):
    with pytest.raises(Refused, match="improbable"):
        client.record(LAKE, telling("call-held", occurred="0025-03-08"))
    assert client.record(LAKE, telling("call-held", occurred="0025-03-08"), confirm_year=True).version == 1


def test_the_same_operations_can_be_awaited(service):
    async def converse():
        async with AsyncClient(*service) as client:
            said = await client.record(LAKE, telling("ceasefire-declared"))
            await client.retract(said.id, {"reason": REASON}, seen=1)
            answer = await client.ceasefire(LAKE, as_of="2021-12-31")
            walked = [one.id async for one in client.all_happened(LAKE, limit=3)]
            exported = [line async for line in client.export(LAKE)]
            with pytest.raises(NotFound):
                [line async for line in client.export("nowhere")]
            with pytest.raises(StaleVersion):
                await client.retract(said.id, {"reason": REASON}, seen=1)
            return said, client.position, answer, walked, exported

    said, position, answer, walked, exported = asyncio.run(converse())

    assert position == said.position + 1
    assert type(answer) is CeasefireStatus
    assert answer.position >= position
    assert said.id not in walked
    assert len(walked) == len(set(walked)) > 3
    assert any(str(said.id) in line for line in exported)


def test_every_operation_says_what_it_does():
    described = {name: one for name, one in vars(Operations).items() if not name.startswith("_")}

    assert [name for name, one in described.items() if not one.__doc__] == []
    assert Client("http://localhost").ceasefire.__doc__ == described["ceasefire"].__doc__
    assert set(SAYINGS) <= set(described)
    assert {name.replace("/", "_") for name in VIEWS} <= set(described)
