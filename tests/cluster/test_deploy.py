"""The files of `deploy/` agree with each other and with what the tests start."""

import re

import pytest
import yaml
from psycopg.conninfo import conninfo_to_dict

from service.settings import Settings
from tests.cluster.nodes import DEPLOY, NAMES, PASSWORDS, node, settings_in

ROOT = DEPLOY.parent
COMPOSE = yaml.safe_load((DEPLOY / "compose.yaml").read_text(encoding="utf-8"))
SERVICES = COMPOSE["services"]
PATRONI = yaml.safe_load((DEPLOY / "patroni.yml").read_text(encoding="utf-8"))
DOCKERFILE = (DEPLOY / "Dockerfile").read_text(encoding="utf-8")


def of_image(target):
    """The services that run an image, by name."""
    return {name: one for name, one in SERVICES.items() if one.get("build", {}).get("target") == target}


def hosts_of(addresses):
    return [address.rpartition(":")[0] for address in addresses.split(",")]


# Each by itself


def test_a_lease_is_as_patroni_takes_it():
    """Otherwise Patroni would change the numbers, with a line in its log."""
    settings = PATRONI["bootstrap"]["dcs"]

    assert settings["ttl"] >= 20
    assert settings["loop_wait"] + 2 * settings["retry_timeout"] <= settings["ttl"]


def test_no_setting_lets_anything_be_acknowledged_before_two_nodes_have_it():
    settings = PATRONI["bootstrap"]["dcs"]

    assert settings["synchronous_mode"] is True
    assert settings["synchronous_mode_strict"] is True
    assert settings["postgresql"]["parameters"]["synchronous_commit"] == "on"
    assert settings["postgresql"]["parameters"]["statement_timeout"] == 0
    assert "statement_timeout" not in (DEPLOY / "service.env").read_text(encoding="utf-8")


def test_nobody_comes_in_without_a_password():
    ways = {line.split()[-1] for line in PATRONI["bootstrap"]["dcs"]["postgresql"]["pg_hba"]}

    assert ways == {"scram-sha-256", "reject"}


def test_no_password_is_written_down():
    files = (file for file in DEPLOY.rglob("*") if file.is_file())
    written = "".join(file.read_text(encoding="utf-8") for file in files)

    assert re.findall(r"(?i)password[=:] *(?!\$\{|:)\w+", written) == []


# With each other


@pytest.mark.parametrize("name", SERVICES)
def test_all_that_a_service_is_made_of_is_there(name):
    service = SERVICES[name]
    mounted = [source for source, *_ in (volume.split(":") for volume in service.get("volumes", []))]

    assert all(
        (DEPLOY / one).exists() if one.startswith(".") else one in COMPOSE["volumes"] for one in mounted
    )
    assert set(service.get("depends_on", [])) <= set(SERVICES)
    if "build" in service:
        assert (DEPLOY / service["build"]["context"]).resolve() == ROOT
        assert f" AS {service['build']['target']}\n" in DOCKERFILE
    if "env_file" in service:
        assert settings_in(DEPLOY / service["env_file"])


def test_the_nodes_go_by_their_own_names():
    assert tuple(of_image("postgres")) == NAMES
    for name, service in of_image("postgres").items():
        variables = service["environment"]
        assert variables["PATRONI_NAME"] == name
        assert hosts_of(variables["PATRONI_RESTAPI_CONNECT_ADDRESS"]) == [name]
        assert hosts_of(variables["PATRONI_POSTGRESQL_CONNECT_ADDRESS"]) == [name]
        assert hosts_of(variables["PATRONI_ETCD3_HOSTS"]) == list(of_image("etcd"))
        assert service["volumes"][0].startswith(f"{name}:")


def test_every_etcd_knows_all_of_them():
    known = {f"{name}=http://{name}:2380" for name in of_image("etcd")}
    for name, service in of_image("etcd").items():
        variables = service["environment"]
        assert variables["ETCD_NAME"] == name
        assert variables["ETCD_INITIAL_ADVERTISE_PEER_URLS"] == f"http://{name}:2380"
        assert variables["ETCD_ADVERTISE_CLIENT_URLS"] == f"http://{name}:2379"
        assert set(variables["ETCD_INITIAL_CLUSTER"].split(",")) == known


@pytest.mark.parametrize(
    ("setting", "sought"), [("DEPOSITARY_DSN", "read-write"), ("DEPOSITARY_READ_DSN", "prefer-standby")]
)
def test_the_service_looks_for_the_right_node_among_all(setting, sought):
    dsn = conninfo_to_dict(settings_in(DEPLOY / "service.env")[setting])

    assert tuple(dsn["host"].split(",")) == NAMES
    assert dsn["target_session_attrs"] == sought
    assert "password" not in dsn


def test_the_service_is_given_no_setting_that_it_does_not_have():
    given = {name.lower().removeprefix("depositary_") for name in settings_in(DEPLOY / "service.env")}
    stores = {"dsn", "read_dsn"}  # the PostgreSQL store reads these

    assert given - stores <= {*Settings.model_fields}


def test_a_process_goes_by_whom_the_proxy_asks_for_and_nobody_else_reaches_it():
    services = [SERVICES[name] for name in of_image("service")]

    assert [one["environment"]["FORWARDED_ALLOW_IPS"] for one in services] == ["*", "*"]
    assert not any("ports" in one for one in services)


def test_the_processes_behind_the_proxy_are_those_that_run():
    upstreams = re.search(r"reverse_proxy (.+) \{", (DEPLOY / "Caddyfile").read_text(encoding="utf-8"))

    assert hosts_of(upstreams.group(1).replace(" ", ",")) == list(of_image("service"))


# With the tests


def test_the_tests_set_what_a_deployment_sets_and_nothing_else(tmp_path):
    tested = node("postgres1", "127.0.0.1", tmp_path, "127.0.0.2", dict.fromkeys(PASSWORDS, "")).variables
    deployed = SERVICES["postgres1"]["environment"]

    assert set(tested) == set(deployed)


def test_every_password_that_compose_asks_for_is_made_by_the_instructions():
    asked = set(re.findall(r"\$\{(\w+)_PASSWORD:\?\}", (DEPLOY / "compose.yaml").read_text(encoding="utf-8")))
    made = re.search(r"for name in ([\w ]+);", (DEPLOY / "README.md").read_text(encoding="utf-8"))

    assert asked == set(made.group(1).split())
