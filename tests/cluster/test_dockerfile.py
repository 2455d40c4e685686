"""The images of `deploy/`, as far as that shows without building them."""

import re
import shlex
import shutil
import subprocess
import sys
import tomllib
from dataclasses import dataclass
from fnmatch import fnmatch
from zipfile import ZipFile

import pytest
import yaml

from service.app import create_app
from service.settings import Settings
from tests.cluster.nodes import DEPLOY

ROOT = DEPLOY.parent
README = (ROOT / "README.md").read_text(encoding="utf-8")
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
IGNORED = (ROOT / ".dockerignore").read_text(encoding="utf-8").splitlines()


@dataclass
class Stage:
    """One stage: the image that it begins with, and its instructions."""

    image: str
    steps: list[tuple[str, str]]

    def of(self, name: str) -> list[str]:
        return [said for instruction, said in self.steps if instruction == name]

    @property
    def copied(self) -> list[str]:
        """What it copies from the repository."""
        parts = [shlex.split(said) for said in self.of("COPY") if not said.startswith("--from")]
        return [one for part in parts for one in part[:-1]]


def stages() -> dict[str, Stage]:
    text = re.sub(r"\\\n\s*", " ", (DEPLOY / "Dockerfile").read_text(encoding="utf-8"))
    found: dict[str, Stage] = {}
    for line in text.splitlines():
        if not line or line.startswith("#"):
            continue
        instruction, said = line.split(maxsplit=1)
        if instruction == "FROM":
            image, _, name = said.split()
            found[name] = Stage(image, [])
        else:
            found[name].steps.append((instruction, said))
    return found


STAGES = stages()
COPIED = sorted({one for stage in STAGES.values() for one in stage.copied})


def test_every_image_that_compose_builds_is_a_stage():
    services = yaml.safe_load((DEPLOY / "compose.yaml").read_text(encoding="utf-8"))["services"]
    targets = {one["build"]["target"] for one in services.values() if "build" in one}

    assert targets == STAGES.keys() - {"build"}


@pytest.mark.parametrize("name", sorted(STAGES.keys() - {"build"}))
def test_nothing_runs_as_root(name):
    users = STAGES[name].of("USER")

    assert len(users) == 1
    assert users[0] not in {"root", "0"}
    after = [instruction for instruction, _ in STAGES[name].steps]
    assert "RUN" not in after[after.index("USER") :]


def test_the_image_of_the_service_is_slim_and_has_only_what_was_built():
    service = STAGES["service"]

    assert service.image == STAGES["build"].image == "python:3.13-slim"
    assert service.copied == []
    assert service.of("COPY") == ["--from=build /opt/depositary /opt/depositary"]
    assert not any("install" in said for said in service.of("RUN"))
    assert re.search(r"--uid 10001\b.* depositary$", service.of("RUN")[0])
    assert service.of("USER") == ["10001"]


def test_it_is_installed_as_the_readme_says_with_every_dependency_pinned():
    """In the same place, by the same command; what it depends on first, each by its hash."""
    make, install = re.search(r"```sh\n(python3 -m venv \S+) && (\S+pip install) \.\n", README).groups()
    runs = STAGES["build"].of("RUN")

    assert runs[0] == make
    assert runs[1] == f"{install} --no-cache-dir --require-hashes -r requirements.txt"
    assert runs[2].startswith(f"{install} --no-cache-dir --no-deps --no-build-isolation . ")


@pytest.mark.parametrize("file", COPIED)
def test_what_is_copied_is_there_and_not_ignored(file):
    assert (ROOT / file).exists()
    assert f"!{file}" in IGNORED


def test_nothing_else_reaches_the_builder():
    """No password, key, token or record: all is ignored that is not copied."""
    assert next(line for line in IGNORED if not line.startswith("#")) == "*"
    assert sorted(line[1:] for line in IGNORED if line.startswith("!")) == COPIED
    for secret in ("deploy/.env", "depositary.db", "depositary.db.key", "depositary.db.tokens"):
        assert not any(fnmatch(secret, line[1:]) for line in IGNORED if line.startswith("!"))


def test_no_secret_stands_in_it():
    words = re.compile(r"(?i)password|secret|token|_key|dsn")
    set_ = [said for stage in STAGES.values() for name in ("ENV", "ARG", "LABEL") for said in stage.of(name)]

    assert [said for said in set_ if words.search(said)] == []


def test_the_port_is_the_one_that_is_served_and_asked():
    service = STAGES["service"]
    (port,) = service.of("EXPOSE")

    assert f'"--port", "{port}"' in service.of("CMD")[0]
    assert f"127.0.0.1:{port}/" in service.of("HEALTHCHECK")[0]
    assert set(re.findall(r"service\d:(\d+)", (DEPLOY / "Caddyfile").read_text(encoding="utf-8"))) == {port}


def test_what_is_asked_for_health_is_answered():
    paths = create_app(Settings(SQLITE_DBNAME="nowhere.db")).openapi()["paths"]
    proxy = re.search(r"health_uri (\S+)", (DEPLOY / "Caddyfile").read_text(encoding="utf-8"))[1]
    image = re.search(r"127\.0\.0\.1:\d+(/[^']*)'", STAGES["service"].of("HEALTHCHECK")[0])[1]

    assert (proxy, image) == ("/v1/health/ready", "/v1/health/live")
    assert {proxy, image} <= paths.keys()


@pytest.mark.slow
def test_what_is_copied_is_enough_to_install_the_whole_of_it(tmp_path):
    for file in STAGES["build"].copied:
        source, target = ROOT / file, tmp_path / "src" / file
        if source.is_dir():
            shutil.copytree(source, target, ignore=shutil.ignore_patterns("__pycache__"))
        else:
            target.parent.mkdir(exist_ok=True)
            shutil.copy(source, target)
    subprocess.run(
        [
            *(sys.executable, "-m", "pip", "--quiet", "wheel", "--no-index", "--no-deps"),
            *("--no-build-isolation", "--wheel-dir", tmp_path, tmp_path / "src"),
        ],
        check=True,
    )
    (wheel,) = tmp_path.glob("*.whl")
    with ZipFile(wheel) as built:
        names = set(built.namelist())
    packages = PROJECT["tool"]["hatch"]["build"]["targets"]["wheel"]["packages"]
    files = (file for package in packages for file in (ROOT / package).rglob("*") if file.is_file())
    held = {str(file.relative_to(ROOT)) for file in files if "__pycache__" not in file.parts}
    assert held <= names
