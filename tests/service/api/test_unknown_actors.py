"""Lenses and filters by somebody whom the dossier does not name are refused: a typo tells nothing."""

import pytest

from tests.service.api.desk import RADIO, REASON, open_desk

GUARD = {"type": "organisation", "id": "coast-guard", "name": "The Coast Guard", "part_of": "XB"}
SPEAKER = {"type": "person", "id": "orsolin", "name": "A. Orsolin", "acts_for": GUARD}
SAILOR = {"type": "unnamed", "description": "a sailor"}
LEAGUE = {"type": "organisation", "id": "lake-league", "name": "The Lake League"}
HERALD = {"outlet": "Belmark Herald", "chain": [{"actor": SAILOR, "role": "witness"}]}

KNOWN = [
    "XA",  # a party of the dossier
    "XE",  # an observer
    "coast-guard",
    "orsolin",
    "XB",  # whom the guard is part of, and a party
    "unnamed: a sailor",  # the origin of a source
    "outlet: Belmark Herald",
    "outlet: Lake Radio (invented)",  # a corroboration
    "lake-league",  # who disputes
]
UNKNOWN = [
    "Hamas",
    "nobody",
    "Coast-Guard",
    "The Coast Guard",
    "xa",
    "XQ",
    "Orsolin",
    "X",
    "%",
    "coast-guard ",
]
VIEWS = ["timeline", "ceasefire", "exchanges", "positions", "contacts"]


@pytest.fixture(scope="module")
def named(tmp_path_factory):
    """A dossier whose developments, sources and disputes name several actors."""
    with open_desk(tmp_path_factory.mktemp("named")) as desk:
        desk.open_dossier(observers=[{"actor": "XE"}])
        call = desk.record(
            "call-held",
            parties=["XA", "XB"],
            participants=[{"actor": SPEAKER}],
            sources=[HERALD],
            readouts=None,
        )
        desk.said(call, "corroborations", source=RADIO)
        desk.said(call, "disputes", by=LEAGUE, says={})
        yield desk


def refused(desk, view, /, **query):
    """The refusal of a question."""
    refusal = desk.refused(desk.client.get(f"/v1/dossiers/{desk.dossier}/{view}", params=query))
    assert refusal.told == (422, "invalid-request")
    return refusal


@pytest.mark.parametrize("actor", KNOWN)
def test_whoever_is_named_anywhere_in_the_dossier_can_be_asked_about(named, actor):
    for view in VIEWS:
        named.view(view, according_to=actor)
    named.view("timeline", actor=actor)


@pytest.mark.parametrize("actor", UNKNOWN)
def test_whoever_is_named_nowhere_is_refused_by_the_parameter(named, actor):
    for view in VIEWS:
        assert refused(named, view, according_to=actor).places == ["according_to"]
    assert refused(named, "timeline", actor=actor).places == ["actor"]
    assert refused(named, "diff", view="agenda", according_to=actor).places == ["according_to"]
    days = {"as_of_from": "2021-03-01", "as_of_to": "2021-03-31"}
    assert refused(named, "diff", view="agenda", according_to=actor, **days).places == ["according_to"]


@pytest.mark.parametrize(
    ("given", "meant"),
    [
        ("The Coast Guard", "'coast-guard' (The Coast Guard)"),
        ("coast guard", "'coast-guard' (The Coast Guard)"),
        ("COAST-GUARD", "'coast-guard' (The Coast Guard)"),
        ("cost-guard", "'coast-guard' (The Coast Guard)"),
        ("Orsolin", "'orsolin' (A. Orsolin)"),
        ("xa", "'XA' (Arvenia)"),
        ("Arvenia", "'XA' (Arvenia)"),
        ("Belmark Herald", "'outlet: Belmark Herald' (Belmark Herald)"),
        ("sailor", "'unnamed: a sailor' (a sailor)"),
    ],
)
def test_the_refusal_names_who_may_be_meant(named, given, meant):
    detail = refused(named, "ceasefire", according_to=given).detail

    assert "a code or an id is meant, not a name" in detail
    assert f"did you mean {meant}" in detail


def test_the_refusal_guesses_nothing_where_nobody_is_near(named):
    assert "did you mean" not in refused(named, "ceasefire", according_to="7f2c").detail


def test_who_is_known_at_a_moment_stays_so_for_ever(desk):
    """Before it was recorded that somebody took part it is refused, and after it never is."""
    call = desk.record("call-held")
    before = desk.position
    desk.said(call, "amendments", changes={"parties": ["XA", LEAGUE]})
    between = desk.view("timeline", actor="lake-league")
    desk.said(call, "amendments", changes={"parties": ["XA", "XB"]})
    desk.said(call, "retractions", reason=REASON)

    assert refused(desk, "timeline", actor="lake-league", at_position=before).places == ["actor"]
    assert desk.view("timeline", actor="lake-league")["developments"] == []
    clocks = {"known_at": between["known_at"], "as_of": between["as_of"]}
    assert desk.view("timeline", actor="lake-league", **clocks) == between


def test_a_difference_may_begin_before_its_party_was_known(desk):
    """It is asked at its later end, where the party is known."""
    known_from = desk.get("/v1/dossiers")["known_at"]
    desk.record("exchange-stage-carried-out", under=None, sources=[HERALD])

    found = desk.get(
        f"/v1/dossiers/{desk.dossier}/diff",
        view="exchanges",
        known_from=known_from,
        according_to="unnamed: a sailor",
    )

    assert found["differences"]


def test_another_dossiers_actors_are_not_known(desk):
    desk.open_dossier(id="another-lake", parties=[{"actor": LEAGUE}])

    assert refused(desk, "timeline", actor="lake-league").places == ["actor"]
    assert desk.get("/v1/dossiers/another-lake/timeline", actor="lake-league")["developments"] == []


def test_names_are_read_again_when_the_views_are_rebuilt(desk):
    desk.record("call-held", sources=[HERALD])
    desk.client.app.state.record.rebuild(lambda done, of: None)

    desk.view("timeline", according_to="unnamed: a sailor")
    assert refused(desk, "timeline", according_to="a sailor").places == ["according_to"]
