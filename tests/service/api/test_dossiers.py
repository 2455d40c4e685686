"""Dossiers: opened once under an id of the caller's choice, listed, read."""

import pytest

from tests.service.api.desk import DOSSIER, JSON


def test_opening_answers_where_it_is_and_at_which_position(empty_desk):
    response = empty_desk.open_dossier()

    assert response.status_code == 201
    assert response.headers["Location"] == f"/v1/dossiers/{DOSSIER['id']}"
    assert response.json() == {
        "id": DOSSIER["id"],
        "position": 1,
        "recorded_at": empty_desk.clock.now.isoformat().replace("+00:00", "Z"),
    }


def test_opening_the_same_again_answers_the_first_opening_and_records_nothing(desk):
    with desk.nothing_recorded():
        response = desk.open_dossier()

    assert response.status_code == 200
    assert response.json()["position"] == 1


def test_leaving_out_and_giving_nothing_are_the_same_content(desk):
    with desk.nothing_recorded():
        assert desk.open_dossier(description=None, observers=[]).status_code == 200


def test_opening_the_same_id_with_other_content_is_refused(desk):
    with desk.nothing_recorded():
        refusal = desk.refused(desk.open_dossier(title="Other talks (invented)"))

    assert refusal.told == (409, "dossier-taken")
    assert "opened before with other content" in refusal.detail


def test_a_dossier_comes_back_as_it_was_put_in(desk):
    assert desk.get(f"/v1/dossiers/{desk.dossier}")["dossier"] == DOSSIER


@pytest.mark.parametrize(
    ("content", "place"),
    [
        ({"id": "lake", "title": "The talks \u202eon the lake"}, "/title"),
        ({"id": "lake", "parties": [{"actor": "XA", "name": "Arvenia\u2066"}]}, "/parties/0/name"),
    ],
)
def test_a_title_or_name_that_would_be_shown_otherwise_than_it_is_written_is_refused(
    busy_desk, content, place
):
    with busy_desk.nothing_recorded():
        refusal = busy_desk.refused(busy_desk.open_dossier(**content))

    assert refusal.told == (422, "invalid-request")
    assert refusal.places == [place]
    assert "a mark that can show a text otherwise than it is written" in refusal.detail


def test_dossiers_are_listed_by_id(desk):
    desk.open_dossier(id="a-lake")

    assert [one["id"] for one in desk.get("/v1/dossiers")["dossiers"]] == ["a-lake", desk.dossier]


def test_an_empty_record_answers_with_nothing_known(empty_desk):
    nothing = {"as_of": "2021-07-01", "known_at": None, "position": 0, "dossiers": []}
    assert empty_desk.get("/v1/dossiers") == nothing


@pytest.mark.parametrize(
    "path", ["", "/timeline", "/ceasefire", "/exchanges", "/agenda", "/changes", "/export"]
)
def test_an_unknown_dossier_is_not_found_and_a_near_one_is_suggested(busy_desk, path):
    refusal = busy_desk.refused(busy_desk.client.get(f"/v1/dossiers/solace-2012{path}"))

    assert refusal.told == (404, "unknown-dossier")
    assert f"did you mean {DOSSIER['id']!r}?" in refusal.detail


def test_a_dossier_is_not_yet_known_before_it_was_opened(desk):
    before = desk.clock.turn(hours=-1).isoformat()

    refusal = desk.refused(desk.client.get(f"/v1/dossiers/{desk.dossier}", params={"known_at": before}))

    assert refusal.told == (404, "unknown-dossier")


@pytest.mark.parametrize(
    ("content", "place"),
    [
        ({"id": "Solace 2021"}, "/id"),
        ({"id": "solace-2021\n"}, "/id"),
        ({"id": "x" * 81}, "/id"),
        ({"id": 7}, "/id"),
        ({"title": ""}, "/title"),
        ({"title": " \n "}, "/title"),
        ({"title": "Talks\u0007"}, "/title"),
        ({"title": "Talks\u0085"}, "/title"),
        ({"title": None}, "/title"),
        ({"parties": "XA"}, "/parties"),
        ({"parties": {"actor": "XA"}}, "/parties"),
        ({"parties": ["XA"]}, "/parties/0"),
        ({"parties": [{"actor": "Arvenia"}]}, "/parties/0/actor"),
        ({"parties": [{"actor": {"type": "planet"}}]}, "/parties/0/actor"),
        ({"observers": [{"actor": "XA"}, {"name": "Nobody"}]}, "/observers/1/actor"),
        ({"colour": "blue"}, "/colour"),
        ({"recorded_at": "2021-01-01T00:00:00Z"}, "/recorded_at"),
    ],
)
def test_content_that_is_wrong_is_refused_with_its_place(busy_desk, content, place):
    with busy_desk.nothing_recorded():
        refusal = busy_desk.refused(busy_desk.open_dossier(**{"id": "another", **content}))

    assert refusal.told == (422, "invalid-request")
    assert refusal.places == [place]


@pytest.mark.parametrize("body", [b"[]", b"null", b'"solace"', b"1", b"true"])
def test_a_body_that_is_no_object_is_refused_as_a_whole(busy_desk, body):
    with busy_desk.nothing_recorded():
        refusal = busy_desk.refused(
            busy_desk.client.post(
                "/v1/dossiers", content=body, headers={**JSON, "Authorization": f"Bearer {busy_desk.token}"}
            )
        )

    assert refusal.told == (422, "invalid-request")
    assert refusal.places == [""]
    assert refusal.detail.startswith("the body: ")
