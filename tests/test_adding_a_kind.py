"""A newcomer adds a kind with one module and one line, as docs/adding-a-kind.md says, and nothing else."""

import json
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
PAGE = ROOT / "docs" / "adding-a-kind.md"
PACKAGES = ("domain", "projections", "service")

# Runs where the copied packages are first on the path, and prints what the service answers.
USE = """
import json, sys
from pathlib import Path
from fastapi.testclient import TestClient
import domain
assert Path(domain.__file__).is_relative_to(Path.cwd()), domain.__file__
from service.app import create_app
from service.settings import Settings
from tests.tokens import token_for

settings = Settings(SQLITE_DBNAME=Path("record.db"))
token = token_for(settings, "newcomer")
headers = {"Authorization": f"Bearer {token}"}
answers = {}
with TestClient(create_app(settings), headers=headers) as client:
    client.post("/v1/dossiers", json={"id": "lake", "title": "The lake (invented)"})
    kinds = client.get("/v1/kinds").json()["kinds"]
    answers["kind"] = next(one for one in kinds if one["kind"] == "inspection-made")
    recorded = client.post("/v1/dossiers/lake/developments", json=answers["kind"]["example"])
    answers["recorded"] = [recorded.status_code, recorded.json()]
    path = recorded.headers["location"]
    change = {"changes": {"violations": {"type": "at_least", "min": 2}}, "reason": "A recount (invented)."}
    amended = client.post(path + "/amendments", json=change, headers={"If-Match": recorded.headers["etag"]})
    answers["amended"] = [amended.status_code, amended.json()]
    wrong = {**answers["kind"]["example"], "violations": {"type": "exact", "value": -1}}
    refused = client.post("/v1/dossiers/lake/developments", json=wrong)
    answers["refused"] = [refused.status_code, refused.json()]
    dangling = {**answers["kind"]["example"], "agreement": "00000000-0000-4000-8000-000000000000"}
    answers["dangling"] = client.post("/v1/dossiers/lake/developments", json=dangling).json()
    answers["read"] = client.get(path).json()
    answers["history"] = client.get(path + "/history").json()
    asked = {"kind": "inspection-made", "actor": "lake-league"}
    answers["timeline"] = client.get("/v1/dossiers/lake/timeline", params=asked).json()
    exported = client.get("/v1/dossiers/lake/export").text
    answers["export"] = [json.loads(line) for line in exported.splitlines()]
    answers["openapi"] = "InspectionMade" in client.get("/openapi.json").json()["components"]["schemas"]
json.dump(answers, sys.stdout)
"""


def _code_blocks() -> list[str]:
    return re.findall(r"```python\n(.*?)```", PAGE.read_text(), re.DOTALL)


@pytest.fixture(scope="module")
def answers(tmp_path_factory):
    """What a service says that was copied as it is, with the page's module and line added."""
    copy = tmp_path_factory.mktemp("newcomer")
    for package in PACKAGES:
        shutil.copytree(ROOT / package, copy / package, ignore=shutil.ignore_patterns("__pycache__"))
    module, line = _code_blocks()
    (copy / "domain" / "developments" / "inspections.py").write_text(module)
    registry = copy / "domain" / "developments" / "__init__.py"
    before = registry.read_text()
    registry.write_text(
        before.replace("from domain.developments.other", f"{line}from domain.developments.other")
    )
    assert len(registry.read_text().splitlines()) == len(before.splitlines()) + 1
    environment = {"PYTHONPATH": str(copy), "PATH": ""}
    done = subprocess.run(
        [sys.executable, "-c", USE], cwd=copy, env=environment, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def test_it_is_in_the_registry_with_schema_description_codes_and_example(answers):
    kind = answers["kind"]
    assert kind["description"] == "An inspector visited a site to see whether an agreement is kept."
    assert kind["codes"] == {"plover": None, "plover_mode": None, "cameo": "090", "acled": None}
    assert {"inspector", "site", "agreement", "violations"} <= set(kind["body"]["properties"])


def test_it_is_in_the_schema_of_the_api(answers):
    assert answers["openapi"]


def test_it_can_be_recorded_and_amended(answers):
    status, recorded = answers["recorded"]
    assert (status, recorded["kind"], recorded["version"]) == (201, "inspection-made", 1)
    status, amended = answers["amended"]
    assert (status, amended["event"], amended["version"]) == (201, "amended", 2)


def test_its_fields_and_references_are_checked(answers):
    status, problem = answers["refused"]
    assert status == 422
    assert problem["errors"][0]["pointer"] == "/violations/value"
    assert answers["dangling"]["type"] == "/problems/unresolved-reference"


def test_it_is_shown_by_its_headline_and_with_its_history(answers):
    assert answers["read"]["headline"] == "The Lake League inspected The harbour of Port Solace"
    assert answers["read"]["development"]["violations"] == {"type": "at_least", "min": 2}
    assert answers["history"]["versions"][1]["differences"] == [
        {
            "field": "violations",
            "before": {"type": "exact", "value": 0},
            "after": {"type": "at_least", "min": 2},
        }
    ]


def test_it_is_on_the_timeline_and_in_the_export(answers):
    (shown,) = answers["timeline"]["developments"]
    exported = [line for line in answers["export"] if "development" in line]
    assert shown["development"] == exported[0]["development"] == answers["read"]["development"]
    assert shown["certainty"] == "certain"
