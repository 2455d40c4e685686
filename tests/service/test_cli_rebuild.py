"""`depositary rebuild`: beside a service that goes on, whichever engine keeps the record."""

from fastapi.testclient import TestClient
from typer.testing import CliRunner

from service.app import create_app
from service.cli import app
from tests.service.api.desk import telling
from tests.service.recording import ADA, DOSSIER, assert_sound, open_record, tell
from tests.service.stores import place_of, run_on, settings_for
from tests.tokens import token_for

TIMELINE = f"/v1/dossiers/{DOSSIER.id}/timeline?limit=100"


def rebuild(file):
    done = CliRunner().invoke(app, ["rebuild", "--database", place_of(file)])
    assert done.exit_code == 0, done.output
    return done.stdout


def test_views_that_were_spoilt_are_put_right_beside_a_service_that_goes_on(tmp_path):
    file = tmp_path / "record.db"
    with open_record(file) as record:
        for number in range(30):
            record.record(DOSSIER.id, tell(f"Race {number}"), ADA)
    settings = settings_for(file)
    service, token = create_app(settings), token_for(settings)
    with TestClient(service, headers={"Authorization": f"Bearer {token}"}) as client:
        before = client.get(TIMELINE).json()
        run_on(
            file, "UPDATE versions SET earliest = '1999-01-01', latest = '1999-01-01', standing = 'retracted'"
        )
        assert client.get(TIMELINE).json()["developments"] == []

        assert "The views reflect position 31." in rebuild(file)

        assert client.get(TIMELINE).json() == before
        recorded = client.post(f"/v1/dossiers/{DOSSIER.id}/developments", json=telling("call-held"))
        assert (recorded.status_code, recorded.json()["position"]) == (201, 32)
        assert len(client.get(TIMELINE).json()["developments"]) == 31
    with open_record(file) as record:
        assert_sound(record)
