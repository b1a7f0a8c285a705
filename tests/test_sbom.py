"""The bill of materials: valid, complete, as the lock file says, and served."""

import json
import re
from pathlib import Path

import pytest
from cyclonedx.schema import SchemaVersion
from cyclonedx.validation.json import JsonStrictValidator
from starlette.testclient import TestClient

from app import __version__
from app.pages.sbom import SBOM
from app.settings import PROJECT
from scripts import sbom
from scripts.advisories import judge


def test_it_is_valid() -> None:
    """The format's own schema, strictly: nothing is missing and nothing is made up."""
    assert JsonStrictValidator(SchemaVersion.V1_6).validate_str(SBOM.read_text("utf-8")) is None


def test_it_names_all_that_is_installed_and_all_that_is_vendored() -> None:
    """Every line of the lock file with its version, what needs what, and the files of others in this repository."""
    made = json.loads(SBOM.read_text("utf-8"))
    named = {(each["name"], each["version"]) for each in made["components"]}
    lock = (PROJECT / "requirements.txt").read_text("utf-8")
    locked = set(re.findall(r"(?m)^([\w.-]+)==([\w.]+)", lock))
    assert len(locked) > 30
    notes = "".join((PROJECT / "static" / each / "README.md").read_text("utf-8") for each in ("vendor", "fonts"))
    vendored = set(re.findall(r"npm (?:package )?`([\w.-]+)` ([\d.]+\d)", notes))
    assert len(vendored) == 3
    assert named == locked | vendored
    assert (made["metadata"]["component"]["name"], made["metadata"]["component"]["version"]) == (
        "faultlines",
        __version__,
    )
    needs = {each["ref"]: each.get("dependsOn", []) for each in made["dependencies"]}
    reached, waiting = set(), ["faultlines"]
    while waiting:
        if (ref := waiting.pop()) not in reached:
            reached.add(ref)
            waiting += needs[ref]
    assert reached == set(needs), "every part is there because something needs it"
    with_licence = [each for each in made["components"] if each.get("licenses")]
    assert len(with_licence) >= len(named) - 1, "only what is installed on another system cannot be asked"


def test_one_that_is_behind_is_noticed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The check that `make check` runs passes for the file as it is, and fails for that of another lock file."""
    assert sbom.main() == 0
    monkeypatch.setattr(sbom, "PROJECT", tmp_path)
    monkeypatch.setattr(sbom, "VENDORED", ())
    monkeypatch.setattr(sbom, "SBOM", tmp_path / "sbom.json")
    assert sbom.main() == 1, "there is none"
    sbom.SBOM.write_text(SBOM.read_text("utf-8"), "utf-8")
    assert sbom.main() == 1, "it names what is not there any more"
    monkeypatch.setattr("sys.argv", ["sbom", "--write"])
    assert sbom.main() == 0
    monkeypatch.setattr("sys.argv", ["sbom"])
    assert sbom.main() == 0


def test_it_is_served(client: TestClient) -> None:
    """At an address of its own, by its own media type; a reader who has it is told so."""
    answer = client.get("/sbom.json")
    assert answer.content == SBOM.read_bytes()
    assert answer.headers["content-type"] == "application/vnd.cyclonedx+json; version=1.6"
    again = client.get("/sbom.json", headers={"If-None-Match": answer.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")


@pytest.mark.parametrize(
    ("code", "told", "complaint", "expected"),
    [
        (0, '{"dependencies": [{"name": "a", "version": "1", "vulns": []}]}', "", 0),
        (1, '{"dependencies": [{"name": "a", "version": "1", "vulns": [{"id": "PYSEC-1"}]}]}', "", 1),
        (0, '{"dependencies": [{"name": "a", "skip_reason": "not found"}]}', "", 3),
        (1, "", "ERROR: a: Dependency not found and could not be audited", 3),
        (1, "", "", 3),
    ],
)
def test_a_package_that_could_not_be_asked_about_is_no_good_one(
    code: int, told: str, complaint: str, expected: int
) -> None:
    """Only an answer about each package passes; what was skipped or could not be asked is said, and fails."""
    found, line = judge("requirements.txt", code, told, complaint)
    assert found == expected
    assert ("NOT AUDITED" in line) == (expected == 3)
