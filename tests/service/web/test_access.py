"""Pages that only those with a token may read: a form takes it, a cookie carries it, no other site can."""

import pytest

from tests.service.api.desk import open_desk

HTML = {"Accept": "text/html"}


pytestmark = pytest.mark.sqlite


@pytest.fixture(scope="module")
def shared(tmp_path_factory):
    """A service whose reads are not open."""
    with open_desk(tmp_path_factory.mktemp("closed"), open_reads=False) as desk:
        desk.open_dossier()
        yield desk


@pytest.fixture
def closed(shared):
    """The same, before a browser that has no cookie yet."""
    shared.client.cookies.clear()
    return shared


def show_token(desk, token: str, **headers: str):
    form = {"token": token, "next": "/dossiers/solace-2021"}
    return desk.client.post("/session", data=form, headers=HTML | headers, follow_redirects=False)


@pytest.mark.parametrize(
    "address", ["/", "/dossiers/solace-2021", "/dossiers/solace-2021/panels/front/ceasefire"]
)
def test_without_a_token_a_page_asks_for_one_and_shows_nothing(closed, address):
    answer = closed.client.get(address, headers=HTML)

    assert answer.status_code == 401
    assert '<form class="sign-in" method="post" action="/session">' in answer.text
    assert f'<input type="hidden" name="next" value="{address}">' in answer.text
    assert "Port Solace" not in answer.text


def test_a_card_is_as_closed_as_the_rest(closed):
    call = closed.record("call-held")

    assert closed.client.get(f"/developments/{call}", headers=HTML).status_code == 401
    assert closed.client.get(f"/developments/{call}/card", headers=HTML).status_code == 401


def test_a_token_opens_the_pages_and_is_forgotten_on_demand(closed):
    answer = show_token(closed, closed.token)
    cookie = answer.headers["Set-Cookie"]

    assert (answer.status_code, answer.headers["Location"]) == (303, "/dossiers/solace-2021")
    assert {"HttpOnly", "SameSite=strict", "Path=/"} <= set(cookie.split("; "))
    assert "Port Solace" in closed.client.get("/dossiers/solace-2021", headers=HTML).text
    assert "reads and writes as ada" in closed.client.get("/session", headers=HTML).text

    closed.client.post("/session/end", headers=HTML)
    assert closed.client.get("/dossiers/solace-2021", headers=HTML).status_code == 401


def test_over_tls_the_cookie_never_goes_in_the_clear(closed):
    answer = closed.client.post(
        "https://testserver/session", data={"token": closed.token}, headers=HTML, follow_redirects=False
    )

    assert "Secure" in answer.headers["Set-Cookie"].split("; ")


def test_a_token_that_nobody_has_is_refused_in_words(closed):
    answer = show_token(closed, "depositary_invented")

    assert answer.status_code == 401
    assert "This token is not known here." in answer.text
    assert "Set-Cookie" not in answer.headers


@pytest.mark.parametrize(
    "address", ["https://elsewhere.example/", "//elsewhere.example", "/\\elsewhere", "x"]
)
def test_nobody_is_sent_elsewhere_after_showing_a_token(closed, address):
    form = {"token": closed.token, "next": address}
    answer = closed.client.post("/session", data=form, headers=HTML, follow_redirects=False)

    assert answer.headers["Location"] == "/"


@pytest.mark.parametrize(
    "from_elsewhere",
    [
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
        {"Origin": "https://elsewhere.example"},
        {"Origin": "null"},
    ],
)
def test_a_form_of_another_site_is_refused(closed, from_elsewhere):
    answer = show_token(closed, closed.token, **from_elsewhere)

    assert answer.status_code == 403
    assert "Set-Cookie" not in answer.headers


def test_the_form_of_this_site_is_taken(closed):
    assert show_token(closed, closed.token, **{"Sec-Fetch-Site": "same-origin"}).status_code == 303
    assert show_token(closed, closed.token, Origin="http://testserver").status_code == 303


def test_a_cookie_does_not_open_the_api(closed):
    show_token(closed, closed.token)

    assert closed.client.get("/v1/dossiers").status_code == 401


def test_style_and_scripts_are_served_to_everybody(closed):
    assert closed.client.get("/static/0/page.css").status_code == 200
