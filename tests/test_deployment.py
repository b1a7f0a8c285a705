"""What is shipped to run the site with: Compose files and Kubernetes manifests that keep the published schemas, and in
which nothing runs as root, writes where it need not, or is reached by whom it need not.
"""

import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import kubernetes_validate
import psycopg
import pytest
import yaml

from app.settings import PROJECT, Settings
from tests.cluster import OWNER, programs
from tests.stores import cluster
from tests.test_command_line import run
from tests.test_dossier import write_small

COMPOSE = sorted(PROJECT.glob("compose*.yaml"))
MANIFESTS = sorted((PROJECT / "deploy" / "kubernetes").glob("*.yaml"))
VERSIONS = ("1.30", "1.33", kubernetes_validate.latest_version())
"""Of Kubernetes: the oldest whose preStop can sleep by itself, one between, and the newest known."""


def services(profile: str | None = None) -> dict[str, dict[str, Any]]:
    """The services of compose.yaml that a profile adds, or those that always run."""
    found = yaml.safe_load((PROJECT / "compose.yaml").read_text("utf-8"))["services"]
    wanted = [profile] if profile else []
    return {name: each for name, each in found.items() if each.get("profiles", []) == wanted}


def documents() -> Iterator[dict[str, Any]]:
    for path in MANIFESTS:
        yield from yaml.safe_load_all(path.read_text("utf-8"))


# Compose


@pytest.mark.parametrize("path", COMPOSE, ids=lambda path: path.name)
def test_compose_files_keep_the_schema(path: Path) -> None:
    """Each keeps the schema that the Compose specification publishes."""
    command = [sys.executable, "-m", "check_jsonschema", "--builtin-schema", "vendor.compose-spec", str(path)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


def test_compose_up_starts_the_site_alone() -> None:
    """Without a profile there is one service, on port 8000, of the image without a database's driver."""
    assert list(services()) == ["web"]
    assert services()["web"]["build"] == "."
    assert services()["web"]["ports"] == ["${FAULTLINES_COMPOSE_PORT:-8000}:8000"]
    assert "ARG REQUIREMENTS=requirements.txt\n" in (PROJECT / "Dockerfile").read_text("utf-8")


def test_no_service_may_more_than_it_must() -> None:
    """In every profile: a root that cannot be written, no capabilities, no way to gain any, a user that is not root."""
    for profile in (None, "watch", "scale"):
        for name, each in services(profile).items():
            assert each["read_only"] is True, name
            assert each["cap_drop"] == ["ALL"], name
            assert each["security_opt"] == ["no-new-privileges:true"], name
            assert int(each["user"].partition(":")[0]) > 0, name
            assert {"mem_limit", "pids_limit", "init"} <= set(each), name
            assert all("noexec" in mount for mount in each["tmpfs"]), name
            writable = [mount for mount in each.get("volumes", ()) if not mount.endswith(":ro")]
            assert len(writable) <= (name in ("watch", "database")), name


def test_only_the_proxy_has_a_port() -> None:
    """In the profile ``scale`` readers reach the proxy alone, and the proxy does not reach the database."""
    scale = services("scale")
    assert set(scale) == {"database", "publish", "replica", "proxy"}
    assert [name for name, each in scale.items() if "ports" in each] == ["proxy"]
    networks = yaml.safe_load((PROJECT / "compose.yaml").read_text("utf-8"))["networks"]
    closed = {name for name, each in networks.items() if each and each.get("internal")}
    assert set(scale["database"]["networks"]) == set(scale["publish"]["networks"]) == {"data"} <= closed
    assert set(scale["replica"]["networks"]) <= closed
    assert not set(scale["proxy"]["networks"]) & set(scale["database"]["networks"])


def test_a_replica_starts_with_a_release_and_as_a_reader() -> None:
    """Replicas wait for the publisher, know the reading role's password alone, and are served under their real name."""
    scale = services("scale")
    replica, publisher = scale["replica"], scale["publish"]
    assert replica["depends_on"] == {"publish": {"condition": "service_completed_successfully"}}
    assert "faultlines_web@database" in replica["environment"]["FAULTLINES_RELEASES"]
    assert "FAULTLINES_DATABASE_PASSWORD" not in str(replica)
    assert publisher["environment"]["FAULTLINES_WEB_ROLE"] == "faultlines_web"
    assert "CREATE ROLE faultlines_web" in (PROJECT / "deploy" / "database" / "roles.sh").read_text("utf-8")
    assert publisher["build"] == replica["build"]
    assert re.search(
        r"^server replica:8000 resolve ",
        (PROJECT / "deploy" / "proxy" / "replicas.conf").read_text("utf-8"),
        re.MULTILINE,
    )


def test_the_image_for_a_database_differs_by_its_driver_alone() -> None:
    """The second lock file is the first with PostgreSQL's driver, so that the default image does not carry it."""

    def locked(name: str) -> set[str]:
        return set(re.findall(r"(?m)^([a-z0-9._-]+==[^ ;\\]+)", (PROJECT / name).read_text("utf-8")))

    plain, database = locked("requirements.txt"), locked("requirements-postgres.txt")
    assert plain < database
    assert {each.partition("==")[0] for each in database - plain} <= {"psycopg", "psycopg-binary", "tzdata"}


def test_what_compose_and_manifests_set_is_a_setting() -> None:
    """Every FAULTLINES_ variable given to the program is one that it reads."""
    known = {f"FAULTLINES_{name.upper()}" for name in Settings.model_fields}
    given = {
        name
        for profile in (None, "watch", "scale")
        for each in services(profile).values()
        if str(each["image"]).startswith("faultlines:")
        for name in each.get("environment", ())
    }
    given |= {
        one["name"]
        for each in documents()
        if "template" in each.get("spec", {})
        for container in each["spec"]["template"]["spec"]["containers"]
        for one in container["env"]
    }
    assert {name for name in given if name.startswith("FAULTLINES_")} <= known


def test_what_compose_reads_is_documented() -> None:
    """Each variable that compose.yaml takes from the environment stands in .env.example."""
    taken = set(re.findall(r"\$\{(FAULTLINES_\w+)", (PROJECT / "compose.yaml").read_text("utf-8")))
    documented = set(re.findall(r"(?m)^#?(FAULTLINES_\w+)=", (PROJECT / ".env.example").read_text("utf-8")))
    assert taken <= documented, sorted(taken - documented)


def test_the_database_is_made_ready_by_the_script_that_compose_mounts(tmp_path: Path) -> None:
    """Run as the database's image runs it, the script makes a role that reads what publish grants it and writes
    nothing, whatever signs are in its password.
    """
    server = cluster()
    url = server.new_database()
    assert url.database is not None
    variables = {
        "PATH": f"{programs()}:/usr/bin:/bin",
        "LD_LIBRARY_PATH": ":".join(str(each.parent) for each in programs().parents[3].glob("lib/*/libpq.so.5")),
        "PGHOST": str(server.folder),
        "POSTGRES_USER": OWNER,
        "POSTGRES_DB": url.database,
        "FAULTLINES_WEB_PASSWORD": 'it\'s; a "word" $1',
    }
    script = PROJECT / "deploy" / "database" / "roles.sh"
    done = subprocess.run(["sh", script], env=variables, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    place = url.render_as_string(hide_password=False)
    published = run("publish", write_small(tmp_path), releases=place, web_role="faultlines_web")
    assert published.returncode == 0, published.stderr
    schema = f"release_{published.stdout.split()[0]}"
    with server.connect(url.database, "faultlines_web") as reader:
        assert reader.execute("SELECT release_id FROM faultlines.current").fetchone() == (
            schema.removeprefix("release_"),
        )
        assert reader.execute(f'SELECT count(*) FROM "{schema}".claim').fetchone() == (3,)
        for refused in (
            f'DELETE FROM "{schema}".claim',
            "UPDATE faultlines.current SET release_id = release_id",
            "CREATE SCHEMA mine",
            "CREATE TEMPORARY TABLE mine (id int)",
            "CREATE TABLE public.mine (id int)",
            "CREATE ROLE another",
        ):
            with pytest.raises(psycopg.errors.InsufficientPrivilege):
                reader.execute(refused)


# Kubernetes


@pytest.mark.parametrize("version", VERSIONS)
def test_manifests_keep_the_schemas(version: str) -> None:
    """Every document keeps the schema that Kubernetes publishes for its kind, and has no other fields."""
    kinds = set()
    for each in documents():
        kubernetes_validate.validate(each, version, strict=True)
        kinds.add(each["kind"])
    assert kinds >= {"Deployment", "Service", "HorizontalPodAutoscaler", "PodDisruptionBudget", "Job", "NetworkPolicy"}


def test_a_fault_in_a_manifest_is_found() -> None:
    """The validation says no where a field is misspelt: it does look."""
    deployment = next(each for each in documents() if each["kind"] == "Deployment")
    deployment["spec"]["strategie"] = {}
    with pytest.raises(kubernetes_validate.ValidationError):
        kubernetes_validate.validate(deployment, VERSIONS[-1], strict=True)


def test_no_pod_may_more_than_it_must() -> None:
    """As the label of the namespace demands: no root, no privilege, nothing writable but /tmp, and no token."""
    pods = [each["spec"]["template"]["spec"] for each in documents() if each["kind"] in ("Deployment", "Job")]
    assert len(pods) == 2
    for pod in pods:
        assert pod["automountServiceAccountToken"] is False
        assert pod["securityContext"]["runAsNonRoot"] is True
        assert pod["securityContext"]["seccompProfile"] == {"type": "RuntimeDefault"}
        assert all("emptyDir" in volume for volume in pod["volumes"])
        for container in pod["containers"]:
            allowed = container["securityContext"]
            assert allowed["readOnlyRootFilesystem"] is True
            assert allowed["allowPrivilegeEscalation"] is False
            assert allowed["capabilities"] == {"drop": ["ALL"]}
            assert {"requests", "limits"} <= set(container["resources"])


def test_a_pod_goes_on_listening_until_the_cluster_knows() -> None:
    """A pod that is told to end listens a while longer, then has the ten seconds that serve gives the pages under way;
    none is taken away before another is ready.
    """
    (deployment,) = (each for each in documents() if each["kind"] == "Deployment")
    pod = deployment["spec"]["template"]["spec"]
    (container,) = pod["containers"]
    waits = container["lifecycle"]["preStop"]["sleep"]["seconds"]
    assert waits >= 5
    assert pod["terminationGracePeriodSeconds"] > waits + 10
    assert deployment["spec"]["strategy"]["rollingUpdate"]["maxUnavailable"] == 0
    assert container["livenessProbe"]["httpGet"]["path"] == "/healthz"
    assert container["readinessProbe"]["httpGet"]["path"] == "/readyz"
    (budget,) = (each for each in documents() if each["kind"] == "PodDisruptionBudget")
    (scaler,) = (each for each in documents() if each["kind"] == "HorizontalPodAutoscaler")
    assert budget["spec"]["minAvailable"] < scaler["spec"]["minReplicas"]


def test_all_that_belongs_together_is_named_alike() -> None:
    """Services, budgets and policies select the labels that the pods have, and the autoscaler names the deployment."""
    (deployment,) = (each for each in documents() if each["kind"] == "Deployment")
    labels = deployment["spec"]["template"]["metadata"]["labels"]
    for each in documents():
        match each["kind"]:
            case "Service":
                assert each["spec"]["selector"] == labels
                assert each["spec"]["ports"][0]["targetPort"] == "http"
            case "PodDisruptionBudget":
                assert each["spec"]["selector"]["matchLabels"] == labels
            case "HorizontalPodAutoscaler":
                assert each["spec"]["scaleTargetRef"]["name"] == deployment["metadata"]["name"]
            case "NetworkPolicy":
                assert each["spec"]["podSelector"]["matchLabels"].items() <= labels.items()
    assert len({each["metadata"]["namespace"] for each in documents() if each["kind"] != "Namespace"}) == 1
