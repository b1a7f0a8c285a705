"""The command line as an operator meets it: what it prints, where, and with which exit code."""

import json
import os
import re
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from http.client import HTTPConnection
from pathlib import Path
from typing import Any

import pytest

from app.cli import main
from app.dossier.schema import KINDS
from app.settings import PROJECT
from scripts.serving import free_port
from tests.test_dossier import change, write_small

DONE, INPUT_AT_FAULT, WRONG_USAGE, ENVIRONMENT_AT_FAULT = 0, 1, 2, 3


def environment(**settings: str) -> dict[str, str]:
    """The environment of a command, with these settings and no others of the project's."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("FAULTLINES_")}
    return {**kept, "NO_COLOR": "1", **{f"FAULTLINES_{name.upper()}": value for name, value in settings.items()}}


def run(*arguments: str | Path, limit: int | None = None, **settings: str) -> subprocess.CompletedProcess[str]:
    """Run ``python -m app`` to its end; ``limit`` is the largest file that it may write."""

    def restrain() -> None:
        if limit is not None:
            import resource

            signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
            resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit))

    done = subprocess.run(
        [sys.executable, "-m", "app", *map(str, arguments)],
        cwd=PROJECT,
        env=environment(**settings),
        capture_output=True,
        text=True,
        timeout=60,
        preexec_fn=restrain if limit is not None else None,
        check=False,
    )
    assert "Traceback" not in done.stderr, f"an operator is told in a line, not in a traceback:\n{done.stderr}"
    return done


@pytest.fixture
def small(tmp_path: Path) -> Path:
    return write_small(tmp_path)


# Check and publish


def test_publish_prints_the_release_and_can_be_undone(small: Path, tmp_path: Path) -> None:
    """Publish prints an id and a path; releases lists them, the current one marked; rollback goes back."""
    folder = tmp_path / "deep" / "releases"
    first = run("publish", small, "--releases", folder)
    assert (first.returncode, first.stderr) == (DONE, ""), "in a pipe there is no progress to see"
    identifier, path = first.stdout.split()
    assert re.fullmatch(r"[0-9a-f]{12}", identifier)
    assert Path(path) == folder / f"{identifier}.sqlite"
    assert Path(path).is_file()
    assert run("publish", releases=str(folder), dossier=str(small)).stdout == first.stdout, "twice: the same id"

    change(small, "claims.yaml", "talk about", "talks about")
    second = run("publish", small, "--releases", folder).stdout.split()[0]
    assert second != identifier
    listed = run("releases", "--releases", folder)
    assert listed.returncode == DONE
    lines = listed.stdout.splitlines()
    assert [line.split()[0] for line in lines] == [second, identifier], "the newest first"
    assert [("current" in line.split()) for line in lines] == [True, False]

    back = run("rollback", identifier, "--releases", folder)
    assert (back.returncode, back.stdout) == (DONE, f"{identifier} is current.\n")
    assert (folder / "current").read_text() == f"{identifier}\n"

    nowhere = run("rollback", "000000000000", "--releases", folder)
    assert nowhere.returncode == INPUT_AT_FAULT
    assert "There is no release 000000000000" in nowhere.stderr
    assert "python -m app releases" in nowhere.stderr
    assert (folder / "current").read_text() == f"{identifier}\n"


def test_a_faulty_dossier_publishes_nothing(small: Path, tmp_path: Path) -> None:
    """Check and publish say every fault on a line of its own, exit with 1, and leave what is current alone."""
    folder = tmp_path / "releases"
    current = run("publish", small, "--releases", folder).stdout.split()[0]
    change(small, "claims.yaml", "kind: event", "knid: event\n  kind: evnt")
    change(small, "parties.yaml", "company", "compny")
    checked = run("check", small)
    published = run("publish", small, "--releases", folder)
    for done in (checked, published):
        assert done.returncode == INPUT_AT_FAULT
        assert done.stdout == ""
        *faults, last = done.stderr.splitlines()
        assert [line.split(": ")[0] for line in faults] == [
            "dossier/claims.yaml:5",
            "dossier/claims.yaml:6",
            "dossier/parties.yaml:2",
        ]
        assert last.startswith("3 faults")
    assert "nothing was published" in published.stderr
    assert (folder / "current").read_text() == f"{current}\n"
    assert [path.name for path in folder.glob("[!.]*.sqlite")] == [f"{current}.sqlite"]


def test_check_says_that_there_is_nothing_to_mend(small: Path, tmp_path: Path) -> None:
    """A dossier without faults is said to have none, with how much was read."""
    done = run("check", small)
    assert (done.returncode, done.stdout, done.stderr) == (DONE, "No faults: 3 claims, 3 sources.\n", "")
    nowhere = run("check", tmp_path / "nowhere")
    assert nowhere.returncode == INPUT_AT_FAULT
    assert "nowhere:1: is not a folder, expected a dossier folder" in nowhere.stderr


# The environment


def test_a_bad_setting_is_named(small: Path, tmp_path: Path) -> None:
    """A setting that cannot be read gives a line with its name and value, and exit code 3."""
    done = run("publish", small, port="banana", releases=str(tmp_path / "releases"))
    assert done.returncode == ENVIRONMENT_AT_FAULT
    (line,) = done.stderr.splitlines()
    assert line.startswith("FAULTLINES_PORT: ")
    assert "'banana'" in line
    assert not (tmp_path / "releases").exists()


def test_a_place_that_cannot_be_written_is_said(small: Path, tmp_path: Path) -> None:
    """A file where the folder should be, and a disk that is full, give a line, exit code 3, and leave nothing."""
    (tmp_path / "file").write_text("in the way")
    done = run("publish", small, "--releases", tmp_path / "file")
    assert done.returncode == ENVIRONMENT_AT_FAULT
    assert len(done.stderr.splitlines()) == 1, done.stderr
    assert str(tmp_path / "file") in done.stderr
    assert (tmp_path / "file").read_text() == "in the way"

    full = run("publish", small, "--releases", tmp_path / "full", limit=100_000)
    assert full.returncode == ENVIRONMENT_AT_FAULT
    assert full.stdout == ""
    assert len(full.stderr.splitlines()) == 1, full.stderr
    assert [path.name for path in (tmp_path / "full").iterdir()] == [".lock"]


def test_without_releases_the_list_says_what_to_do(tmp_path: Path) -> None:
    """An empty folder, or none, is the environment's fault, and the line says how to mend it."""
    done = run("releases", "--releases", tmp_path / "none")
    assert done.returncode == ENVIRONMENT_AT_FAULT
    assert "python -m app publish" in done.stderr
    assert not (tmp_path / "none").exists(), "a list makes nothing"


# Usage


@pytest.mark.parametrize(
    "arguments",
    [(), ("banana",), ("publish", "--banana"), ("serve", "--port", "banana"), ("schema", "banana"), ("rollback",)],
    ids=" ".join,
)
def test_wrong_usage_is_exit_code_two(
    arguments: Sequence[str], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """What the command line does not understand exits with 2 and says what it takes."""
    monkeypatch.setattr(sys, "argv", ["app", *arguments])
    with pytest.raises(SystemExit) as ended:
        main()
    assert ended.value.code == WRONG_USAGE
    assert "".join(capsys.readouterr()).strip()


def test_wrong_usage_of_the_process_is_exit_code_two() -> None:
    """The process itself ends with the code of its command."""
    assert run("publish", "--banana").returncode == WRONG_USAGE


# Schema


def references(schema: Any) -> Iterator[str]:
    if isinstance(schema, dict):
        if isinstance(schema.get("$ref"), str):
            yield schema["$ref"]
        for value in schema.values():
            yield from references(value)
    elif isinstance(schema, list):
        for value in schema:
            yield from references(value)


TYPES = {"string", "number", "integer", "object", "array", "boolean", "null"}


def hold_schema(schema: Any, where: str) -> None:
    """What the metaschema asks of the keywords that are used here."""
    assert isinstance(schema, dict | bool), where
    if isinstance(schema, bool):
        return
    kinds = schema.get("type", [])
    assert set([kinds] if isinstance(kinds, str) else kinds) <= TYPES, where
    if "pattern" in schema:
        re.compile(schema["pattern"])
    for name in ("minLength", "maxLength", "minItems", "maxItems"):
        assert schema.get(name, 0) >= 0, f"{where}: {name}"
    assert set(schema.get("required", [])) <= set(schema.get("properties", {})), f"{where}: required but not described"
    for name in ("properties", "$defs"):
        for key, value in schema.get(name, {}).items():
            hold_schema(value, f"{where}/{name}/{key}")
    for name in ("anyOf", "oneOf", "allOf"):
        for n, value in enumerate(schema.get(name, [])):
            hold_schema(value, f"{where}/{name}/{n}")
    for name in ("items", "additionalProperties"):
        if name in schema:
            hold_schema(schema[name], f"{where}/{name}")


@pytest.mark.parametrize("kind", [None, "claims"])
def test_the_schema_is_one_that_an_editor_can_use(kind: str | None) -> None:
    """It is JSON, keeps the rules of the metaschema, and every reference in it leads somewhere in it."""
    done = run("schema", *([kind] if kind else []))
    assert done.returncode == DONE
    schema = json.loads(done.stdout)
    hold_schema(schema, "#")
    names = set(references(schema))
    assert names, "claims refer to texts, evidence and more"
    for name in names:
        here = schema
        for part in name.removeprefix("#/").split("/"):
            assert isinstance(here, dict), name
            assert part in here, f"{name} leads nowhere: references start at the top of the document"
            here = here[part]
    if kind is None:
        assert "2020-12" in schema["$schema"]
        assert all(f'"{each}"' in done.stdout for each in KINDS), "every kind has its schema"
    else:
        assert schema["type"] == "array"


# Serve


def get(port: int, address: str) -> tuple[int, str]:
    connection = HTTPConnection("127.0.0.1", port, timeout=10)
    try:
        connection.request("GET", address)
        response = connection.getresponse()
        return response.status, response.read().decode()
    finally:
        connection.close()


LOG = "server.log"


@contextmanager
def serving(folder: Path, port: int) -> Iterator[subprocess.Popen[str]]:
    """A server of this folder, up and answering; ended by force if the test has not ended it.

    Its log goes into a file: a pipe that nobody empties would stop the server as soon as it is full.
    """
    with (folder.parent / LOG).open("w") as log:
        process = subprocess.Popen(
            [sys.executable, "-m", "app", "serve", "--releases", str(folder), "--port", str(port)],
            cwd=PROJECT,
            env=environment(),
            stdout=log,
            stderr=subprocess.STDOUT,
            text=True,
        )
    try:
        for _ in range(200):
            assert process.poll() is None, (folder.parent / LOG).read_text("utf-8")
            try:
                get(port, "/healthz")
                break
            except OSError:
                time.sleep(0.1)
        yield process
    finally:
        if process.poll() is None:
            process.kill()
        process.wait(timeout=10)


def test_a_server_takes_each_release_and_drops_no_request(small: Path, tmp_path: Path) -> None:
    """It waits for the first release, takes each new one within a second, fails no request, and ends when told."""
    folder, port = tmp_path / "releases", free_port()
    with serving(folder, port) as process:
        status, body = get(port, "/readyz")
        assert status == 503, "before the first release it is alive and not ready"
        assert "python -m app publish" in json.loads(body)["problem"]

        first = run("publish", small, "--releases", folder).stdout.split()[0]
        time.sleep(1)
        status, body = get(port, "/readyz")
        ready = json.loads(body)
        assert (status, ready["status"], ready["release"], ready["claims"]) == (200, "ready", first, 3)

        failures: list[str] = []
        served = 0
        done = threading.Event()

        def read() -> None:
            nonlocal served
            while not done.is_set():
                for address in ("/en/claims", "/fr/claims?issue=control", "/readyz"):
                    try:
                        status, _ = get(port, address)
                    except OSError as error:
                        failures.append(f"{address}: {error!r}")
                    else:
                        served += 1
                        if status != 200:
                            failures.append(f"{address}: {status}")

        reader = threading.Thread(target=read)
        reader.start()
        try:
            change(small, "claims.yaml", "talk about", "talks about")
            second = run("publish", small, "--releases", folder).stdout.split()[0]
            time.sleep(1)
            assert json.loads(get(port, "/readyz")[1])["release"] == second, "a new release is served within a second"
            assert "talks about" in get(port, "/en/claims")[1]
            run("rollback", first, "--releases", folder)
            time.sleep(1)
            assert json.loads(get(port, "/readyz")[1])["release"] == first
        finally:
            done.set()
            reader.join()
        assert not failures, f"{len(failures)} of {served} requests failed: {failures[:3]}"
        assert served > 20

        process.send_signal(signal.SIGTERM)
        process.wait(timeout=15)
        assert process.returncode in (0, -signal.SIGTERM, 128 + signal.SIGTERM)
        output = (folder.parent / LOG).read_text("utf-8")
        assert "Traceback" not in output, output


def test_a_port_that_is_taken_is_the_environments_fault(tmp_path: Path) -> None:
    """A server that cannot listen says so and exits with 3."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        done = run("serve", "--releases", tmp_path, "--port", str(taken.getsockname()[1]))
    assert "address already in use" in done.stderr
    assert done.returncode == ENVIRONMENT_AT_FAULT


def test_to_serve_loads_nothing_that_publishes() -> None:
    """What a server process never uses takes none of its memory and none of its start."""
    words = "import app.cli, app.main, sys; print(*sys.modules)"
    loaded = subprocess.run([sys.executable, "-c", words], cwd=PROJECT, capture_output=True, text=True, check=True)
    heavy = {"alembic", "rich", "yaml", "feedparser", "httpx", "mcp", "psycopg", "app.dossier", "app.publish"}
    for_few = {"sqlalchemy.dialects.postgresql", "snowballstemmer", "pydantic.v1"}
    assert not (heavy | for_few) & set(loaded.stdout.split())
